"""Text to tree and back: parse any Trinity configuration, write it, change it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property

from sbc_tool.finding import Place
from sbc_tool.trinity.grammar import ROOT, Grammar, Match, load
from sbc_tool.trinity.spelling import canonical, change_likely_secrets, normal

_INDENT = "  "


def _identity(text: str, match: Match | None) -> tuple[str, ...]:
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
        return _identity(self.text, self.match)

    @property
    def mode(self) -> str | None:
        """The mode that this line opens; None for a leaf and for a block that the grammar does not know."""
        return (self.match.command.enters or None) if self.match and not self.match.negated else None

    @property
    def name(self) -> str:
        """The name of the object that this line defines, or its last word."""
        if self.match:
            for parameter in self.match.command.defines():
                return self.match.values.get(parameter.name, "")
        return self.text.rpartition(" ")[2]

    def value(self, parameter: str) -> str:
        return self.match.values.get(parameter, "") if self.match else ""

    def leaf(self, prefix: str) -> Node | None:
        """The first own line that is `prefix` or begins with it and a blank."""
        return next((n for n in self.children if n.text == prefix or n.text.startswith(prefix + " ")), None)

    def walk(self, path: tuple[Node, ...] = ()) -> Iterator[tuple[tuple[Node, ...], Node]]:
        """This node and all below it, each with the blocks it stands in."""
        yield path, self
        for child in self.children:
            yield from child.walk((*path, self))


@dataclass(frozen=True)
class Config:
    """A whole configuration."""

    nodes: tuple[Node, ...] = ()
    file: str = field(default="", compare=False)

    def walk(self) -> Iterator[tuple[tuple[Node, ...], Node]]:
        for node in self.nodes:
            yield from node.walk()

    def blocks(self, prefix: str) -> Iterator[Node]:
        """Every line at any depth that is `prefix` or begins with it and a blank."""
        return (n for _, n in self.walk() if n.text == prefix or n.text.startswith(prefix + " "))

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


@dataclass(slots=True)
class _Block:
    """A node while it grows: children by identity, in the order of their first appearance."""

    text: str
    line: int
    match: Match | None
    children: dict[tuple[str, ...], _Block] = field(default_factory=dict)
    replaces: int = 0

    def frozen(self) -> Node:
        children = tuple(child.frozen() for child in self.children.values())
        return Node(self.text, children, self.line, self.match, self.replaces)

    @classmethod
    def thawed(cls, node: Node) -> _Block:
        return cls(node.text, node.line, node.match, {c.identity: cls.thawed(c) for c in node.children})

    def put(self, text: str, line: int, match: Match | None) -> _Block:
        """Merge a line in: a block that is there is entered again, another line of its identity replaced."""
        identity = _identity(text, match)
        here = self.children.get(identity)
        if here is None:
            here = self.children[identity] = _Block(text, line, match)
        elif here.text != text:
            here.text, here.line, here.match, here.replaces = text, line, match, here.line
        return here


def parse(text: str, file: str = "", grammar: Grammar | None = None) -> Config:
    """Read a configuration. Never fails: a line that the grammar doesn't know stays, without a match.

    As on a device, a line belongs to the innermost open mode that knows it (NV's templates never write `exit`);
    indentation decides between several, and places what no mode knows.
    """
    parser = _Parser(grammar or load())
    lines = text.splitlines()
    parser.flat = not any(line[:1] in " \t" and line.strip() for line in lines)
    for number, line in enumerate(lines, 1):
        parser.feed(line.expandtabs(8), number)
    return Config(tuple(block.frozen() for block in parser.root.children.values()), file)


@dataclass(slots=True)
class _Frame:
    indent: int
    mode: str | None
    block: _Block


class _Parser:
    def __init__(self, grammar: Grammar) -> None:
        self.grammar = grammar
        self.root = _Block("", 0, None)
        self.stack = [_Frame(-1, ROOT, self.root)]
        self.flat = False

    def feed(self, line: str, number: int) -> None:
        text = normal(line)
        if not text or text.startswith("#"):
            return
        if text in ("exit", "end"):
            del self.stack[1 if text == "end" else max(1, len(self.stack) - 1) :]
            return
        indent = len(line) - len(line.lstrip())
        depth, match = self._home(text, indent)
        del self.stack[depth + 1 :]
        if match:
            text, match = canonical(text, match, self.grammar)
        block = self.stack[depth].block.put(text, number, match)
        enters = match.command.enters if match and not match.negated else ""
        if enters or not match:
            self.stack.append(_Frame(indent, enters or None, block))

    def _home(self, text: str, indent: int) -> tuple[int, Match | None]:
        """The depth of the open block that the line belongs to, and what the line means there."""
        indented = max(d for d, frame in enumerate(self.stack) if frame.indent < indent or d == 0)
        if not self.flat and self.stack[indented].mode is None:
            return indented, None  # inside a block that the grammar doesn't know
        found: tuple[int, Match] | None = None
        for depth in range(len(self.stack) - 1, -1, -1):
            mode = self.stack[depth].mode
            match = self.grammar.match(mode, text) if mode else None
            if match and (self.flat or depth == indented):
                return depth, match
            if match and not found:
                found = depth, match
        if found:
            return found
        known = [d for d, frame in enumerate(self.stack) if frame.mode]
        return (known[-1] if self.flat else indented), None


def write(config: Config, blank_lines: bool = True) -> str:
    """The text of a configuration: two blanks a level, an empty line around the blocks of the top level.

    A device gives a line to the innermost open block that knows it. Where that is not the one that the line stands
    in, an `exit` closes what is open; so too before a line that nobody knows, which would be tried there first.
    """
    lines: list[str] = []
    previous: Node | None = None
    for node in config.nodes:
        if blank_lines and previous is not None and (node.children or previous.children):
            lines.append("")
        lines.extend(_lines(node, previous, 0))
        previous = node
    return "".join(f"{line}\n" for line in lines)


def _lines(node: Node, previous: Node | None, depth: int) -> Iterator[str]:
    """`previous`: what stands before it in the same block."""
    left_open = list(_left_open(previous))
    takers = (at for at, mode in enumerate(left_open) if node.match is None or load().match(mode, node.text))
    for _ in left_open[next(takers, len(left_open)) :]:
        yield f"{_INDENT * depth}exit"
    yield _INDENT * depth + node.text
    before = None
    for child in node.children:
        yield from _lines(child, before, depth + 1)
        before = child


def _left_open(node: Node | None) -> Iterator[str]:
    """The modes that are open once a block has been typed, outermost first."""
    while node is not None and node.mode:
        yield node.mode
        node = node.children[-1] if node.children else None


def apply(config: Config, changes: Iterable[Node]) -> Config:
    """What a device holds after these lines were typed into it: they merge, and `no` removes."""
    root = _Block("", 0, None, {node.identity: _Block.thawed(node) for node in config.nodes})
    for node in changes:
        _merge(root, node)
    return replace(config, nodes=tuple(block.frozen() for block in root.children.values()))


def _merge(block: _Block, node: Node) -> None:
    if node.match and node.match.negated and node.match.command.negation == "removes":
        block.children.pop(node.identity, None)
        return
    if not node.match and node.text.startswith("no "):
        block.children.pop(_identity(node.text.removeprefix("no "), None), None)
        return
    here = block.put(node.text, node.line, node.match)
    for child in node.children:
        _merge(here, child)


def _map_secrets(node: Node, change: Callable[[str], str]) -> Node:
    children = tuple(_map_secrets(child, change) for child in node.children) if node.children else ()
    text, match = node.text, node.match
    if match is None:
        return replace(node, text=change_likely_secrets(text, change), children=children)
    found = match.command.pattern.fullmatch(text) if match.command.secrets else None
    if not found:
        return replace(node, children=children)
    values = dict(match.values)
    for name in reversed(match.command.secrets):
        if found[name] is not None:
            values[name] = change(found[name].strip('"'))
            text = text[: found.start(name)] + values[name] + text[found.end(name) :]
    return Node(text, children, node.line, replace(match, values=values), node.replaces)
