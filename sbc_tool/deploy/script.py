"""Blocks of lines -> what is typed, line by line, and where it must be waited for the answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
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
    is meant, must wait; the answers that it waits for settle all doubts before it.
    """
    here = _Position((ROOT,), ())
    doubts: set[_Position] = set()
    for line in lines:
        barrier = any(_takes_effect(line, doubt, here, grammar) for doubt in doubts)
        if barrier:
            doubts = set()
        if line.kind == "exit":
            doubts = {doubt.left() for doubt in doubts if len(doubt.modes) > 1}  # the last exit leaves configuration
            here = here.left()
        elif line.kind == "enter" and line.node:
            doubts.add(here)
            here = here.entered(line.node)
        yield Typed(line.text, line.kind, line.path, line.node, barrier)


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
