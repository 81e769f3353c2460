"""From the first change on: what was done is on record, and whatever ends the work early is undone."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Self

from sbc_tool.deploy import lock, push, rollback, timer
from sbc_tool.deploy.addresses import moved
from sbc_tool.deploy.backup import Before
from sbc_tool.deploy.commands import text_of
from sbc_tool.deploy.journal import Entry, Journal, fires_later
from sbc_tool.deploy.login import Passwords
from sbc_tool.deploy.pace import Pace
from sbc_tool.deploy.session import Session, address, connect
from sbc_tool.deploy.theirs import Kept, Ours
from sbc_tool.errors import DeployStuck, InputError, LineRefused, SbcError
from sbc_tool.site.model import Site
from sbc_tool.site.secrets import Vault
from sbc_tool.trinity.diff import restore
from sbc_tool.trinity.tree import Config, Node, apply, parse
from sbc_tool.world import World


@dataclass(frozen=True)
class Work:
    """What is worked on, and who is told."""

    site: Site
    world: World
    vault: Vault
    tell: Callable[[str], None]
    progress: Callable[[int, int], None]  # lines typed, lines in all
    origin: Callable[[push.Refusal], str]  # the template line of a refused one

    @property
    def where(self) -> str:
        return "{}:{}".format(*address(self.site, self.world))

    @contextmanager
    def turn(self) -> Iterator[lock.Turn]:
        """The device to ourselves, on this computer, unless somebody else has it."""
        with lock.turn(self.world.data_dir, self.where, self.world.environ, self.world.now().isoformat()) as turn:
            yield turn

    def connect(self) -> Session:
        return connect(self.site, self.world, Passwords.of(self.site, self.vault))

    def running(self, session: Session) -> Config:
        return self.configuration(session.running_config())

    def configuration(self, text: str) -> Config:
        """What runs, less our own timer; its secrets are tokens."""
        return timer.without(self.sealed(text))

    def sealed(self, text: str) -> Config:
        return parse(text, "running-config").map_secrets(self.vault.seal)


class Guard:
    """Hold the session over which a device is changed.

    `on_failure` is told the outcome of an undo before it is raised.
    """

    def __init__(self, work: Work, session: Session, before: Before, on_failure: Callable[[SbcError], None]) -> None:
        self.work = work
        self.session = session
        self.written: list[str] = []  # files that are new on the device
        self.typed = False
        self.saving = False
        self.startup_unsure = False
        self.pace = Pace()
        self._ours = Ours()
        self._home = work.world
        self._before = before
        self._on_failure = on_failure
        now = work.world.now().isoformat()
        entry = Entry(work.site.site, work.where, session.host_key, now, str(before.backup))
        self.journal = Journal(work.world.data_dir, entry)

    @property
    def changed(self) -> bool:
        return self.typed or bool(self.written)

    def take_over(self, earlier: Entry, differs: bool) -> None:
        """Go on where an earlier piece of work was cut off: what it did counts as done by this one."""
        self.journal.entry = dataclasses.replace(earlier, backup=str(self._before.backup))
        self._ours.add(parse(earlier.typed).nodes)
        self.written = list(earlier.written)
        self.typed = differs

    def about_to_write(self, path: str) -> None:
        self.journal.note(step="files", written=(*self.written, path))
        self.written.append(path)

    def arm(self, minutes: int, until: datetime) -> bool:
        """Have the device restart by itself, should nobody come back. False where it can't."""
        self.journal.note(timer="timer", fires=until.isoformat())  # should we be killed while it is armed
        form = timer.arm(self.session, minutes)
        self.journal.note(timer=form, fires=until.isoformat() if form else "")
        return bool(form)

    def call_off(self, session: Session) -> None:
        """Before anything is saved."""
        if call_off(session, self.journal.entry, self.work.world):
            self.journal.note(timer="", fires="")

    def bring(self, running: Config, blocks: tuple[Node, ...]) -> None:
        """Type the blocks; LineRefused for the first line that the device does not take.

        Where characters get lost, or the device moves to another address, it goes on over a new session, from what is
        there then to what should be there.
        """
        target = apply(running, blocks)
        self._ours.add(blocks)
        self.journal.note(step="lines", typed=self.journal.entry.typed + text_of(blocks))
        self.typed = True
        for _ in range(rollback.SESSIONS):
            refusal = push.push(self.session, blocks, self.work.vault, self.work.progress, self.pace)
            if refusal is None:
                break
            if refusal.kind == "refused" or (refusal.kind == "garbled" and not self.pace.lost()):
                raise push.as_error(refusal, self.session.address, self.work.origin(refusal))
            self.work.tell(_WHY_AGAIN[refusal.kind])
            self._settle()
            self.work = moved(self.work, running, target)
            self.session = self.work.connect()
            blocks = self._left(target)
            if not blocks:
                break
        else:
            raise LineRefused(f"{self.session.address} did not take the whole plan over {rollback.SESSIONS} sessions")
        self.work = moved(self.work, running, target)
        self.journal.note(step="typed")

    def _left(self, target: Config) -> tuple[Node, ...]:
        """What is still to type; what others typed meanwhile stays, and is told where it can't."""
        now = self.work.running(self.session)
        kept = Kept(now, target, self._ours)
        if kept.lost:
            self.work.tell(f"lines that were not typed here go with those that were: {', '.join(kept.lost)}")
        return restore(now, kept.config)

    def _settle(self) -> None:
        self.session.settle()
        self._ours.learn(self.session.misread)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self.journal.close()
            self.session.close()
            return
        if not self.changed:
            self._leave_as_it_was()
            return
        self._settle()
        in_the_save = self.saving and not isinstance(error, LineRefused)
        cut_off = in_the_save or self.startup_unsure or self.journal.entry.startup_unsure
        self._note(step="undo", startup_unsure=cut_off)
        entry = self.journal.entry
        before, written = self._before, tuple(self.written)
        start = rollback.Start(
            error, before.config, before.backup, written, cut_off, entry.timer, entry.fires, self._home, self._ours
        )
        self.work.tell("undo")
        try:
            rollback.undo(self.work.site, self.work.world, self.work.vault, start, self.pace)
        except SbcError as outcome:
            if isinstance(outcome, DeployStuck):
                self._note(step="stuck")
            else:
                self.journal.close()
            self._on_failure(outcome)
            raise

    def _leave_as_it_was(self) -> None:
        """Nothing was changed; a timer may be armed all the same."""
        try:
            self.call_off(self.session)
        except SbcError as failure:
            self.work.tell(str(failure))
            return
        self.journal.close()

    def _note(self, **changes: object) -> None:
        """On the way back the device comes first: a full disk must not stop that."""
        try:
            self.journal.note(**changes)
        except InputError as failure:
            self.work.tell(str(failure))


def call_off(session: Session, entry: Entry, world: World) -> bool:
    """Whether there was a timer. Also one whose time has passed: its line may still be there, and must not be saved."""
    if not entry.timer:
        return False
    try:
        timer.cancel(session, entry.timer)
    except LineRefused:
        if fires_later(entry, world.now()):
            raise
    return True


_WHY_AGAIN = {
    "garbled": "the device loses characters: going on slowly, over a new session",
    "moved": "the device has another address now: going on over a new session",
}
