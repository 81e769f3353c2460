"""A new certificate on a running SBC: new files beside the old, switched, proved, the old removed; or all undone."""

from __future__ import annotations

import dataclasses
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from sbc_tool import preflight, teams
from sbc_tool.check import run, run_all
from sbc_tool.deploy import audit, backup, before, lock, pki, push, rollback, verify
from sbc_tool.deploy.delivery import Delivery, deliver, withdraw
from sbc_tool.deploy.deploy import Deployment, How, State, sealed_running
from sbc_tool.deploy.login import Passwords
from sbc_tool.deploy.look import look
from sbc_tool.deploy.session import Session, address, connect
from sbc_tool.deploy.verify.facts import Presented, Readback
from sbc_tool.deploy.verify.presented_certificate_differs import PresentedCertificateDiffers
from sbc_tool.errors import InputError, LineRefused, SbcError
from sbc_tool.facts import tls
from sbc_tool.finding import Exit, Outcome, Result, Verdict, verdict
from sbc_tool.site.model import Site
from sbc_tool.site.secrets import Vault
from sbc_tool.trinity import diff
from sbc_tool.trinity.tree import Config, Node, apply, parse
from sbc_tool.world import World

_PROFILE = "profile tls DEFAULT"  # the one that a gateway uses with no binding line (NV)
_PROOF = (*verify.CONFIG, PresentedCertificateDiffers())
_OURS = re.compile(r"SBC-[0-9a-f]{8}")


@dataclass(frozen=True)
class _Job:
    site: Site
    world: World
    vault: Vault
    how: How
    material: pki.Material


def renew(site: Site, world: World, vault: Vault, how: How, keep_sessions: bool = False) -> Deployment:
    """Change the certificate and nothing else. Microsoft wants old TLS sessions closed after that (rule 2.7).

    How a Trinity device is told to close them is not known; the gateway is shut down and started again around the
    switch (both lines are confirmed), which drops its calls. `keep_sessions` leaves that out.
    Raises DeployUndone or DeployStuck when it failed after the first change, any other SbcError before.
    """
    job = _Job(site, world, vault, how, pki.material(site, vault))
    checked = _checked(job)
    if verdict(checked) is Verdict.NO_GO:
        return Deployment(site.site, "unchanged", checked)
    audit.check(world.data_dir)
    where = "{}:{}".format(*address(site, world))
    with lock.turn(world.data_dir, where, world.environ, world.now().isoformat()) as turn:
        checked = (*checked, run(before.LOCK, {lock.Turn: turn}))
        if turn.other:
            return Deployment(site.site, "unchanged", checked)
        how.tell(f"connecting to {where}")
        done = _on_device(job, checked, keep_sessions)
    if done.state != "planned":
        _log(job, done)
    return done


def _on_device(job: _Job, checked: tuple[Result, ...], keep_sessions: bool) -> Deployment:
    site, world, how = job.site, job.world, job.how
    with connect(site, world, Passwords.of(site, job.vault)) as session:
        text, running = sealed_running(session, job.vault)
        wanted = switched(running, job.material.name)
        plan = diff.plan(running, wanted)
        saved = backup.save(world.data_dir, site.site, world.now(), text)
        how.tell(f"backup: {saved}")
        planned = Deployment(site.site, "planned", checked, plan, saved, device=session.name)
        gateways = () if keep_sessions or plan.empty else tuple(_gateways(running))
        if gateways:
            names = ", ".join(gateway.name for gateway in gateways)
            how.tell(f"{names} will be shut down and started again: calls drop (that old sessions close is assumed)")
        if not how.confirm(planned):
            return planned
        with _OrUndone(job, running, saved, session) as guard:
            _deliver_and_type(guard, plan, gateways)
            return _proved(guard, planned, wanted) if guard.typed or guard.written else _unchanged(guard, planned)


def _checked(job: _Job) -> tuple[Result, ...]:
    """What preflight has to say of the new files, before the device is asked."""
    ref = job.site.tls.private_key
    files = dataclasses.replace(job.world, offline=True)
    fact = tls.of_file(job.site.tls.certificate, job.site.teams.fqdn, files, job.material.key_pem, str(ref))
    return () if job.how.skip_preflight else run_all(preflight.CERTIFICATE, {tls.TlsFact: fact})


def switched(running: Config, name: str) -> Config:
    """The same configuration with another certificate and key, and with all of Microsoft's roots if it trusts any.

    InputError where no SBC is running that the certificate could be changed of.
    """
    profile = next((node for node in running.nodes if node.text == _PROFILE), None)
    if profile is None or not tuple(_gateways(running)):
        what = "no gateway with TLS is running there, or it has no `profile tls DEFAULT`: there is nothing to renew"
        raise InputError(what, "sbc-tool deploy SITE brings the certificate, too")
    lines = [f"private-key {pki.KEYS}/{name}", f"own-certificate 1 {pki.CERTIFICATES}/{name}"]
    trusted = [node for node in profile.children if node.text.startswith("trusted-certificate ")]
    known = {node.value("certificate") for node in trusted}
    free = max((int(node.value("index")) for node in trusted), default=0) + 1
    missing = [f"{pki.CERTIFICATES}/{root.pki_name}" for root in teams.load().roots] if trusted else []
    missing = [path for path in missing if path not in known]
    lines += [f"trusted-certificate {number} {path}" for number, path in enumerate(missing, free)]
    return apply(running, parse("\n  ".join((_PROFILE, *lines))).nodes)


