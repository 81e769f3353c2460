"""What is typed to take lines away, and in which order a device lets them go."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sbc_tool.trinity.node import Node

_Name = tuple[str, str]  # kind and name of an object


@dataclass(frozen=True, slots=True)
class Removal:
    """A line to type that takes something away, with the names that go with it and the names that were used there."""

    typed: Node
    defines: frozenset[_Name]
    refers: frozenset[_Name]

    @classmethod
    def of(cls, node: Node) -> Removal:
        matches = [below.match for _, below in node.walk() if below.match and not below.match.negated]
        defines = {(p.defines, m.values[p.name]) for m in matches for p in m.command.defines()}
        refers = {(p.refers, m.values[p.name]) for m in matches for p in m.command.refers() if p.name in m.values}
        return cls(negation(node), frozenset(defines), frozenset(refers - defines))

    @classmethod
    def inside(cls, block: Node, removals: Sequence[Removal]) -> Removal:
        typed = replace(block, children=tuple(removal.typed for removal in removals))
        defines = frozenset[_Name]().union(*(removal.defines for removal in removals))
        return cls(typed, defines, frozenset[_Name]().union(*(removal.refers for removal in removals)))


def users_first(removals: Sequence[Removal]) -> list[Removal]:
    """In an order in which nothing goes that another one still uses: a device refuses that (SW4110 p.257)."""
    users = Counter(name for removal in removals for name in removal.refers)
    waiting = list(removals)
    ordered: list[Removal] = []
    while waiting:
        free = [one for one in waiting if not any(users[name] for name in one.defines)] or waiting[:1]
        for one in free:
            users.subtract(one.refers)
        ordered.extend(free)
        taken = {id(one) for one in free}
        waiting = [one for one in waiting if id(one) not in taken]
    return ordered


def negation(node: Node) -> Node:
    """The line that takes this one back. It has no line number: nobody wrote it."""
    if node.match is None:
        return Node(f"no {node.text}")
    match = node.match._replace(negated=not node.match.negated)
    return Node(match.short if node.match.negated else f"no {match.short}", (), 0, match)
