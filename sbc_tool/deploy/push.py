"""Type the lines of a plan, many in flight, and stop at the first that the device does not take."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from sbc_tool.deploy.driver import Reply
from sbc_tool.deploy.script import Typed, position_names, script
from sbc_tool.deploy.session import Session
from sbc_tool.errors import LineRefused, Unreachable
from sbc_tool.site.secrets import Vault
from sbc_tool.trinity.tree import Node

WINDOW = 64  # lines in flight: at 50 ms and 100 bytes a line, 128 kB/s, far above what a device's CLI takes in

_TOLD = 5  # lines of an answer


@dataclass(frozen=True, slots=True)
class Refusal:
    """The first line that the device did not take, and what it said (masked)."""

    line: Typed
    answer: str


def push(
    session: Session, blocks: Iterable[Node], vault: Vault, progress: Callable[[int, int], None] = lambda *_: None
) -> Refusal | None:
    """Type the blocks in configuration mode. None when every line was taken.

    After a refusal the lines that were in flight have been answered too, but the mode that the session is in can't be
    relied upon: undo over a new one.
    """
    lines = script(blocks)
    session.enter_configuration()
    refusal: Refusal | None = None
    prompts = [session.prompt]
    done = 0
    for batch in _between_barriers(lines):
        feed = _Feed(batch, vault)
        try:
            for reply in session.type(feed, WINDOW):
                line = feed.waiting.popleft()
                done += 1
                if refusal is None:
                    refusal = _judge(line, reply, prompts, vault)
                    feed.stopped = refusal is not None
                    progress(done, len(lines))
        except Unreachable:
            if refusal is None:
                raise
        if refusal:
            return refusal  # what was in flight has been answered, or the session is gone
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


def _judge(line: Typed, reply: Reply, prompts: list[str], vault: Vault) -> Refusal | None:
    """An accepted line prints nothing, and its prompt is that of the mode it must have led to.

    The abbreviations in Trinity's prompts are not known, so modes are told by change: entering must give another
    prompt, leaving the one from before, any other line the same.
    """
    if reply.output:
        about_a_secret = reply.line != line.text  # what was typed is not what is told
        masked = vault.mask(reply.output, 1) if about_a_secret else vault.mask(reply.output)
        return Refusal(line, " / ".join(masked.splitlines()[:_TOLD]))
    if line.kind == "enter":
        prompts.append(reply.prompt)
        return None if reply.prompt != prompts[-2] else Refusal(line, "(nothing, but it stayed in the mode)")
    if line.kind == "exit":
        prompts.pop()
    if reply.prompt != prompts[-1]:
        return Refusal(line, f"(nothing, but it went to {reply.prompt})")
    return None


def as_error(refusal: Refusal, address: str, origin: str) -> LineRefused:
    """`origin`: the template line that the refused line was rendered from."""
    line = refusal.line
    where = f" ({origin})" if origin else ""
    what = f"{address} did not take `{line.text}` in {position_names(line.path)}{where}: {refusal.answer}"
    return LineRefused(what, "correct the template, or what sbc_tool/trinity/grammar.yaml says of the command")
