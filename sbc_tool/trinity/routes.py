"""Where tables, services and interfaces of `context cs` lead to, as a graph."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import takewhile

from sbc_tool.trinity import pattern
from sbc_tool.trinity.references import words_of_the_unknown
from sbc_tool.trinity.tables import destination, keys, maps_of
from sbc_tool.trinity.tree import Config, Node

_BLOCKS = ("cs-routing-table", "cs-service")
Lead = tuple[Node, Node]  # the line, and the table or service that it leads to


@dataclass(frozen=True)
class Graph:
    """`leads`: from each table and service to others; `roots`: those that an interface or anything else asks."""

    leads: Mapping[int, tuple[Lead, ...]]
    blocks: Mapping[int, Node]
    roots: frozenset[int]

    @classmethod
    def of(cls, config: Config) -> Graph:
        blocks = {id(node): node for (kind, _), node in config.objects.items() if kind in _BLOCKS}
        leads: dict[int, list[Lead]] = {key: [] for key in blocks}
        roots: set[int] = set()
        for path, node in config.walk():
            target = config.objects.get(destination(node))
            if target is None or id(target) not in blocks:
                continue
            holder = next((id(block) for block in path if id(block) in blocks), None)
            if holder is None:
                roots.add(id(target))
            else:
                leads[holder].append((node, target))
        return cls({key: tuple(found) for key, found in leads.items()}, blocks, frozenset(roots))

    def unreached(self) -> Iterator[Node]:
        """Tables and services that are asked, but only by others that nothing asks."""
        asked = {id(target) for found in self.leads.values() for _, target in found}
        reached, frontier = set(self.roots), list(self.roots)
        while frontier:
            for _, target in self.leads[frontier.pop()]:
                if id(target) not in reached:
                    reached.add(id(target))
                    frontier.append(id(target))
        if self.roots:  # in a fragment without interfaces nothing is asked
            yield from (node for key, node in self.blocks.items() if key in asked - reached)

    def circles(self) -> Iterator[list[Lead]]:
        """Each circle that a call can't get out of, as (block, its line that leads on); once, from its first block."""
        done: set[int] = set()
        for start in self.blocks:
            if start not in done:
                yield from self._circles_from(start, done)

    def _circles_from(self, start: int, done: set[int]) -> Iterator[list[Lead]]:
        trail: list[Lead] = []
        stack = [(start, iter(self.leads[start]))]
        while stack:
            here, rest = stack[-1]
            line, target = next(rest, (None, None))
            if line is None or target is None:
                done.add(here)
                stack.pop()
                if trail:
                    trail.pop()
                continue
            on_the_way = [key for key, _ in stack]
            if any(maps_of(line)):
                continue  # the number is another one then
            if id(target) in on_the_way:
                circle = [*trail, (self.blocks[here], line)][on_the_way.index(id(target)) :]
                if _passable(circle):
                    yield circle
            elif id(target) not in done:
                trail.append((self.blocks[here], line))
                stack.append((id(target), iter(self.leads[id(target)])))


def _passable(circle: list[Lead]) -> bool:
    """Whether one number can take all these lines: of keys that look at the same, one begins as the other does."""
    begins: dict[str, str] = {}
    for block, line in circle:
        key = pattern.read(line.value("pattern")) if block.value("type") else None
        if key is None or key.default:
            continue
        fixed = "".join(next(iter(item.chars or "")) for item in takewhile(lambda item: item.fixed, key.bare))
        shorter, longer = sorted((begins.get(block.value("type"), ""), fixed), key=len)
        if not longer.startswith(shorter):
            return False
        begins[block.value("type")] = longer
    return True


def shadowed(table: Node) -> Iterator[tuple[Node, Node]]:
    """Lines of a table that never decide, each with the one that does instead."""
    first: dict[object, Node] = {}
    everything: Node | None = None
    default: Node | None = None
    for text, node in keys(table):
        key = pattern.read(text)
        if key is None:
            continue
        if key.default:
            default = node
            continue
        if not key.bare and not key.whole:
            everything = everything or node
        other = first.setdefault((key.bare, key.whole), node)
        if other is not node:
            yield node, other
    if default and everything:
        yield default, everything


def can_take(config: Config, line: Node) -> bool:
    """Whether what a line leads to can send a call on, as far as the configuration tells."""
    kind, name = destination(line)
    target = config.objects.get((kind, name))
    if target is None:
        return name in words_of_the_unknown(config)
    if kind != "cs-interface":
        return True
    gateway = target.leaf("bind context sip-gateway")
    bound = config.objects.get(("sip-gateway", gateway.value("gateway"))) if gateway else None
    off = bound is not None and bound.leaf("shutdown") is not None
    return not off and (target.leaf("remote") is not None or not target.text.startswith("interface sip "))
