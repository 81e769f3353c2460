"""Blocks of lines -> what is typed, line by line, and where it must be waited for the answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from sbc_tool.trinity.grammar import ROOT, Grammar, load
from sbc_tool.trinity.tree import Node

EXIT = (
    "exit"  # smartware: SW4110 p.262, LYNC-era scrapers; that a line of an outer mode leaves the inner one is indirect
)


@dataclass(frozen=True, slots=True)
class Typed:
    """One line to type. `path`: the blocks it is typed in, outermost first."""

    text: str
    kind: Literal["line", "enter", "exit"]
    path: tuple[str, ...]
    node: Node | None = None  # None for `exit`
    barrier: bool = False  # nothing may be in flight when this one is sent

    @property
    def address(self) -> str:
        """The address that the line gives to the device; empty for any other line."""
        match = self.node.match if self.node else None
        given = match is not None and not match.negated and match.command.literals == ("ipaddress",)
        return match.values["address"].partition("/")[0] if match and given else ""


def script(blocks: Iterable[Node]) -> list[Typed]:
    """The lines to type in configuration mode, each block left again with `exit`, with their barriers."""
    return list(_with_barriers(_flat(blocks, ()), load()))


def _flat(blocks: Iterable[Node], path: tuple[str, ...]) -> Iterator[Typed]:
    for node in blocks:
        if node.mode is None:
            yield Typed(node.text, "line", path, node)
            continue
        yield Typed(node.text, "enter", path, node)
        inner = (*path, node.text)
        yield from _flat(node.children, inner)
        yield Typed(EXIT, "exit", inner)


@dataclass(frozen=True, slots=True)
class _Position:
    """Where a device would stand: its open modes, and the blocks that opened them."""

    modes: tuple[str, ...]
    path: tuple[str, ...]

    def entered(self, node: Node) -> _Position:
        return _Position((*self.modes, node.mode or ""), (*self.path, node.text))

    def left(self) -> _Position:
        return _Position(self.modes[:-1], self.path[:-1])


def _with_barriers(lines: Iterable[Typed], grammar: Grammar) -> Iterator[Typed]:
    """Mark the lines that could take effect in a wrong block, if a block's first line were refused in flight.

    Were `identity X` refused, the lines behind it would land in the mode around it. For every such line that is
    still unanswered we keep where the device would then stand. A line that means something there, other than where it
    is meant, must wait; the answers that it waits for settle all doubts before it. So must one that hurts at once if
    what comes before it was refused, and whatever follows a line that gives the device another address.
    """
    here = _Position((ROOT,), ())
    doubts: set[_Position] = set()
    taking = moving = False
    for line in lines:
        barrier = moving or any(_takes_effect(line, doubt, here, grammar) for doubt in doubts)
        takes, moving = _takes_away(line), bool(line.address)
        barrier = barrier or _hurts(line) or (takes and not taking)
        if line.kind == "line":
            taking = takes
        if barrier:
            doubts = set()
        if line.kind == "exit":
            doubts = {doubt.left() for doubt in doubts if len(doubt.modes) > 1}  # the last exit leaves configuration
            here = here.left()
        elif line.kind == "enter" and line.node:
            doubts.add(here)
            here = here.entered(line.node)
        yield replace(line, barrier=True) if barrier else line


# What cuts calls or people off, or makes a half typed service live, the moment it is typed.
_AT_ONCE = frozenset(("shutdown", "ipaddress", "administrator", "operator", "method", "bind"))


def _hurts(line: Typed) -> bool:
    """Whether it may be typed only when all before it is known to stand."""
    match = line.node.match if line.node else None
    if match is None or match.command.literals[0] not in _AT_ONCE or _takes_away(line):
        return False
    return match.command.literals[0] != "bind" or match.command.mode.startswith("port")


def _takes_away(line: Typed) -> bool:
    """Whether it removes something or shuts it down: the first of a row of these waits for all that is new."""
    match = line.node.match if line.node else None
    if match is None or line.kind != "line":
        return False
    return line.text == "shutdown" or (match.negated and match.command.negation != "shown")


def _takes_effect(line: Typed, doubt: _Position, here: _Position, grammar: Grammar) -> bool:
    """Whether the line would mean something at `doubt`, in another block than the one it is meant for."""
    if line.kind == "exit":
        return False
    for depth in range(len(doubt.modes) - 1, -1, -1):
        if grammar.match(doubt.modes[depth], line.text):
            return doubt.path[:depth] != here.path
    return False


def position_names(path: Sequence[str]) -> str:
    """A path as people read it."""
    return " / ".join(path) or "the top level"
