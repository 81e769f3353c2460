"""The guarded way from a site file to a running SBC: plan, back up, push, prove, save; or undo, and prove that."""

from __future__ import annotations

import dataclasses
import hashlib
from dataclasses import dataclass

from sbc_tool import lint, preflight
from sbc_tool.check import run, run_all
from sbc_tool.deploy import ahead, audit, backup, before, journal, lock, pki, preparing, push, record
from sbc_tool.deploy.backup import Before
from sbc_tool.deploy.delivery import Delivery, deliver
from sbc_tool.deploy.deployment import Deployment as Deployment
from sbc_tool.deploy.deployment import How as How
from sbc_tool.deploy.deployment import State as State
from sbc_tool.deploy.deployment import failed, log
from sbc_tool.deploy.guard import Guard, Work
from sbc_tool.deploy.login import Passwords
from sbc_tool.deploy.pending import earlier
from sbc_tool.deploy.preparing import Aim, Prepared
from sbc_tool.deploy.proof import holds, look_at, save, told
from sbc_tool.deploy.session import Session
from sbc_tool.errors import LineRefused, SbcError
from sbc_tool.facts.gather import gather
from sbc_tool.finding import Outcome, Result, Verdict, verdict
from sbc_tool.render import Rendered, render
from sbc_tool.site.model import Site
from sbc_tool.site.secrets import Vault
from sbc_tool.trinity import diff
from sbc_tool.trinity.tree import Config
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

    @property
    def outside(self) -> pki.Material | None:
        """What must be presented; None when nobody is to look from outside."""
        return None if self.how.verify == "config" else self.material


@dataclass(frozen=True)
class _Task:
    """What is to be done to the device, as it was read."""

    job: _Job
    ready: Prepared
    planned: Deployment
    cut_off: journal.Entry | None  # the earlier work that this one goes on with

    def left(self, running: Config) -> diff.Plan:
        """What is still to do when the device runs this; left alone is what was not there when it was planned."""
        plan = self.ready.left(running, self.job.aim)
        new = tuple(one for one in plan.left_alone if one not in self.ready.plan.left_alone)
        return dataclasses.replace(plan, left_alone=new)

    def lacks(self, saved: Config) -> str:
        """The first line that a saved configuration does not hold as it should; empty when all is there."""
        changes = self.left(saved).changes
        return changes[0].line if changes else ""


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
    work = Work(site, world, vault, how.tell, how.progress, lambda refusal: _origin(rendered, refusal))
    with work.turn() as turn:
        checked = (*checked, run(before.LOCK, {lock.Turn: turn}))
        if turn.other:
            return Deployment(site.site, "unchanged", checked)
        how.tell(f"connecting to {work.where}")
        with work.connect() as session:
            done = _on_device(job, work, session, checked)
    if done.state != "planned":
        log(work, done, _details(job, done))
    return done


def _on_device(job: _Job, work: Work, session: Session, checked: tuple[Result, ...]) -> Deployment:
    site, world, how = job.site, job.world, job.how
    ready = preparing.prepare(session, site, world, job.vault, job.aim)
    cut_off = earlier(work, session)
    saved = backup.save(world.data_dir, site.site, world.now(), ready.text)
    how.tell(f"backup: {saved}")
    was = backup.before(cut_off.backup, job.vault) if cut_off else Before(ready.running, saved)
    seen = preparing.waived(preparing.judged(ready, session, site, job.vault, job.aim), how.waivers(), world)
    refused = Deployment(site.site, "unchanged", (*checked, *seen), backup=was.backup, device=session.name)
    if verdict(seen) is Verdict.NO_GO:
        return refused
    ahead.check_both_ways(job.vault, ready.plan)
    planned = dataclasses.replace(refused, state="planned", plan=ready.plan)
    if not ready.plan.empty:
        ahead.tell_of_the_way_back(work, session, ready.running, ready.plan)
    if not how.confirm(planned):
        return planned
    moved = preparing.moved(session, job.vault, ready)
    if moved.outcome is Outcome.FAIL:
        return dataclasses.replace(refused, results=(*refused.results, moved))
    done = _guarded(_Task(job, ready, planned, cut_off), work, session, was)
    if trouble := record.keep(world, site, ready.kept(job.aim)):
        how.tell(trouble)
    return done


def _guarded(task: _Task, work: Work, session: Session, was: Before) -> Deployment:
    """All that changes the device."""
    job, plan = task.job, task.ready.plan

    def on_failure(error: SbcError) -> None:
        done = failed(job.site.site, was.backup, error)
        log(work, done, _details(job, done), error)

    with Guard(work, session, was, on_failure) as guard:
        if task.cut_off:
            guard.take_over(task.cut_off, not diff.same(task.ready.running, was.config))
        if job.how.revert_in and not plan.empty:
            ahead.arm(guard, job.how.revert_in)
        _change(guard, task)
        return _proved(guard, task) if guard.changed else _unchanged(guard, task)


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


def _change(guard: Guard, task: _Task) -> None:
    """Files, then lines."""
    job, plan = task.job, task.ready.plan
    job.how.tell("certificate, key and roots")
    way = Delivery(job.site.tls.delivery, job.how.ask, job.how.clear_key, job.world.pause)
    deliver(guard.session, job.material, way, guard.about_to_write)
    if plan.empty:
        return
    job.how.tell("push")
    guard.bring(task.ready.running, plan.apply)


def _unchanged(guard: Guard, task: _Task) -> Deployment:
    """Nothing was to do: what is there is looked at all the same, and saved if it was not."""
    planned, cut_off = task.planned, task.cut_off
    seen = look_at(guard.work, guard.session, task.left, task.job.outside)
    unproved = tuple(result for result in seen if not holds(result))
    done = dataclasses.replace(planned, state="unchanged", results=(*planned.results, *seen), unproved=unproved)
    startup = guard.session.startup_config()
    unsure = cut_off is not None and cut_off.startup_unsure
    if unproved or not (unsure if startup is None else task.lacks(guard.work.sealed(startup))):
        return done
    save(guard, guard.session, task.lacks)
    return dataclasses.replace(done, state="deployed")


def _proved(guard: Guard, task: _Task) -> Deployment:
    """Read back over a new connection, look at the SBC from outside, and only then save."""
    planned = task.planned
    guard.session.close()
    task.job.how.tell("read back on a fresh connection")
    with guard.work.connect() as session:
        results = look_at(guard.work, session, task.left, task.job.outside)
        unproved = [result for result in results if not holds(result)]
        if unproved:
            raise LineRefused("not as it should be after the push: " + "; ".join(told(r) for r in unproved))
        guard.call_off(session)
        save(guard, session, task.lacks)
    return dataclasses.replace(planned, state="deployed", results=(*planned.results, *results))


def _origin(rendered: Rendered, refusal: push.Refusal) -> str:
    line = rendered.origin(refusal.line.node.line) if refusal.line.node else None
    return str(line.template) if line else ""


def _details(job: _Job, done: Deployment) -> dict[str, object]:
    return {
        "config_sha256": hashlib.sha256(job.rendered.text.encode()).hexdigest(),
        "certificate": job.material.name,
        "verify": job.how.verify,
        "skip_preflight": job.how.skip_preflight or None,
        "waived": sorted({f"{w.check}: {w.reason}" for result in done.results for w in result.waived}),
    }
