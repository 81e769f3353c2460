"""The guarded way from a site file to a running SBC: plan, back up, push, prove, save; or undo, and prove that."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Literal

from sbc_tool import lint, preflight
from sbc_tool.check import run_all
from sbc_tool.deploy import audit, backup, journal, pki, push, timer
from sbc_tool.deploy.addresses import new_address
from sbc_tool.deploy.backup import Before
from sbc_tool.deploy.guard import Guard, Work
from sbc_tool.deploy.pending import earlier
from sbc_tool.deploy.proof import holds, look_at, save, told, unsaved
from sbc_tool.deploy.script import script
from sbc_tool.deploy.session import Session, address, connect
from sbc_tool.errors import DeployStuck, InputError, LineRefused, SbcError
from sbc_tool.facts.gather import gather
from sbc_tool.finding import Outcome, Result, Verdict, verdict
from sbc_tool.render import Rendered, render
from sbc_tool.site.model import Site
from sbc_tool.site.secrets import Vault
from sbc_tool.trinity import diff
from sbc_tool.trinity.tree import Config, apply, parse
from sbc_tool.waivers.waive import Cover, waive
from sbc_tool.world import World

State = Literal["unchanged", "planned", "deployed", "rolled-back", "failed"]


@dataclass(frozen=True)
class How:
    """The choices of one deployment, and who is told of its steps."""

    verify: Literal["full", "config"] = "full"
    skip_preflight: str = ""  # a reason, for the audit log
    revert_in: int = 0  # minutes after which the device restarts by itself, unless called off; 0: no timer
    confirm: Callable[[Deployment], bool] = lambda _: True  # gets what is known before the first change
    ask: Callable[[str, bool], str] | None = None  # None: nobody is there
    tell: Callable[[str], None] = lambda _: None
    progress: Callable[[int, int], None] = lambda *_: None  # lines typed, lines in all
    templates: Path | None = None  # laid over the shipped ones
    waivers: Callable[[], Sequence[Cover]] = tuple  # what of lint is put up with


@dataclass(frozen=True)
class Deployment:
    """What came of it."""

    site: str
    state: State
    results: tuple[Result, ...] = ()
    plan: diff.Plan | None = None
    backup: Path | None = None
    unproved: tuple[Result, ...] = ()  # nothing had to be changed, yet these say that not all is well


@dataclass(frozen=True)
class _Job:
    site: Site
    world: World
    vault: Vault
    how: How
    material: pki.Material
    rendered: Rendered
    wanted: Config

    @property
    def outside(self) -> pki.Material | None:
        """What must be presented; None when nobody is to look from outside."""
        return None if self.how.verify == "config" else self.material


def sealed_running(session: Session, vault: Vault) -> tuple[str, Config]:
    """The running configuration as text in clear, and as a tree whose secrets are tokens."""
    text = session.running_config()
    return text, parse(text, "running-config").map_secrets(vault.seal)


def password(site: Site, vault: Vault) -> str:
    return vault.resolve(site.device.password, f"password of {site.device.username} on the device")


def deploy(site: Site, world: World, vault: Vault, how: How) -> Deployment:
    """Bring the device to what the site file says.

    Raises DeployUndone or DeployStuck when it failed after the first change, any other SbcError before.
    """
    material = pki.material(site, vault)
    rendered = render(site, material.name, how.templates)
    wanted = rendered.sealed(vault)
    job = _Job(site, world, vault, how, material, rendered, wanted)
    checked = _checked(job)
    if verdict(checked) is Verdict.NO_GO:
        return Deployment(site.site, "unchanged", checked)
    audit.check(world.data_dir)
    how.tell("connecting to {}:{}".format(*address(site, world)))
    with connect(site, world, password(site, vault)) as session:
        done = _deploy(job, session, checked)
    if done.state != "planned":
        _log(job, done)
    return done


def _deploy(job: _Job, session: Session, checked: tuple[Result, ...]) -> Deployment:
    site, world, how = job.site, job.world, job.how
    work = Work(site, world, job.vault, how.tell, how.progress, lambda refusal: _origin(job.rendered, refusal))
    text, running = sealed_running(session, job.vault)
    cut_off = earlier(work, session)
    saved = backup.save(world.data_dir, site.site, world.now(), text)
    how.tell(f"backup: {saved}")
    before = backup.before(cut_off.backup, job.vault) if cut_off else Before(running, saved)
    plan = diff.plan(running, job.wanted)
    _check_both_ways(job.vault, plan)
    planned = Deployment(site.site, "planned", checked, plan, before.backup)
    if not plan.empty:
        _tell_of_the_way_back(work, session, running)
    if not how.confirm(planned):
        return planned
    if not diff.same(running, work.running(session)):
        raise SbcError("the running-config was changed by somebody else meanwhile; nothing was typed", "deploy again")
    with Guard(work, session, before, lambda error: _failed(job, before, error)) as guard:
        if cut_off:
            guard.take_over(cut_off, not diff.same(running, before.config))
        if how.revert_in and not plan.empty:
            _arm(guard, how)
        _change(guard, job, plan, running)
        return _proved(guard, job, planned) if guard.changed else _unchanged(guard, job, planned, cut_off)


def _check_both_ways(vault: Vault, plan: diff.Plan) -> None:
    """InputError when a line of the plan or of its undo can't be typed: to be known before the first change."""
    for line in script(plan.apply):
        vault.reveal(line.text)
    for line in script(plan.undo):
        try:
            vault.reveal(line.text)
        except InputError as error:
            what = f"the device holds a password that could not be typed back, should the deployment be undone: {error}"
            raise InputError(vault.mask(what), "change it on the device first; nothing was changed") from None


