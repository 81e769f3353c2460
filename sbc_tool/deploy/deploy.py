"""The guarded way from a site file to a running SBC: plan, back up, push, prove, save; or undo, and prove that."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sbc_tool import lint, preflight
from sbc_tool.check import run, run_all
from sbc_tool.deploy import audit, backup, before, lock, pki, preparing, push, record, rollback, verify
from sbc_tool.deploy.delivery import Delivery, deliver
from sbc_tool.deploy.deployment import Deployment as Deployment
from sbc_tool.deploy.deployment import How as How
from sbc_tool.deploy.deployment import State as State
from sbc_tool.deploy.enrolled import enrolled
from sbc_tool.deploy.login import Passwords
from sbc_tool.deploy.look import look
from sbc_tool.deploy.preparing import Aim, Prepared
from sbc_tool.deploy.session import Session, address, connect
from sbc_tool.deploy.verify.facts import Readback, Registered
from sbc_tool.errors import InputError, LineRefused, SbcError
from sbc_tool.facts.gather import gather
from sbc_tool.finding import Exit, Outcome, Result, Verdict, verdict
from sbc_tool.render import Rendered, render
from sbc_tool.site.model import Site
from sbc_tool.site.secrets import Vault
from sbc_tool.trinity import diff
from sbc_tool.trinity.tree import Config, parse
from sbc_tool.waivers.waive import waive
from sbc_tool.world import World


@dataclass(frozen=True)
class _Job:
    site: Site
    world: World
    vault: Vault
    how: How
    material: pki.Material
    rendered: Rendered
    aim: Aim


def sealed_running(session: Session, vault: Vault) -> tuple[str, Config]:
    """The running configuration as text in clear, and as a tree whose secrets are tokens."""
    text = session.running_config()
    return text, parse(text, "running-config").map_secrets(vault.seal)


def password(site: Site, vault: Vault) -> Passwords:
    return Passwords.of(site, vault)


def deploy(site: Site, world: World, vault: Vault, how: How) -> Deployment:
    """Bring the device to what the site file says.

    Raises DeployUndone or DeployStuck when it failed after the first change, any other SbcError before.
    """
    material = pki.material(site, vault)
    rendered = render(site, material.name, how.templates)
    aim = Aim(rendered.sealed(vault), how.replace, how.plan_file)
    job = _Job(site, world, vault, how, material, rendered, aim)
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
        done = _on_device(job, checked)
    if done.state != "planned":
        _log(job, done)
    return done


def _on_device(job: _Job, checked: tuple[Result, ...]) -> Deployment:
    site, world, how = job.site, job.world, job.how
    with connect(site, world, password(site, job.vault)) as session:
        ready = preparing.prepare(session, site, world, job.vault, job.aim)
        saved = backup.save(world.data_dir, site.site, world.now(), ready.text)
        how.tell(f"backup: {saved}")
        seen = preparing.waived(preparing.judged(ready, session, site, job.vault, job.aim), how.waivers(), world)
        refused = Deployment(site.site, "unchanged", (*checked, *seen), backup=saved, device=session.name)
        if verdict(seen) is Verdict.NO_GO:
            return refused
        planned = dataclasses.replace(refused, state="planned", plan=ready.plan)
        if not how.confirm(planned):
            return planned
        moved = preparing.moved(session, job.vault, ready)
        if moved.outcome is Outcome.FAIL:
            return dataclasses.replace(refused, results=(*refused.results, moved))
        with _Guard(job, session, ready, saved) as guard:
            _change(guard, ready.plan)
            done = _proved(guard, planned) if guard.changed else _unchanged(guard, planned)
    if trouble := record.keep(world, site, ready.kept(job.aim)):
        how.tell(trouble)
    return done


def _checked(job: _Job) -> tuple[Result, ...]:
    """Lint what was rendered, and preflight what does not need the device."""
    waivers, today = job.how.waivers(), job.world.now().date()
    linted = waive(job.rendered.at_templates(run_all(lint.ALL, {Config: job.rendered.config})), waivers, today)
    told = tuple(result for result in linted if result.outcome is Outcome.FAIL or result.waived)
    if job.how.skip_preflight:
        return told
    job.how.tell("preflight")
    facts = gather(job.site, job.world, job.vault, live=False)
    return (*told, *waive(run_all(preflight.ALL, facts), waivers, today))


class _Guard:
    """From the first change on, whatever ends the work early is undone: also Ctrl-C, and a bug of ours."""

    def __init__(self, job: _Job, session: Session, ready: Prepared, saved: Path) -> None:
        self.job = job
        self.ready = ready
        self.session = session
        self.written: list[str] = []  # files that are new on the device
        self.typed = False
        self.saving = False
        self._backup = saved

    @property
    def changed(self) -> bool:
        return self.typed or bool(self.written)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None or not self.changed:
            return
        self.session.settle()
        cut_off = self.saving and not isinstance(error, LineRefused)
        start = rollback.Start(error, self.ready.running, self._backup, tuple(self.written), cut_off)
        self.job.how.tell("undo")
        try:
            rollback.undo(self.job.site, self.job.world, self.job.vault, start)
        except SbcError as outcome:
            state: State = "failed" if outcome.exit is Exit.STUCK else "rolled-back"
            _log(self.job, Deployment(self.job.site.site, state, backup=self._backup), outcome)
            raise


def _change(guard: _Guard, plan: diff.Plan) -> None:
    """Files, then lines."""
    job, session = guard.job, guard.session
    job.how.tell("certificate, key and roots")
    way = Delivery(job.site.tls.delivery, job.how.ask, job.how.clear_key, job.world.pause)
    deliver(session, job.material, way, guard.written)
    if plan.empty:
        return
    job.how.tell("push")
    guard.typed = True
    refusal = push.push(session, plan.apply, job.vault, job.how.progress)
    if refusal:
        raise push.as_error(refusal, session.address, _origin(job.rendered, refusal))


def _unchanged(guard: _Guard, planned: Deployment) -> Deployment:
    """Nothing was to do: what is there is looked at all the same."""
    seen = _seen(guard, guard.session)
    unproved = tuple(result for result in seen if not _holds(result))
    return dataclasses.replace(planned, state="unchanged", results=(*planned.results, *seen), unproved=unproved)


def _proved(guard: _Guard, planned: Deployment) -> Deployment:
    """Read back over a new connection, look at the SBC from outside, and only then save."""
    job = guard.job
    guard.session.close()
    job.how.tell("read back on a fresh connection")
    with connect(job.site, job.world, password(job.site, job.vault)) as session:
        results = _seen(guard, session)
        unproved = [result for result in results if not _holds(result)]
        if unproved:
            raise LineRefused("not as it should be after the push: " + "; ".join(_told(r) for r in unproved))
        job.how.tell("save")
        guard.saving = True
        session.save()
    return dataclasses.replace(planned, state="deployed", results=(*planned.results, *results))


def _seen(guard: _Guard, session: Session) -> tuple[Result, ...]:
    """What the device shows now, and what the SBC presents and answers."""
    job = guard.job
    _, running = sealed_running(session, job.vault)
    facts: dict[type, Any] = {Readback: Readback(guard.ready.left(running, job.aim).changes)}
    if job.how.verify == "config":
        return run_all(verify.CONFIG, facts)
    job.how.tell("look at the TLS port and ask it over SIP")
    facts |= look(job.site, job.world, job.material)
    job.how.tell("ask the STARFACE who is registered")
    facts[Registered] = enrolled(job.site, job.world, job.vault)
    return run_all(verify.FULL, facts)


def _holds(result: Result) -> bool:
    """Whether a result lets the deployment be saved.

    An OPTIONS that could not be sent is not held against the SBC: with mutual TLS it takes only certificates under
    Microsoft's roots, and ours may not be; what it presents is known all the same. Nor is a STARFACE that can't be
    reached from here.
    """
    if result.outcome is Outcome.UNKNOWN:
        return result.check in verify.MAY_STAY_UNKNOWN
    return result.outcome is not Outcome.FAIL


def _told(result: Result) -> str:
    first = next((finding.text for finding in result.findings if finding.outcome is result.outcome), result.reason)
    return f"{result.check}: {first}"


def _origin(rendered: Rendered, refusal: push.Refusal) -> str:
    line = rendered.origin(refusal.line.node.line) if refusal.line.node else None
    return str(line.template) if line else ""


def _log(job: _Job, done: Deployment, error: SbcError | None = None) -> None:
    """One line in the audit log: who did what to which device, and what came of it."""
    record = {
        "at": job.world.now().isoformat(),
        "by": job.world.environ.get("USER") or job.world.environ.get("USERNAME") or "",
        "site": done.site,
        "device": "{}:{}".format(*address(job.site, job.world)),
        "state": done.state,
        "changes": len(done.plan.changes) if done.plan else None,
        "config_sha256": hashlib.sha256(job.rendered.text.encode()).hexdigest(),
        "certificate": job.material.name,
        "backup": done.backup,
        "verify": job.how.verify,
        "skip_preflight": job.how.skip_preflight or None,
        "waived": sorted({f"{w.check}: {w.reason}" for result in done.results for w in result.waived}),
        "error": job.vault.mask(str(error)) if error else None,
    }
    try:
        audit.append(job.world.data_dir, record)
    except InputError as failure:
        job.how.tell(f"{failure}: {json.dumps(record, default=str)}")  # what came of it is more than its record
