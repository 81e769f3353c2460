"""`shutdown` and `no shutdown` around what must not change while it runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sbc_tool.trinity.grammar import Grammar
from sbc_tool.trinity.node import Node

_CLOSE = "shutdown"
_OPEN = "no shutdown"


def quieted(blocks: Sequence[Node], running: Sequence[Node], grammar: Grammar) -> tuple[Node, ...]:
    """The same lines, with a block of a quiet mode closed before the first of its changes and opened after the last.

    Only blocks of the top level are quiet in the grammar. One that stays closed is not opened.
    """
    here = {node.identity: node for node in running}
    at: dict[tuple[str, ...], list[int]] = {}
    for index, block in enumerate(blocks):
        if block.mode and grammar.modes[block.mode].quiet and block.identity in here:
            at.setdefault(block.identity, []).append(index)
    changed = list(blocks)
    for identity, places in at.items():
        parts = _quieted([changed[index] for index in places], here[identity], grammar)
        for index, part in zip(places, parts, strict=True):
            changed[index] = part
    return tuple(changed)


def _quieted(parts: Sequence[Node], running: Node, grammar: Grammar) -> list[Node]:
    """`parts`: what is typed into one block, in one or more goes."""
    lines = [[child for child in part.children if child.text not in (_CLOSE, _OPEN)] for part in parts]
    if not any(lines):
        return list(parts)
    typed = [child.text for part in parts for child in part.children if child.text in (_CLOSE, _OPEN)]
    was_open = running.leaf(_OPEN) is not None
    if was_open or _CLOSE in typed:
        lines[0].insert(0, _line(_CLOSE, parts[0], grammar))
    if typed[-1:] == [_OPEN] or (was_open and not typed):
        lines[-1].append(_line(_OPEN, parts[0], grammar))
    return [replace(part, children=tuple(children)) for part, children in zip(parts, lines, strict=True)]


def _line(text: str, block: Node, grammar: Grammar) -> Node:
    return Node(text, (), 0, grammar.match(block.mode or "", text))