def _tell_of_the_way_back(work: Work, session: Session, running: Config) -> None:
    """What to do should the device be out of reach afterwards: to be read before the question, not after it."""
    way = "if the device can't be reached afterwards, a power cycle brings back its saved configuration"
    startup = session.startup_config()
    if startup is not None and not diff.same(parse(startup).map_secrets(work.vault.seal), running):
        way += ", which is not what runs now: it has unsaved changes"
    work.tell(way)


def _arm(guard: Guard, how: How) -> None:
    until = guard.work.world.now() + timedelta(minutes=how.revert_in)
    if guard.arm(how.revert_in, until):
        form = guard.journal.entry.timer
        grade = timer.FORMS[form].evidence
        how.tell(f"a timer is armed (`{form}`, {grade}: not seen to fire): the device restarts at {until:%H:%M:%S} UTC")
    else:
        how.tell("the device offers no timer: only a power cycle brings back its saved configuration by itself")


def _checked(job: _Job) -> tuple[Result, ...]:
    """Lint what was rendered, and preflight what does not need the device."""
    found = job.rendered.at_templates(run_all(lint.ALL, {Config: job.rendered.config}))
    results = waive(found, job.how.waivers(), job.world.now().date())
    bad = tuple(result for result in results if result.outcome is Outcome.FAIL)
    if job.how.skip_preflight:
        return bad
    job.how.tell("preflight")
    facts = gather(job.site, job.world, job.vault, live=False)
    return (*bad, *run_all(preflight.ALL, facts))


def _change(guard: Guard, job: _Job, plan: diff.Plan, running: Config) -> None:
    """Files, then lines."""
    job.how.tell("certificate, key and roots")
    pki.install(guard.session, job.material, job.site.tls.delivery, job.how.ask, guard.about_to_write)
    if plan.empty:
        return
    after = apply(running, plan.apply)
    if there := new_address(job.site, job.world, running, after):
        job.how.tell(f"this moves the device: from now on it is found at {there}")
    job.how.tell("push")
    guard.bring(running, plan.apply)


def _unchanged(guard: Guard, job: _Job, planned: Deployment, cut_off: journal.Entry | None) -> Deployment:
    """Nothing was to do: what is there is looked at all the same, and saved if it was not."""
    seen = look_at(guard.work, guard.session, job.wanted, job.outside)
    unproved = tuple(result for result in seen if not holds(result))
    done = dataclasses.replace(planned, state="unchanged", results=(*planned.results, *seen), unproved=unproved)
    if unproved or not unsaved(guard, guard.session, job.wanted, cut_off is not None and cut_off.startup_unsure):
        return done
    save(guard, guard.session, job.wanted)
    return dataclasses.replace(done, state="deployed")


def _proved(guard: Guard, job: _Job, planned: Deployment) -> Deployment:
    """Read back over a new connection, look at the SBC from outside, and only then save."""
    guard.session.close()
    job.how.tell("read back on a fresh connection")
    with guard.work.connect() as session:
        results = look_at(guard.work, session, job.wanted, job.outside)
        unproved = [result for result in results if not holds(result)]
        if unproved:
            raise LineRefused("not as it should be after the push: " + "; ".join(told(r) for r in unproved))
        guard.call_off(session)
        save(guard, session, job.wanted)
    return dataclasses.replace(planned, state="deployed", results=(*planned.results, *results))


def _failed(job: _Job, before: Before, error: SbcError) -> None:
    state: State = "failed" if isinstance(error, DeployStuck) else "rolled-back"
    _log(job, Deployment(job.site.site, state, backup=before.backup), error)


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
        "error": job.vault.mask(str(error)) if error else None,
    }
    audit.append_or_tell(job.world.data_dir, record, job.how.tell)
