"""What an earlier piece of work left behind: where it stands, and how it is finished or undone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sbc_tool.deploy import backup, journal, rollback, timer
from sbc_tool.deploy.guard import Work
from sbc_tool.deploy.journal import Entry, Journal
from sbc_tool.deploy.pace import Pace
from sbc_tool.deploy.session import Session
from sbc_tool.errors import DeployStuck, SbcError
from sbc_tool.trinity.diff import same
from sbc_tool.trinity.tree import parse

Place = Literal["before", "saved", "changed"]


@dataclass(frozen=True)
class Pending:
    """What is on record, and what the device runs: what it ran before, what it has saved, or something else."""

    entry: Entry
    place: Place

    def __str__(self) -> str:
        runs = {
            "before": "it runs what it ran before",
            "saved": "it runs what it has saved, which is not what it ran before",
            "changed": "it runs something else than before, or part of it",
        }
        parts = [f"the work of {self.entry.at} ended {journal.TOLD[self.entry.step]}: {runs[self.place]}"]
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
    """What is on record of a site, and what its device runs now."""
    if journal.read(work.world.data_dir, work.site.site) is None:
        return None
    with work.connect() as session:
        entry = _of(work, session)
        return Pending(entry, _place(work, session, entry)) if entry else None


def confirm(work: Work, entry: Entry) -> None:
    """Keep what runs: call the timer off, and save."""
    record = Journal(work.world.data_dir, entry)
    with work.connect() as session:
        if journal.fires_later(entry, work.world.now()):
            timer.cancel(session, entry.timer)
        record.note(step="save", timer="", fires="", startup_unsure=True)
        session.save()
    record.close()


def abort(work: Work, entry: Entry) -> None:
    """Bring the device back to what it was; DeployStuck when that is not proved."""
    record = Journal(work.world.data_dir, entry)
    before = backup.before(entry.backup, work.vault)
    armed = entry.timer if journal.fires_later(entry, work.world.now()) else ""
    unsure = entry.startup_unsure or entry.step == "save"
    record.note(step="undo", startup_unsure=unsure)
    start = rollback.Start(SbcError("aborted"), before.config, before.backup, entry.written, unsure, armed, entry.fires)
    try:
        left = rollback.walk_back(work.site, work.world, work.vault, start, Pace())
        if unsure:
            with work.connect() as session:
                session.save()
    except SbcError as error:
        record.note(step="stuck")
        raise DeployStuck(
            work.vault.mask(f"the undo failed: {error}"), f"what ran before is in {entry.backup}"
        ) from None
    if left:
        record.note(step="stuck")
        raise DeployStuck(f"after the undo the device still differs from before: {left}", f"see {entry.backup}")
    record.close()


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
