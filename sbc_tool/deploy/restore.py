"""`rollback`: bring a device back to one of its backups, as guarded as a deployment."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sbc_tool.check import run
from sbc_tool.deploy import ahead, audit, backup, before, lock
from sbc_tool.deploy.backup import Before
from sbc_tool.deploy.delivery import present
from sbc_tool.deploy.deployment import Deployment, failed, log
from sbc_tool.deploy.guard import Guard, Work
from sbc_tool.deploy.pending import refuse_unfinished
from sbc_tool.deploy.proof import save
from sbc_tool.deploy.session import Session
from sbc_tool.errors import InputError, LineRefused, SbcError
from sbc_tool.trinity import diff
from sbc_tool.trinity.tree import Config

_VERB = {"verb": "rollback"}
_FILES = ("pki:private-key/", "pki:certificate/")


@dataclass(frozen=True)
class Back:
    """The choices of one rollback. `to`: a backup; None for the newest that is not what runs."""

    to: Path | None = None
    revert_in: int = 0  # minutes; 0: no timer
    confirm: Callable[[Deployment], bool] = lambda _: True


def rollback(work: Work, back: Back) -> Deployment:
    """Make the device what the backup says, line for line, and save that.

    Raises DeployUndone or DeployStuck when it failed after the first change, any other SbcError before.
    """
    audit.check(work.world.data_dir)
    with work.turn() as turn:
        if turn.other:
            return Deployment(work.site.site, "unchanged", (run(before.LOCK, {lock.Turn: turn}),))
        refuse_unfinished(work)
        work.tell(f"connecting to {work.where}")
        with work.connect() as session:
            done = _rollback(work, session, back)
    if done.state != "planned":
        log(work, done, _VERB)
    return done


def _rollback(work: Work, session: Session, back: Back) -> Deployment:
    text = session.running_config()
    running = work.configuration(text)
    wanted = backup.before(back.to, work.vault) if back.to else _newest_other(work, running)
    work.tell(f"back to {wanted.backup}")
    saved = backup.save(work.world.data_dir, work.site.site, work.world.now(), text)
    plan = diff.exactly(running, wanted.config)
    ahead.check_both_ways(work.vault, plan)
    planned = Deployment(work.site.site, "planned", plan=plan, backup=saved, device=session.name)
    if plan.empty:
        return dataclasses.replace(planned, state="unchanged")
    _check_files(session, plan)
    ahead.tell_of_the_way_back(work, session, running, plan)
    if not back.confirm(planned):
        return planned
    ahead.check_unmoved(work, session, running)

    def on_failure(error: SbcError) -> None:
        log(work, failed(planned.site, saved, error), _VERB, error)

    with Guard(work, session, Before(running, saved), on_failure) as guard:
        if back.revert_in:
            ahead.arm(guard, back.revert_in)
        work.tell("push")
        guard.bring(running, plan.apply)
        _prove_and_save(guard, wanted.config)
    return dataclasses.replace(planned, state="deployed")


def _newest_other(work: Work, running: Config) -> Before:
    for path in backup.listed(work.world.data_dir, work.site.site):
        found = backup.before(path, work.vault)
        if not diff.same(found.config, running):
            return found
    raise InputError("no backup differs from what the device runs", "`rollback SITE --list` shows which there are")


def _check_files(session: Session, plan: diff.Plan) -> None:
    """InputError when a certificate or key that the backup names is not on the device any more."""
    named = {
        word for block in plan.apply for _, node in block.walk() if not node.text.startswith("no ")
        for word in node.text.split() if word.startswith(_FILES)
    }  # fmt: skip
    if named and (missing := sorted(named - (present(session) or named))):
        hint = "bring it onto the device first; nothing was changed"
        raise InputError(f"the backup names {missing[0]}, which the device does not hold", hint)


def _prove_and_save(guard: Guard, wanted: Config) -> None:
    guard.session.close()
    guard.work.tell("read back on a fresh connection")
    with guard.work.connect() as session:
        running = guard.work.running(session)
        if not diff.same(running, wanted):
            lines = ", ".join(node.text for node in diff.restore(running, wanted)[:5])
            raise LineRefused(f"the device is not what the backup says: {lines}", "see what it shows instead")
        guard.call_off(session)
        save(guard, session, lambda saved: next((node.text for node in diff.restore(saved, wanted)), ""))
