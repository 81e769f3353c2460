"""Running and wanted configuration -> the lines that lead from one to the other, and back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from sbc_tool.trinity.grammar import ROOT, Grammar, load
from sbc_tool.trinity.owned import Deployed, Owned
from sbc_tool.trinity.quiet import quieted
from sbc_tool.trinity.removal import Removal, negation, users_first
from sbc_tool.trinity.touching import touched
from sbc_tool.trinity.tree import Config, Node, apply


@dataclass(frozen=True, slots=True)
class Change:
    """One line of difference, for people and for JSON. `touches`: what it can disturb, as the grammar calls it."""

    op: Literal["add", "remove", "replace"]
    path: tuple[str, ...]
    line: str
    was: str = ""
    touches: tuple[str, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Plan:
    """What to type, as blocks of lines; `undo` typed after `apply` gives the start again."""

    apply: tuple[Node, ...]
    undo: tuple[Node, ...]
    changes: tuple[Change, ...]
    left_alone: tuple[Change, ...]  # lines of others in blocks that we share: not ours to remove
    replaces: bool = False  # what others added goes, too

    @property
    def empty(self) -> bool:
        return not self.apply

    @property
    def touches(self) -> frozenset[str]:
        return frozenset(what for change in self.changes for what in change.touches)

    @property
    def deletes(self) -> tuple[Change, ...]:
        return tuple(change for change in self.changes if change.op == "remove")


def plan(running: Config, wanted: Config, last: Deployed | None = None, replace_all: bool = False) -> Plan:
    """Bring what we render into the running configuration.

    A block that we render is ours: lines in it that we don't render go. In a block that others use too
    (`shared` in the grammar: the contexts, ports, servers) only our own lines change: those that we render, and those
    that we made (`last`) and no longer render. The rest is left alone, unless all that isn't ours has to go.
    """
    differ = _Differ(load(), exact=False, replace_all=replace_all)
    forward = differ.lines(running.nodes, wanted.nodes, last.owned() if last else Owned())
    after = apply(running, forward)
    undo = restore(after, running)
    return Plan(forward, undo, tuple(differ.changes), tuple(differ.left_alone), replace_all)


def exactly(running: Config, wanted: Config) -> Plan:
    """Turn `running` into `wanted`, line for line: whoever a line belongs to, nothing is left alone."""
    differ = _Differ(load(), exact=True)
    forward = differ.lines(running.nodes, wanted.nodes)
    return Plan(forward, restore(apply(running, forward), running), tuple(differ.changes), ())


def restore(running: Config, before: Config) -> tuple[Node, ...]:
    """The lines that turn `running` into exactly `before`."""
    return _Differ(load(), exact=True).lines(running.nodes, before.nodes)


def same(one: Config, other: Config) -> bool:
    """Whether two configurations mean the same, whatever their order, spelling or unprinted defaults."""
    return not restore(one, other) and not restore(other, one)


class _Differ:
    """Walks two trees side by side. `exact`: everything counts, whoever it belongs to."""

    def __init__(self, grammar: Grammar, exact: bool, replace_all: bool = False) -> None:
        self.grammar = grammar
        self.exact = exact
        self.replace_all = replace_all
        self.changes: list[Change] = []
        self.left_alone: list[Change] = []

    def lines(
        self, running: tuple[Node, ...], wanted: tuple[Node, ...], owned: Owned | None = None
    ) -> tuple[Node, ...]:
        """First what is new, in the order of `wanted`; then what goes, users before what they use.

        The order of `wanted` is that in which a device prints and loads (NV): a definition may follow its use there.
        """
        adds, removals = self._block(running, wanted, (), owned or Owned())
        return quieted([*adds, *(removal.typed for removal in removals)], running, self.grammar)

    def _block(
        self, running: tuple[Node, ...], wanted: tuple[Node, ...], path: tuple[Node, ...], owned: Owned
    ) -> tuple[list[Node], list[Removal]]:
        mode = path[-1].mode if path else ROOT
        if mode and self.grammar.modes[mode].ordered and running != wanted:
            return self._rewrite(running, wanted, path), []
        here = {node.identity: node for node in running}
        adds: list[Node] = []
        removals: list[Removal] = []
        for want in wanted:
            have = here.get(want.identity)
            if have == want:
                continue
            if have is None or (want.mode and have.text != want.text):
                adds.extend(self._new(have, want, path))
                continue
            if have.text != want.text and (self.exact or not _cannot_compare(have)):
                adds.append(replace(want, children=()))
                change = Change("replace", _texts(path), want.text, have.text, touched("replace", want, path))
                self.changes.append(change)
            new, gone = self._block(have.children, want.children, (*path, want), owned.within(want))
            adds.extend([replace(want, children=tuple(new))] if new else [])
            removals.extend([Removal.inside(want, gone)] if gone else [])
        wanted_here = {node.identity for node in wanted}
        for have in reversed(running):
            if have.identity not in wanted_here:
                removals.extend(self._gone(have, path, owned))
        return adds, users_first(removals)

    def _new(self, have: Node | None, want: Node, path: tuple[Node, ...]) -> Iterator[Node]:
        """A line or block that isn't there; `have` is one of the same name but another kind."""
        if have is not None:
            yield negation(have)
            self._record("remove", path, have)
        elif is_default(want):
            return
        yield want
        self._record("add", path, want)

    def _gone(self, have: Node, path: tuple[Node, ...], owned: Owned) -> Iterator[Removal]:
        """What to type for a line that isn't wanted: nothing, where it is not ours to judge or the default."""
        if is_default(have):
            return
        shared = self._shared(path[-1].mode if path else ROOT)
        no_default = have.match is None or (have.match.command.negation == "shown" and not have.match.command.default)
        if self.exact or not (shared or no_default):
            yield self._removed(have, path)
        elif no_default:
            self._leave(have, path)
        elif have.mode and self._shared(have.mode):
            yield from self._gone_shared(have, path, owned)
        elif self._may_go(have, path, owned):
            yield self._removed(have, path)
        else:
            self._leave(have, path)

    def _gone_shared(self, block: Node, path: tuple[Node, ...], owned: Owned) -> Iterator[Removal]:
        """An unwanted block that others may use: whole when there is nothing of others in it, else only our lines."""
        told = len(self.changes), len(self.left_alone)
        inside = owned.within(block)
        gone = [one for have in reversed(block.children) for one in self._gone(have, (*path, block), inside)]
        an_object = bool(block.match and block.match.command.defines())  # the others are parts of every device
        if an_object and len(self.left_alone) == told[1] and self._may_go(block, path, owned):
            del self.changes[told[0] :]
            yield self._removed(block, path)
        elif gone:
            yield Removal.inside(block, users_first(gone))
        else:
            del self.left_alone[told[1] :]
            self._leave(block, path)

    def _may_go(self, have: Node, path: tuple[Node, ...], owned: Owned) -> bool:
        lifeline = any(one.match and one.match.command.lifeline for one in (*path, have))
        return owned.made(have) or (self.replace_all and not lifeline)

    def _shared(self, mode: str | None) -> bool:
        return mode is None or self.grammar.modes[mode].shared

    def _removed(self, have: Node, path: tuple[Node, ...]) -> Removal:
        self._record("remove", path, have)
        return Removal.of(have)

    def _leave(self, have: Node, path: tuple[Node, ...]) -> None:
        self.left_alone.append(Change("remove", _texts(path), have.text))

    def _rewrite(self, running: Sequence[Node], wanted: Sequence[Node], path: tuple[Node, ...]) -> list[Node]:
        """A list whose order counts is written anew."""
        for node in running:
            self._record("remove", path, node)
        for node in wanted:
            self._record("add", path, node)
        return [*(negation(node) for node in running), *wanted]

    def _record(self, op: Literal["add", "remove"], path: tuple[Node, ...], node: Node) -> None:
        """A line with all in it. What stands in a new block disturbs nothing that was there before."""
        self.changes.append(Change(op, _texts(path), node.text, touches=touched(op, node, path)))
        for blocks, below in node.walk(path):
            if below is not node:
                touches = touched(op, below, blocks) if op == "remove" else ()
                self.changes.append(Change(op, _texts(blocks), below.text, touches=touches))


def is_default(node: Node) -> bool:
    """Whether an absent line means the same, as the grammar knows it."""
    return bool(node.match and node.match.command.default == node.text)


def _cannot_compare(have: Node) -> bool:
    """A password that the device prints encrypted says nothing about its clear text."""
    return bool(have.match and have.match.command.secrets and have.text.endswith(" encrypted"))


def _texts(path: Sequence[Node]) -> tuple[str, ...]:
    return tuple(node.text for node in path)
