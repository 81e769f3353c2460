"""A new certificate on a running SBC: new files beside the old, switched, proved, the old removed; or all undone."""

from __future__ import annotations

import dataclasses
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass

from sbc_tool import preflight, teams
from sbc_tool.check import run, run_all
from sbc_tool.deploy import audit, backup, before, lock, pki, verify
from sbc_tool.deploy.backup import Before
from sbc_tool.deploy.delivery import Delivery, deliver, withdraw
from sbc_tool.deploy.deployment import Deployment, How, failed, log
from sbc_tool.deploy.guard import Guard, Work
from sbc_tool.deploy.look import look
from sbc_tool.deploy.pending import refuse_unfinished
from sbc_tool.deploy.proof import save
from sbc_tool.deploy.session import Session
from sbc_tool.deploy.verify.facts import Presented, Readback
from sbc_tool.deploy.verify.presented_certificate_differs import PresentedCertificateDiffers
from sbc_tool.errors import InputError, LineRefused, SbcError
from sbc_tool.facts import tls
from sbc_tool.finding import Outcome, Result, Verdict, verdict
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
    work = Work(site, world, vault, how.tell, how.progress, lambda _: "cert install")
    with work.turn() as turn:
        checked = (*checked, run(before.LOCK, {lock.Turn: turn}))
        if turn.other:
            return Deployment(site.site, "unchanged", checked)
        refuse_unfinished(work)
        how.tell(f"connecting to {work.where}")
        done = _on_device(job, work, checked, keep_sessions)
    if done.state != "planned":
        log(work, done, _details(job))
    return done


def _on_device(job: _Job, work: Work, checked: tuple[Result, ...], keep_sessions: bool) -> Deployment:
    site, world, how = job.site, job.world, job.how
    with work.connect() as session:
        text = session.running_config()
        running = work.configuration(text)
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
        blocks = (*_each(gateways, "shutdown"), *plan.apply, *_each(gateways, "no shutdown"))
        done = _guarded(_Switch(job, running, wanted, blocks), work, session, planned)
    if done.state == "deployed":
        _clean_up(work, running, wanted)
    return done


@dataclass(frozen=True)
class _Switch:
    """From one certificate to the other: both configurations, and what is typed in between."""

    job: _Job
    running: Config
    wanted: Config
    blocks: tuple[Node, ...]


def _guarded(switch: _Switch, work: Work, session: Session, planned: Deployment) -> Deployment:
    """All that changes the device. The old files stay until the new certificate is saved."""
    job, saved = switch.job, planned.backup
    assert saved is not None

    def on_failure(error: SbcError) -> None:
        log(work, failed(planned.site, saved, error), _details(job), error)

    with Guard(work, session, Before(switch.running, saved), on_failure) as guard:
        job.how.tell("certificate, key and roots")
        way = Delivery(job.site.tls.delivery, job.how.ask, job.how.clear_key, job.world.pause)
        deliver(guard.session, job.material, way, guard.about_to_write)
        if planned.plan and not planned.plan.empty:
            job.how.tell("switch")
            guard.bring(switch.running, switch.blocks)
        return _proved(guard, switch, planned) if guard.changed else _unchanged(guard, switch, planned)


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


def _each(gateways: tuple[Node, ...], line: str) -> tuple[Node, ...]:
    return tuple(node for gateway in gateways for node in parse(f"{gateway.text}\n  {line}").nodes)


def _proved(guard: Guard, switch: _Switch, planned: Deployment) -> Deployment:
    """Read back on a fresh connection, see what is presented, and save."""
    guard.session.close()
    guard.work.tell("read back on a fresh connection")
    with guard.work.connect() as session:
        seen = _seen(guard.work, switch, session)
        unproved = [result for result in seen if result.outcome is not Outcome.PASS]
        if unproved:
            raise LineRefused("not as it should be after the switch: " + ", ".join(one.check for one in unproved))
        save(guard, session, lambda saved: next((c.line for c in diff.plan(saved, switch.wanted).changes), ""))
    return dataclasses.replace(planned, state="deployed", results=(*planned.results, *seen))


def _unchanged(guard: Guard, switch: _Switch, planned: Deployment) -> Deployment:
    seen = _seen(guard.work, switch, guard.session)
    unproved = tuple(result for result in seen if result.outcome is not Outcome.PASS)
    return dataclasses.replace(planned, state="unchanged", results=(*planned.results, *seen), unproved=unproved)


def _seen(work: Work, switch: _Switch, session: Session) -> tuple[Result, ...]:
    """Whether the device holds what was typed, and presents the new certificate: whatever the way it came by."""
    left = diff.plan(work.running(session), switch.wanted).changes
    work.tell("look at the TLS port")
    presented = look(work.site, work.world, switch.job.material)[Presented]
    return run_all(_PROOF, {Readback: Readback(left), Presented: presented})


def _clean_up(work: Work, before: Config, after: Config) -> None:
    """Remove the key and the chain of the certificate before, if they bear a name of ours and nothing uses them."""
    still = {word for _, node in after.walk() for word in node.text.split()}
    gone = {word for _, node in before.walk() for word in node.text.split()} - still
    old = sorted(path for path in gone if path.startswith("pki:") and _OURS.fullmatch(path.rpartition("/")[2]))
    try:
        with work.connect() as session:
            withdraw(session, old)
    except SbcError as error:  # the new certificate is in use and saved: what lies beside it does no harm
        work.tell(f"the old files stay: {error}")


def _details(job: _Job) -> dict[str, object]:
    return {
        "command": "cert install",
        "certificate": job.material.name,
        "certificate_sha256": hashlib.sha256(job.material.leaf).hexdigest(),
    }
