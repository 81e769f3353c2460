"""What must hold before a change is saved, and the save itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sbc_tool.check import run_all
from sbc_tool.deploy import pki, verify
from sbc_tool.deploy.enrolled import enrolled
from sbc_tool.deploy.guard import Guard, Work
from sbc_tool.deploy.look import look
from sbc_tool.deploy.session import Session
from sbc_tool.deploy.verify.facts import Readback, Registered
from sbc_tool.errors import LineRefused
from sbc_tool.finding import Outcome, Result
from sbc_tool.trinity import diff
from sbc_tool.trinity.tree import Config


def look_at(
    work: Work, session: Session, left: Callable[[Config], diff.Plan], material: pki.Material | None
) -> tuple[Result, ...]:
    """What the device shows now and, given what it must present, what it presents and answers.

    `left`: what is still to do when the device runs a configuration.
    """
    still = left(work.running(session))
    readback = Readback(still.changes, still.left_alone)
    facts: dict[type, Any] = {Readback: readback}
    if material is None or readback.changes:  # what isn't even there need not be waited for outside
        return run_all(verify.CONFIG, facts)
    work.tell("look at the TLS port and ask it over SIP")
    facts |= look(work.site, work.world, material)
    work.tell("ask the STARFACE who is registered")
    facts[Registered] = enrolled(work.site, work.world, work.vault)
    return run_all(verify.FULL, facts)


def holds(result: Result) -> bool:
    """Whether a result lets the deployment be saved.

    An OPTIONS that could not be sent is not held against the SBC: with mutual TLS it takes only certificates under
    Microsoft's roots, and ours may not be; what it presents is known all the same. Nor is a STARFACE that can't be
    reached from here.
    """
    if result.outcome is Outcome.UNKNOWN:
        return result.check in verify.MAY_STAY_UNKNOWN
    return result.outcome is not Outcome.FAIL


def told(result: Result) -> str:
    first = next((finding.text for finding in result.findings if finding.outcome is result.outcome), result.reason)
    return f"{result.check}: {first}"


def save(guard: Guard, session: Session, lacks: Callable[[Config], str]) -> None:
    """The last step: what runs is what the device starts with from now on; LineRefused when it is not.

    `lacks`: the first line that a saved configuration does not hold as it should, or nothing.
    """
    guard.work.tell("save")
    before = session.startup_config()
    guard.journal.note(step="save")
    guard.saving = True
    try:
        session.save()
    except LineRefused:
        guard.startup_unsure = session.startup_config() != before  # a full flash may have cost it the old one as well
        raise
    after = session.startup_config()
    if after is not None and (missing := lacks(guard.work.sealed(after))):
        guard.startup_unsure = True
        raise LineRefused(f"{session.address} took the save, yet its startup-config lacks `{missing}`")
    guard.saving = False
