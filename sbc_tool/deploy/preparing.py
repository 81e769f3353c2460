"""What is known before the first change: the plan against what was deployed last, and what the checks before it say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sbc_tool.check import NotApplicable, Unknown, run, run_all
from sbc_tool.deploy import before, plan_file, record, timer
from sbc_tool.deploy.before.facts import Agreed, Disturbing, Identity, Moved, Startup, different
from sbc_tool.deploy.session import Session
from sbc_tool.errors import LineRefused
from sbc_tool.finding import Result
from sbc_tool.site.model import Site
from sbc_tool.site.secrets import Vault
from sbc_tool.trinity import nameplate
from sbc_tool.trinity.diff import Plan, plan, same
from sbc_tool.trinity.nameplate import Nameplate
from sbc_tool.trinity.owned import Deployed
from sbc_tool.trinity.tree import Config, parse
from sbc_tool.waivers.waive import Cover, waive
from sbc_tool.world import World

_NO_STARTUP = "the device does not show its startup-config, so unsaved changes can't be told"
_NO_NAMEPLATE = "`show system` does not name model, serial number or software version"


@dataclass(frozen=True)
class Aim:
    """What the site file renders (sealed). `replace`: what others added goes, too; `file`: exactly that plan."""

    wanted: Config
    replace: bool = False
    file: plan_file.PlanFile | None = None


@dataclass(frozen=True)
class Prepared:
    """The plan; `last` is what was deployed last, and `text` what runs, in clear."""

    plan: Plan
    text: str
    running: Config
    last: Deployed
    plate: Nameplate | Unknown

    @property
    def serial(self) -> str:
        return "" if isinstance(self.plate, Unknown) else self.plate.serial

    def left(self, running: Config, aim: Aim) -> Plan:
        """What is still to do when the device runs this."""
        return plan(running, aim.wanted, self.last, aim.replace)

    def kept(self, aim: Aim) -> record.Record:
        """What to keep once it has been done."""
        return record.Record(self.last.followed_by(self.running, aim.wanted), self.serial)


def prepare(session: Session, site: Site, world: World, vault: Vault, aim: Aim) -> Prepared:
    """Read the device and plan; nothing is changed."""
    text = session.running_config()
    running = timer.without(parse(text, "running-config").map_secrets(vault.seal))
    plate = _plate(session)
    kept = record.load(world.data_dir, site)
    last = kept.of("" if isinstance(plate, Unknown) else plate.serial)
    return Prepared(plan(running, aim.wanted, last, aim.replace), text, running, last, plate)


def judged(prepared: Prepared, session: Session, site: Site, vault: Vault, aim: Aim) -> tuple[Result, ...]:
    """What the checks before the first change say, but for the lock, which comes before the login."""
    plate, file = prepared.plate, aim.file
    facts: dict[type, Any] = {
        Identity: plate if isinstance(plate, Unknown) else Identity(site.device.model, site.device.serial or "", plate),
        Startup: _startup(session, prepared.running, vault),
        Disturbing: Disturbing(tuple(one for one in prepared.plan.changes if "calls" in one.touches)),
        Moved: NotApplicable("read just now"),
        Agreed: NotApplicable("no plan file"),
    }
    if file:
        facts[Moved] = Moved(f"the plan file of {file.made}", not file.same_running(prepared.text))
        facts[Agreed] = Agreed(file.made, file.same_plan(prepared.plan, vault))
    return run_all(before.DEVICE, facts)


def waived(results: Sequence[Result], covers: Sequence[Cover], world: World) -> tuple[Result, ...]:
    """With the waivers of these checks; those of others are judged where those run."""
    ids = {result.check for result in results}
    return waive(results, [cover for cover in covers if cover.waiver.check in ids], world.now().date())


def moved(session: Session, vault: Vault, prepared: Prepared) -> Result:
    """Whether the device still runs what the plan was made from: asked again right before the first change."""
    now = timer.without(parse(session.running_config()).map_secrets(vault.seal))
    changed = not same(now, prepared.running)
    lines = different(now, prepared.running) if changed else ()
    return run(before.MOVED, {Moved: Moved("the plan was made", changed, lines)})


def _plate(session: Session) -> Nameplate | Unknown:
    try:
        plate = nameplate.read(session.run("show system"))
    except LineRefused as error:
        return Unknown(f"the device refuses `show system`: {error}")
    return plate if plate != nameplate.BLANK else Unknown(_NO_NAMEPLATE)


def _startup(session: Session, running: Config, vault: Vault) -> Startup | Unknown:
    text = session.startup_config()
    if text is None:
        return Unknown(_NO_STARTUP)
    return Startup(different(parse(text).map_secrets(vault.seal), running))
