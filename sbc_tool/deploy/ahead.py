"""What is settled before the first change: that there is a way back, which it is, and that nothing has moved."""

from __future__ import annotations

from datetime import timedelta

from sbc_tool.deploy import timer
from sbc_tool.deploy.addresses import new_address
from sbc_tool.deploy.guard import Guard, Work
from sbc_tool.deploy.script import script
from sbc_tool.deploy.session import Session
from sbc_tool.errors import InputError, SbcError
from sbc_tool.site.secrets import Vault
from sbc_tool.trinity import diff
from sbc_tool.trinity.tree import Config, apply, parse


def check_both_ways(vault: Vault, plan: diff.Plan) -> None:
    """InputError when a line of the plan or of its undo can't be typed."""
    for line in script(plan.apply):
        vault.reveal(line.text)
    for line in script(plan.undo):
        try:
            vault.reveal(line.text)
        except InputError as error:
            what = f"the device holds a secret that could not be typed back in an undo: `{line.text}`: {error}"
            raise InputError(vault.mask(what), "change it on the device first; nothing was changed") from None


def tell_of_the_way_back(work: Work, session: Session, running: Config, plan: diff.Plan) -> None:
    """What to do should the device be out of reach afterwards: to be read before the question, not after it."""
    if there := new_address(work.site, work.world, running, apply(running, plan.apply)):
        work.tell(f"this moves the device: from then on it is found at {there}")
    way = "if the device can't be reached afterwards, a power cycle brings back its saved configuration"
    startup = session.startup_config()
    if startup is not None and not diff.same(parse(startup).map_secrets(work.vault.seal), running):
        way += ", which is not what runs now: it has unsaved changes"
    work.tell(way)


def check_unmoved(work: Work, session: Session, running: Config) -> None:
    """SbcError when the device no longer runs what the plan was made for."""
    if not diff.same(running, work.running(session)):
        what = "the running-config was changed by somebody else meanwhile; nothing was typed"
        raise SbcError(what, "run it again: it plans anew")


def arm(guard: Guard, minutes: int) -> None:
    """Arm a timer on the device and say what is known of it, or that the device offers none."""
    until = guard.work.world.now() + timedelta(minutes=minutes)
    if not guard.arm(minutes, until):
        guard.work.tell("the device offers no timer: only a power cycle brings back its saved configuration by itself")
        return
    form = guard.journal.entry.timer
    grade = timer.FORMS[form].evidence
    guard.work.tell(f"timer armed (`{form}`; {grade}, not seen to fire): the device restarts at {until:%H:%M:%S} UTC")
