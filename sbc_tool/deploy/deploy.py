"""The guarded way from a site file to a running SBC: plan, back up, push, prove, save; or undo, and prove that."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from sbc_tool import lint, preflight
from sbc_tool.check import run_all
from sbc_tool.deploy import ahead, audit, backup, journal, pki, push
from sbc_tool.deploy.backup import Before
from sbc_tool.deploy.deployment import Deployment, failed, log
from sbc_tool.deploy.guard import Guard, Work
from sbc_tool.deploy.pending import earlier
from sbc_tool.deploy.proof import holds, look_at, save, told
from sbc_tool.deploy.session import Session, address
from sbc_tool.errors import LineRefused, SbcError
from sbc_tool.facts.gather import gather
from sbc_tool.finding import Outcome, Result, Verdict, verdict
from sbc_tool.render import Rendered, render
from sbc_tool.site.model import Site
from sbc_tool.site.secrets import Vault
from sbc_tool.trinity import diff
from sbc_tool.trinity.tree import Config, parse
from sbc_tool.waivers.waive import Cover, waive
from sbc_tool.world import World


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

    def lacks(self, saved: Config) -> str:
        """The first line that a saved configuration does not hold as it should; empty when all is there."""
        changes = diff.plan(saved, self.wanted).changes
        return changes[0].line if changes else ""


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
    work = Work(site, world, vault, how.tell, how.progress, lambda refusal: _origin(rendered, refusal))
    with work.connect() as session:
        done = _deploy(job, work, session, checked)
    if done.state != "planned":
        log(work, done, _details(job, done))
    return done


def _deploy(job: _Job, work: Work, session: Session, checked: tuple[Result, ...]) -> Deployment:
    site, how = job.site, job.how
    text = session.running_config()
    running = work.configuration(text)
    cut_off = earlier(work, session)
    saved = backup.save(job.world.data_dir, site.site, job.world.now(), text)
    how.tell(f"backup: {saved}")
    before = backup.before(cut_off.backup, job.vault) if cut_off else Before(running, saved)
    plan = diff.plan(running, job.wanted)
    ahead.check_both_ways(job.vault, plan)
    planned = Deployment(site.site, "planned", checked, plan, before.backup)
    if not plan.empty:
        ahead.tell_of_the_way_back(work, session, running, plan)
    if not how.confirm(planned):
        return planned
    ahead.check_unmoved(work, session, running)

    def on_failure(error: SbcError) -> None:
        done = failed(site.site, before.backup, error)
        log(work, done, _details(job, done), error)

    with Guard(work, session, before, on_failure) as guard:
        if cut_off:
            guard.take_over(cut_off, not diff.same(running, before.config))
        if how.revert_in and not plan.empty:
            ahead.arm(guard, how.revert_in)
        _change(guard, job, plan, running)
        return _proved(guard, job, planned) if guard.changed else _unchanged(guard, job, planned, cut_off)


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


def _change(guard: Guard, job: _Job, plan: diff.Plan, running: Config) -> None:
    """Files, then lines."""
    job.how.tell("certificate, key and roots")
    pki.install(guard.session, job.material, job.site.tls.delivery, job.how.ask, guard.about_to_write)
    if plan.empty:
        return
    job.how.tell("push")
    guard.bring(running, plan.apply)


def _unchanged(guard: Guard, job: _Job, planned: Deployment, cut_off: journal.Entry | None) -> Deployment:
    """Nothing was to do: what is there is looked at all the same, and saved if it was not."""
    seen = look_at(guard.work, guard.session, job.wanted, job.outside)
    unproved = tuple(result for result in seen if not holds(result))
    done = dataclasses.replace(planned, state="unchanged", results=(*planned.results, *seen), unproved=unproved)
    startup = guard.session.startup_config()
    unsure = cut_off is not None and cut_off.startup_unsure
    if unproved or not (unsure if startup is None else job.lacks(guard.work.sealed(startup))):
        return done
    save(guard, guard.session, job.lacks)
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
        save(guard, session, job.lacks)
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
