"""Type the lines of a plan, many in flight, and stop at the first that the device does not take."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from sbc_tool.deploy.driver import Reply
from sbc_tool.deploy.pace import Pace
from sbc_tool.deploy.prompt import mode_of
from sbc_tool.deploy.script import Typed, position_names, script
from sbc_tool.deploy.session import Session
from sbc_tool.errors import LineRefused, Unreachable
from sbc_tool.site.secrets import Vault
from sbc_tool.trinity.tree import Node

_TOLD = 5  # lines of an answer


@dataclass(frozen=True, slots=True)
class Refusal:
    """The first line that the device did not take, and what it said (masked).

    `garbled`: it has read something else, and what that brought about is not known. `moved`: the session ended with a
    line that gives the device another address.
    """

    line: Typed
    answer: str
    kind: Literal["refused", "garbled", "moved"] = "refused"


def push(
    session: Session,
    blocks: Iterable[Node],
    vault: Vault,
    progress: Callable[[int, int], None] = lambda *_: None,
    pace: Pace | None = None,
) -> Refusal | None:
    """Type the blocks in configuration mode. None when every line was taken.

    After a refusal the lines that were in flight have been answered too, but the mode that the session is in can't be
    relied upon: undo over a new one. `pace` is how far ahead is typed, and learns from it.
    """
    lines, pace = script(blocks), pace or Pace()
    session.enter_configuration()
    judge = _Judge(session, vault)
    done = 0
    for batch in _between_barriers(lines):
        feed = _Feed(batch, vault)
        if batch[0].address:  # it always begins a batch: an unnamed device shows its address in the prompt
            session.known_as(batch[0].address)
        try:
            for reply in session.type(feed, pace):
                line = feed.waiting.popleft()
                done += 1
                if judge.refusal is None:
                    feed.stopped = judge.refuses(line, reply)
                    progress(done, len(lines))
                if reply.garbled:
                    break  # which reply belongs to which line is not known any more
        except Unreachable:
            if judge.refusal is None and not (feed.waiting and feed.waiting[0].address):
                raise
            judge.refusal = judge.refusal or Refusal(feed.waiting[0], "(the session ended)", "moved")
        if judge.refusal:
            return judge.refusal  # what was in flight has been answered, or the session is gone
    session.leave_configuration()
    return None


class _Feed:
    """The lines of a batch in clear, one by one as they are sent, until it is stopped."""

    def __init__(self, batch: Sequence[Typed], vault: Vault) -> None:
        self._batch = batch
        self._vault = vault
        self.waiting: deque[Typed] = deque()
        self.stopped = False

    def __iter__(self) -> Iterator[str]:
        for line in self._batch:
            if self.stopped:
                return
            self.waiting.append(line)
            yield self._vault.reveal(line.text)


def _between_barriers(lines: Sequence[Typed]) -> Iterator[list[Typed]]:
    batch: list[Typed] = []
    for line in lines:
        if line.barrier and batch:
            yield batch
            batch = []
        batch.append(line)
    if batch:
        yield batch


class _Judge:
    """An accepted line prints nothing, and its prompt is that of the mode it must have led to.

    The abbreviations in Trinity's prompts are not known, so modes are told by change: entering must give another
    prompt, leaving the one from before, any other line the same.
    """

    def __init__(self, session: Session, vault: Vault) -> None:
        self.refusal: Refusal | None = None
        self._modes = [mode_of(session.prompt)]
        self._vault = vault

    def refuses(self, line: Typed, reply: Reply) -> bool:
        self.refusal = self._of(line, reply)
        return self.refusal is not None

    def _of(self, line: Typed, reply: Reply) -> Refusal | None:
        mode = mode_of(reply.prompt)
        if reply.garbled:
            return Refusal(line, "(its echo shows another line)", "garbled")
        if reply.output:
            about_a_secret = reply.line != line.text  # what was typed is not what is told
            masked = self._vault.mask(reply.output, 1) if about_a_secret else self._vault.mask(reply.output)
            return Refusal(line, " / ".join(masked.splitlines()[:_TOLD]))
        if line.kind == "enter":
            self._modes.append(mode)
            return None if mode != self._modes[-2] else Refusal(line, "(nothing, but it stayed in the mode)")
        if line.kind == "exit":
            self._modes.pop()
        return None if mode == self._modes[-1] else Refusal(line, f"(nothing, but it went to {reply.prompt})")


def as_error(refusal: Refusal, address: str, origin: str) -> LineRefused:
    """`origin`: the template line that the refused line was rendered from."""
    line = refusal.line
    where = f" ({origin})" if origin else ""
    what = f"{address} did not take `{line.text}` in {position_names(line.path)}{where}: {refusal.answer}"
    return LineRefused(what, "correct the template, or what sbc_tool/trinity/grammar/ says of the command")
