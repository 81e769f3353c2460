"""What somebody else typed while we were at work: told from what we typed, and left where it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from sbc_tool.trinity import diff
from sbc_tool.trinity.grammar import load
from sbc_tool.trinity.node import identity_of
from sbc_tool.trinity.tree import Config, Node

_Path = tuple[tuple[str, ...], ...]
_SHUTDOWN = ("shutdown",)
_TOLD = 5  # lines


class Ours:
    """The lines that one piece of work types, whatever they take away or bring, by the blocks that they stand in.

    `misread`: what the device has read in place of some. `sure`: False where it doesn't show what it reads, and so any
    line may be one of ours that has lost a character.
    """

    def __init__(self, blocks: Iterable[Node] = ()) -> None:
        self.misread: set[str] = set()
        self.sure = True
        self._lines: dict[_Path, dict[tuple[str, ...], set[str]]] = {}
        self.add(blocks)

    def add(self, blocks: Iterable[Node]) -> None:
        for block in blocks:
            for path, node in block.walk():
                here = self._lines.setdefault(_identities(path), {})
                here.setdefault(_meant(node), set()).add(node.text)

    def learn(self, misread: set[str] | None) -> None:
        """From a session that has ended: what the device read instead; None where it doesn't show that."""
        self.misread |= misread or set()
        self.sure = self.sure and misread is not None

    def touch(self, path: _Path, node: Node) -> bool:
        """Whether we typed a line that says something else or the same of this; a block that we change we also shut."""
        if not self.sure or node.text in self.misread:
            return True
        here = self._lines.get(path, {})
        return node.identity in here or (bool(here) and node.identity == _SHUTDOWN)

    def typed(self, path: _Path, node: Node) -> bool:
        """Whether we typed just this. Of a password nobody can tell: a device may print it encrypted."""
        if node.match and node.match.command.secrets:
            return self.touch(path, node)
        return node.text in self.misread or node.text in self._lines.get(path, {}).get(node.identity, ())


class Kept:
    """Where a way leads when what others typed meanwhile stays: to `goal`, and their lines.

    `lost`: lines of others that go all the same, in a block that we made or in place of a line that we changed.
    """

    def __init__(self, now: Config, goal: Config, ours: Ours) -> None:
        self._ours = ours
        self._lost: list[Node] = []
        self.config = replace(goal, nodes=self._block(now.nodes, goal.nodes, ()))

    @property
    def lost(self) -> tuple[str, ...]:
        return tuple(f"`{node.text}`" for node in self._lost[:_TOLD])

    def _block(self, now: tuple[Node, ...], goal: tuple[Node, ...], path: _Path) -> tuple[Node, ...]:
        here = {node.identity: node for node in now}
        lines = []
        for want in goal:
            have = here.pop(want.identity, want)
            lines.append(want if have == want else self._line(have, want, path))
        for have in here.values():
            if not self._ours.touch(path, have):
                lines.append(have)
            elif have.mode and load().modes[have.mode].shared:
                inside = self._block(have.children, (), (*path, have.identity))
                lines.extend([replace(have, children=inside)] if inside else [])
            else:
                self._goes(have, path)
        return tuple(lines)

    def _line(self, have: Node, want: Node, path: _Path) -> Node:
        inside = self._block(have.children, want.children, (*path, want.identity))
        if have.text == want.text:
            return replace(want, children=inside)
        if not self._ours.touch(path, have):
            return replace(have, children=inside)
        if not self._ours.typed(path, have) and have.identity != _SHUTDOWN:
            self._lost.append(have)
        return replace(want, children=inside)

    def _goes(self, have: Node, path: _Path) -> None:
        for blocks, node in have.walk():
            if not (self._ours.typed((*path, *_identities(blocks)), node) or diff.is_default(node)):
                self._lost.append(node)


def differing(after: Config, before: Config) -> tuple[str, ...]:
    """The lines in which a device differs from what it was, the first few, each with its block."""
    changes = diff.exactly(before, after).changes
    told = (f"`{one.line}`" + (f" in {' / '.join(one.path)}" if one.path else "") for one in changes)
    return tuple(dict.fromkeys(told))[:_TOLD]


def _identities(path: Iterable[Node]) -> _Path:
    return tuple(node.identity for node in path)


def _meant(node: Node) -> tuple[str, ...]:
    """What a line is about: `no X` is about X, also where nobody knows X."""
    return node.identity if node.match else identity_of(node.text.removeprefix("no "), None)
