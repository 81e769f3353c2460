"""A configuration as a tree of lines."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property

from sbc_tool.finding import Place
from sbc_tool.trinity.grammar import Match
from sbc_tool.trinity.nameplate import BLANK, Nameplate
from sbc_tool.trinity.spelling import change_likely_secrets


def identity_of(text: str, match: Match | None) -> tuple[str, ...]:
    """What a line replaces. One that nobody knows replaces only itself: no known line has an empty word."""
    return match.identity if match else ("", text)


@dataclass(frozen=True, slots=True)
class Node:
    """One line and the block it opens. Two nodes are equal when their texts and children are."""

    text: str
    children: tuple[Node, ...] = ()
    line: int = field(default=0, compare=False)
    match: Match | None = field(default=None, compare=False, repr=False)  # None: not in the grammar
    replaces: int = field(default=0, compare=False, repr=False)  # the line of another text that it took the place of

    @property
    def identity(self) -> tuple[str, ...]:
        return identity_of(self.text, self.match)

    @property
    def mode(self) -> str | None:
        """The mode that this line opens; None for a leaf and for a block that the grammar does not know."""
        return (self.match.command.enters or None) if self.match and not self.match.negated else None

    @property
    def name(self) -> str:
        """The name of the object that this line defines, or its last word."""
        if self.match:
            for parameter in self.match.command.defines():
                return self.match.value(parameter.name)
        return self.text.rpartition(" ")[2]

    def value(self, parameter: str) -> str:
        return self.match.value(parameter) if self.match else ""

    def leaf(self, prefix: str) -> Node | None:
        """The first own line that is `prefix` or begins with it and a blank."""
        return next((n for n in self.children if n.text == prefix or n.text.startswith(prefix + " ")), None)

    def walk(self, path: tuple[Node, ...] = ()) -> Iterator[tuple[tuple[Node, ...], Node]]:
        """This node and all below it, each with the blocks it stands in."""
        yield path, self
        if self.children:
            inside = (*path, self)
            for child in self.children:
                yield from child.walk(inside)


@dataclass(frozen=True)
class Config:
    """A whole configuration, and what is known of the box that it is for."""

    nodes: tuple[Node, ...] = ()
    file: str = field(default="", compare=False)
    plate: Nameplate = field(default=BLANK, compare=False)

    def walk(self) -> Iterator[tuple[tuple[Node, ...], Node]]:
        return iter(self._lines)

    @cached_property
    def _lines(self) -> tuple[tuple[tuple[Node, ...], Node], ...]:
        """All lines with their blocks: every rule wants them, so the tree is walked once."""
        return tuple(pair for node in self.nodes for pair in node.walk())

    @cached_property
    def _by_first_word(self) -> dict[str, list[Node]]:
        found: dict[str, list[Node]] = {}
        for _, node in self._lines:
            found.setdefault(node.text.partition(" ")[0], []).append(node)
        return found

    def blocks(self, prefix: str) -> Iterator[Node]:
        """Every line at any depth that is `prefix` or begins with it and a blank."""
        lines = self._by_first_word.get(prefix.partition(" ")[0], ())
        return (node for node in lines if node.text == prefix or node.text.startswith(prefix + " "))

    def place(self, node: Node) -> Place:
        return Place(self.file, node.line)

    @cached_property
    def objects(self) -> dict[tuple[str, str], Node]:
        """Every defined object by (kind, name), as `kind` stands in the grammar."""
        found: dict[tuple[str, str], Node] = {}
        for _, node in self.walk():
            if node.match and not node.match.negated:
                for parameter in node.match.command.defines():
                    found.setdefault((parameter.defines, node.match.values[parameter.name]), node)
        return found

    def map_secrets(self, change: Callable[[str], str]) -> Config:
        """The same configuration with every secret word exchanged; `change` gets and gives a bare value."""
        return replace(self, nodes=tuple(_map_secrets(node, change) for node in self.nodes))


def _map_secrets(node: Node, change: Callable[[str], str]) -> Node:
    children = tuple(_map_secrets(child, change) for child in node.children) if node.children else ()
    text, match = node.text, node.match
    if match is None:
        return replace(node, text=change_likely_secrets(text, change), children=children)
    if not match.command.secrets:
        return replace(node, children=children)
    no, body = ("no ", text[3:]) if match.negated else ("", text)
    pattern = match.command.negated_pattern if match.negated else match.command.pattern
    found = pattern.fullmatch(body)
    for name in reversed(match.command.secrets):
        if found and found.groupdict().get(name) is not None:
            body = body[: found.start(name)] + change(found[name].strip('"')) + body[found.end(name) :]
    return Node(no + body, children, node.line, match.command.read(body, match.negated), node.replaces)