def _gateways(running: Config) -> Iterator[Node]:
    """The SIP gateways that speak TLS and are up."""
    for gateway in running.blocks("context sip-gateway"):
        if gateway.leaf("no shutdown") and any(block.leaf("transport-protocol tls") for block in gateway.children):
            yield gateway


def _deliver_and_type(guard: _OrUndone, plan: diff.Plan, gateways: tuple[Node, ...]) -> None:
    job, session = guard.job, guard.session
    job.how.tell("certificate, key and roots")
    way = Delivery(job.site.tls.delivery, job.how.ask, job.how.clear_key, job.world.pause)
    deliver(session, job.material, way, guard.written)
    if plan.empty:
        return
    job.how.tell("switch")
    guard.typed = True
    blocks = (*_each(gateways, "shutdown"), *plan.apply, *_each(gateways, "no shutdown"))
    refusal = push.push(session, blocks, job.vault, job.how.progress)
    if refusal:
        raise push.as_error(refusal, session.address, "cert install")


def _each(gateways: tuple[Node, ...], line: str) -> tuple[Node, ...]:
    return tuple(node for gateway in gateways for node in parse(f"{gateway.text}\n  {line}").nodes)


def _proved(guard: _OrUndone, planned: Deployment, wanted: Config) -> Deployment:
    """Read back on a fresh connection, see what is presented, save, and only then let the old files go."""
    job = guard.job
    guard.session.close()
    job.how.tell("read back on a fresh connection")
    with connect(job.site, job.world, Passwords.of(job.site, job.vault)) as session:
        seen = _seen(job, session, wanted)
        unproved = [result for result in seen if result.outcome is not Outcome.PASS]
        if unproved:
            raise LineRefused("not as it should be after the switch: " + ", ".join(one.check for one in unproved))
        job.how.tell("save")
        guard.saving = True
        session.save()
        guard.saved = True
        _clean_up(job, session, guard.before, wanted)
    return dataclasses.replace(planned, state="deployed", results=(*planned.results, *seen))


def _unchanged(guard: _OrUndone, planned: Deployment) -> Deployment:
    seen = _seen(guard.job, guard.session, guard.before)
    unproved = tuple(result for result in seen if result.outcome is not Outcome.PASS)
    return dataclasses.replace(planned, state="unchanged", results=(*planned.results, *seen), unproved=unproved)


def _seen(job: _Job, session: Session, wanted: Config) -> tuple[Result, ...]:
    """Whether the device holds what was typed, and presents the new certificate: whatever the way it came by."""
    _, running = sealed_running(session, job.vault)
    job.how.tell("look at the TLS port")
    presented = look(job.site, job.world, job.material)[Presented]
    return run_all(_PROOF, {Readback: Readback(diff.plan(running, wanted).changes), Presented: presented})


def _clean_up(job: _Job, session: Session, before: Config, after: Config) -> None:
    """Remove the key and the chain of the certificate before, if they bear a name of ours and nothing uses them."""
    still = {word for _, node in after.walk() for word in node.text.split()}
    gone = {word for _, node in before.walk() for word in node.text.split()} - still
    old = sorted(path for path in gone if path.startswith("pki:") and _OURS.fullmatch(path.rpartition("/")[2]))
    try:
        withdraw(session, old)
    except SbcError as error:  # the new certificate is in use and saved: what lies beside it does no harm
        job.how.tell(f"the old files stay: {error}")


class _OrUndone:
    """From the first file on, whatever ends the work before it is saved is undone: also Ctrl-C, and a bug of ours."""

    def __init__(self, job: _Job, before: Config, saved: Path, session: Session) -> None:
        self.job = job
        self.session = session
        self.before = before
        self.written: list[str] = []
        self.typed = self.saving = self.saved = False
        self._backup = saved

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None or self.saved or not (self.typed or self.written):
            return
        self.session.settle()
        cut_off = self.saving and not isinstance(error, LineRefused)
        start = rollback.Start(error, self.before, self._backup, tuple(self.written), cut_off)
        self.job.how.tell("undo")
        try:
            rollback.undo(self.job.site, self.job.world, self.job.vault, start)
        except SbcError as outcome:
            state: State = "failed" if outcome.exit is Exit.STUCK else "rolled-back"
            _log(self.job, Deployment(self.job.site.site, state, backup=self._backup), outcome)
            raise


def _log(job: _Job, done: Deployment, error: SbcError | None = None) -> None:
    record = {
        "at": job.world.now().isoformat(),
        "by": job.world.environ.get("USER") or job.world.environ.get("USERNAME") or "",
        "command": "cert install",
        "site": done.site,
        "device": "{}:{}".format(*address(job.site, job.world)),
        "state": done.state,
        "certificate": job.material.name,
        "certificate_sha256": hashlib.sha256(job.material.leaf).hexdigest(),
        "backup": done.backup,
        "error": job.vault.mask(str(error)) if error else None,
    }
    try:
        audit.append(job.world.data_dir, record)
    except InputError as failure:
        job.how.tell(f"{failure}: {record}")  # what came of it is more than its record
