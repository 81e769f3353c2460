"""Routing and mapping tables: which entry takes a value, and what a line of them leads to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sbc_tool.trinity import pattern
from sbc_tool.trinity.tree import Node

DESTINATIONS = ("cs-interface", "cs-service", "cs-routing-table")


@dataclass(frozen=True, slots=True)
class Choice:
    """The entry of a table that takes a value.

    `sure`: it is the longest match however wildcards count. `prefix`: the value goes on behind a key without wildcards.
    """

    node: Node
    caught: tuple[str, ...]
    sure: bool
    prefix: bool
    others: int


def choose(entries: Iterable[tuple[str, Node]], value: str) -> Choice | None:
    """The best of the entries, given with their keys; the first of equals."""
    taking = [
        (key, node, caught)
        for text, node in entries
        if (key := pattern.read(text)) and (caught := key.catches(value)) is not None
    ]
    if not taking:
        return None
    best, node, caught = max(taking, key=lambda one: one[0].weight)
    others = [key for key, other, _ in taking if other is not node]
    prefix = (
        not (best.whole or best.waits) and all(item.fixed for item in best.items) and 0 < len(best.items) < len(value)
    )
    return Choice(node, caught, all(best.narrows(key) for key in others), prefix, len(others))


def keys(table: Node) -> Iterator[tuple[str, Node]]:
    """The entries of a routing or mapping table, with their keys."""
    for node in table.children:
        if node.match and not node.match.negated and node.text.startswith(("route ", "map ")):
            yield node.value("pattern") or node.value("from"), node


def destination(node: Node) -> tuple[str, str]:
    """Kind and name of what a `route` line leads to; empty if it names nothing that is known."""
    for parameter in node.match.command.refers() if node.match else ():
        if parameter.refers in DESTINATIONS:
            return parameter.refers, node.value(parameter.name)
    return "", ""


def maps_of(node: Node) -> Iterator[str]:
    """The mapping tables that a line names."""
    for parameter in node.match.command.refers() if node.match else ():
        if parameter.refers == "mapping-table" and node.value(parameter.name):
            yield node.value(parameter.name)


def pairs(kind: str, to: str) -> Iterator[tuple[str, str]]:
    """What a mapping table reads and writes; `e164` stands for both numbers."""
    for side in ("called-", "calling-") if "e164" in (kind, to) else ("",):
        yield (side + kind if kind == "e164" else kind), (side + to if to == "e164" else to)
