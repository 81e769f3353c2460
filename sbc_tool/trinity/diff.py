"""Running and wanted configuration -> the lines that lead from one to the other, and back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from sbc_tool.trinity.grammar import ROOT, Grammar, load
from sbc_tool.trinity.tree import Config, Node, apply


@dataclass(frozen=True, slots=True)
class Change:
    """One line of difference, for people and for JSON."""

    op: Literal["add", "remove", "replace"]
    path: tuple[str, ...]
    line: str
    was: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to type, as blocks of lines; `undo` typed after `apply` gives the start again."""

    apply: tuple[Node, ...]
    undo: tuple[Node, ...]
    changes: tuple[Change, ...]
    left_alone: tuple[Change, ...]  # lines of others in blocks that we share: not ours to remove

    @property
    def empty(self) -> bool:
        return not self.apply


def plan(running: Config, wanted: Config) -> Plan:
    """Bring what we render into the running configuration.

    A block that we render is ours: lines in it that we don't render go. In a block that others use too
    (`shared` in the grammar: the contexts, ports, servers) only our own lines change. The rest is not touched.
    """
    differ = _Differ(load(), exact=False)
    forward = differ.lines(running.nodes, wanted.nodes)
    after = apply(running, forward)
    undo = restore(after, running)
    return Plan(forward, undo, tuple(differ.changes), tuple(differ.left_alone))


def restore(running: Config, before: Config) -> tuple[Node, ...]:
    """The lines that turn `running` into exactly `before`."""
    return _Differ(load(), exact=True).lines(running.nodes, before.nodes)


def same(one: Config, other: Config) -> bool:
    """Whether two configurations mean the same, whatever their order, spelling or unprinted defaults."""
    return not restore(one, other) and not restore(other, one)


_Name = tuple[str, str]  # kind and name of an object


@dataclass(frozen=True, slots=True)
class _Removal:
    """A line to type that takes something away, with the names that go with it and the names that were used there."""

    typed: Node
    defines: frozenset[_Name]
    refers: frozenset[_Name]

    @classmethod
    def of(cls, node: Node) -> _Removal:
        matches = [below.match for _, below in node.walk() if below.match and not below.match.negated]
        defines = {(p.defines, m.values[p.name]) for m in matches for p in m.command.defines()}
        refers = {(p.refers, m.values[p.name]) for m in matches for p in m.command.refers() if p.name in m.values}
        return cls(negation(node), frozenset(defines), frozenset(refers - defines))

    @classmethod
    def inside(cls, block: Node, removals: Sequence[_Removal]) -> _Removal:
        typed = replace(block, children=tuple(removal.typed for removal in removals))
        defines = frozenset[_Name]().union(*(removal.defines for removal in removals))
        return cls(typed, defines, frozenset[_Name]().union(*(removal.refers for removal in removals)))


def _users_first(removals: Sequence[_Removal]) -> list[_Removal]:
    """In an order in which nothing goes that another one still uses: a device refuses that (SW4110 p.257)."""
    users = Counter(name for removal in removals for name in removal.refers)
    waiting = list(removals)
    ordered: list[_Removal] = []
    while waiting:
        free = [one for one in waiting if not any(users[name] for name in one.defines)] or waiting[:1]
        for one in free:
            users.subtract(one.refers)
        ordered.extend(free)
        taken = {id(one) for one in free}
        waiting = [one for one in waiting if id(one) not in taken]
    return ordered


class _Differ:
    """Walks two trees side by side. `exact`: everything counts, whoever it belongs to."""

    def __init__(self, grammar: Grammar, exact: bool) -> None:
        self.grammar = grammar
        self.exact = exact
        self.changes: list[Change] = []
        self.left_alone: list[Change] = []

    def lines(self, running: tuple[Node, ...], wanted: tuple[Node, ...]) -> tuple[Node, ...]:
        """First what is new, in the order of `wanted`; then what goes, users before what they use."""
        adds, removals = self._block(running, wanted, ROOT, ())
        return (*adds, *(removal.typed for removal in removals))

    def _block(
        self, running: tuple[Node, ...], wanted: tuple[Node, ...], mode: str | None, path: tuple[str, ...]
    ) -> tuple[list[Node], list[_Removal]]:
        if mode and self.grammar.modes[mode].ordered and running != wanted:
            return self._rewrite(running, wanted, path), []
        here = {node.identity: node for node in running}
        adds: list[Node] = []
        removals: list[_Removal] = []
        for want in wanted:
            have = here.get(want.identity)
            if have == want:
                continue
            if have is None or (want.mode and have.text != want.text):
                adds.extend(self._new(have, want, path))
                continue
            if have.text != want.text and (self.exact or not _cannot_compare(have)):
                adds.append(replace(want, children=()))
                self.changes.append(Change("replace", path, want.text, have.text))
            new, gone = self._block(have.children, want.children, want.mode, (*path, want.text))
            adds.extend([replace(want, children=tuple(new))] if new else [])
            removals.extend([_Removal.inside(want, gone)] if gone else [])
        wanted_here = {node.identity for node in wanted}
        for have in reversed(running):
            if have.identity not in wanted_here:
                removals.extend(self._gone(have, mode, path))
        return adds, _users_first(removals)

    def _new(self, have: Node | None, want: Node, path: tuple[str, ...]) -> Iterator[Node]:
        """A line or block that isn't there; `have` is one of the same name but another kind."""
        if have is not None:
            yield negation(have)
            self._record("remove", path, have)
        elif _is_default(want):
            return
        yield want
        self._record("add", path, want)

    def _gone(self, have: Node, mode: str | None, path: tuple[str, ...]) -> Iterator[_Removal]:
        """What to type for a line that isn't wanted: nothing, where it is not ours to judge or the default."""
        if _is_default(have):
            return
        shared = mode is None or self.grammar.modes[mode].shared
        no_default = have.match is None or (have.match.command.negation == "shown" and not have.match.command.default)
        if not self.exact and (shared or no_default):
            self.left_alone.append(Change("remove", path, have.text))
            return
        yield _Removal.of(have)
        self._record("remove", path, have)

    def _rewrite(self, running: Sequence[Node], wanted: Sequence[Node], path: tuple[str, ...]) -> list[Node]:
        """A list whose order counts is written anew."""
        for node in running:
            self._record("remove", path, node)
        for node in wanted:
            self._record("add", path, node)
        return [*(negation(node) for node in running), *wanted]

    def _record(self, op: Literal["add", "remove"], path: tuple[str, ...], node: Node) -> None:
        self.changes.append(Change(op, path, node.text))
        for child in node.children:
            self._record(op, (*path, node.text), child)


def negation(node: Node) -> Node:
    """The line that takes this one back. It has no line number: nobody wrote it."""
    if node.match is None:
        return Node(f"no {node.text}")
    match = node.match._replace(negated=not node.match.negated)
    return Node(match.short if node.match.negated else f"no {match.short}", (), 0, match)


def _is_default(node: Node) -> bool:
    """Whether an absent line means the same, as the grammar knows it."""
    return bool(node.match and node.match.command.default == node.text)


def _cannot_compare(have: Node) -> bool:
    """A password that the device prints encrypted says nothing about its clear text."""
    return bool(have.match and have.match.command.secrets and have.text.endswith(" encrypted"))
