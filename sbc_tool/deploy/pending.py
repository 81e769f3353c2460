"""What an earlier piece of work left behind: where it stands, and how it is finished or undone."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from sbc_tool.deploy import audit, backup, journal, rollback
from sbc_tool.deploy.deployment import Deployment, State, log
from sbc_tool.deploy.guard import Work, call_off
from sbc_tool.deploy.journal import Entry, Journal
from sbc_tool.deploy.lock import Turn
from sbc_tool.deploy.pace import Pace
from sbc_tool.deploy.session import Session
from sbc_tool.deploy.theirs import Ours
from sbc_tool.errors import DeployStuck, InputError, LineRefused, SbcError
from sbc_tool.trinity.diff import same
from sbc_tool.trinity.tree import parse

Place = Literal["before", "saved", "changed"]
_RUNS: dict[Place, str] = {
    "before": "it runs what it ran before",
    "saved": "it runs what it has saved, which is not what it ran before",
    "changed": "it runs something else than before, or part of it",
}


@dataclass(frozen=True)
class Pending:
    """What is on record, and what the device runs: what it ran before, what it has saved, or something else.

    `unasked`: why the device itself could not be asked.
    """

    entry: Entry
    place: Place | None
    unasked: SbcError | None = None

    def __str__(self) -> str:
        unasked = f"what it runs is not known, as it could not be asked: {self.unasked}"
        runs = _RUNS[self.place] if self.place else unasked
        parts = [f"the work of {self.entry.at} ended {journal.TOLD[self.entry.step]}: {runs}"]
        if self.entry.startup_unsure or self.entry.step == "save":
            parts.append("its startup-config may hold the change")
        if self.entry.timer:
            parts.append(f"a timer restarts it at {self.entry.fires} with its saved configuration")
        return "; ".join((*parts, f"backup: {self.entry.backup}"))


def refuse_unfinished(work: Work) -> None:
    """SbcError while earlier work at this site was not brought to an end: nothing else may be begun then."""
    if entry := journal.read(work.world.data_dir, work.site.site):
        what = f"the work of {entry.at} was not brought to an end: it ended {journal.TOLD[entry.step]}"
        raise SbcError(what, "`sbc-tool deploy abort SITE` takes it back, `deploy status SITE` says where it stands")


def earlier(work: Work, session: Session) -> Entry | None:
    """What was cut off and is to be gone on with. SbcError while a timer on the device is armed."""
    entry = _of(work, session)
    if entry is None:
        return None
    if journal.fires_later(entry, work.world.now()):
        what = f"a deployment of {entry.at} is pending: the device restarts at {entry.fires}"
        raise SbcError(what, "`sbc-tool deploy confirm SITE` keeps what runs, `deploy abort SITE` takes it back")
    work.tell(str(Pending(entry, _place(work, session, entry))))
    work.tell("going on from there; should it fail, it is undone to that backup")
    return entry


def look(work: Work) -> Pending | None:
    """What is on record of a site, and what its device runs now, as far as it can be asked."""
    entry = journal.read(work.world.data_dir, work.site.site)
    if entry is None:
        return None
    try:
        with work.connect() as session:
            found = _of(work, session)
            return Pending(found, _place(work, session, found)) if found else None
    except SbcError as error:
        return Pending(entry, None, error)


def finish(work: Work, verb: Literal["confirm", "abort"]) -> str:
    """Keep or take back what is pending, with a line in the audit log; empty when nothing is."""
    with work.turn() as turn:
        refuse_in_use(turn)
        found = look(work)
        if found is None:
            return ""
        if found.unasked:
            raise found.unasked
        backed = Path(found.entry.backup)
        try:
            told = confirm(work, found.entry) if verb == "confirm" else abort(work, found.entry)
        except SbcError as error:
            log(work, Deployment(work.site.site, "failed", backup=backed), {"verb": f"deploy {verb}"}, error)
            raise
        state: State = "deployed" if verb == "confirm" else "rolled-back"
        log(work, Deployment(work.site.site, state, backup=backed), {"verb": f"deploy {verb}"})
        return told


def refuse_in_use(turn: Turn) -> None:
    """SbcError while somebody is at work on the device: what is on record is then not yet left behind."""
    if turn.other:
        raise SbcError(f"{turn.other} is at work on {turn.device}", "wait until that has ended")


def confirm(work: Work, entry: Entry) -> str:
    """Keep what runs: call the timer off, and save."""
    audit.check(work.world.data_dir)
    record = Journal(work.world.data_dir, entry)
    with work.connect() as session:
        call_off(session, entry, work.world)
        record.note(step="save", timer="", fires="", startup_unsure=True)
        _save(work, session)
    record.close()
    return "kept: what runs is saved"


def abort(work: Work, entry: Entry) -> str:
    """Bring the device back to what it was; DeployStuck when that is not proved."""
    record = Journal(work.world.data_dir, entry)
    before = backup.before(entry.backup, work.vault)
    armed = entry.timer if journal.fires_later(entry, work.world.now()) else ""
    unsure = entry.startup_unsure or entry.step == "save"
    _note(work, record, step="undo", startup_unsure=unsure)
    ours = Ours(parse(entry.typed).nodes)
    start = rollback.Start(
        SbcError("aborted"), before.config, before.backup, entry.written, unsure, armed, entry.fires, ours=ours
    )
    try:
        walked = rollback.walk_back(work.site, work.world, work.vault, start, Pace())
        if walked.left:
            raise LineRefused(f"the device still differs from before: {walked.left}")
        if unsure:
            with work.connect() as session:
                _save(work, session)
    except SbcError as error:
        _note(work, record, step="stuck")
        what, hint = work.vault.mask(f"the undo failed: {error}"), f"what ran before is in {entry.backup}"
        raise DeployStuck(what, hint) from None
    record.close()
    return f"taken back: the device is what it was{walked}"


def _save(work: Work, session: Session) -> None:
    """And see that it was."""
    running = work.running(session)
    session.save()
    saved = session.startup_config()
    if saved is not None and not same(work.configuration(saved), running):
        what = f"{session.address} took the save, yet its startup-config is not what runs"
        raise LineRefused(what, "see whether its flash is full, then run `copy running-config startup-config` there")


def _note(work: Work, record: Journal, **changes: object) -> None:
    """On the way back the device comes first: a full disk must not stop that."""
    try:
        record.note(**changes)
    except InputError as failure:
        work.tell(str(failure))


def _of(work: Work, session: Session) -> Entry | None:
    """What is on record of the device that answers; an exchanged device has no past."""
    entry = journal.read(work.world.data_dir, work.site.site)
    if entry and entry.host_key != session.host_key:
        work.tell(f"the record of {entry.at} is of a device with another host key, {entry.host_key}: it is left aside")
        return None
    return entry


def _place(work: Work, session: Session, entry: Entry) -> Place:
    running = work.running(session)
    if same(running, backup.before(entry.backup, work.vault).config):
        return "before"
    startup = session.startup_config()
    if startup is not None and same(running, parse(startup).map_secrets(work.vault.seal)):
        return "saved"
    return "changed"
