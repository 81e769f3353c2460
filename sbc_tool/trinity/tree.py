"""Text to tree and back: parse any Trinity configuration, write it, change it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from sbc_tool.trinity.grammar import ROOT, Grammar, Match, load
from sbc_tool.trinity.node import Config, Node, identity_of
from sbc_tool.trinity.spelling import canonical, normal

__all__ = ["Config", "Node", "apply", "parse", "write"]

_INDENT = "  "
_DEEPEST = 50  # blocks in blocks; no device has more than five, but any text may be given
_Meaning = tuple[str, Match | None, str]  # a line as a device prints it, what it means, and the mode that it opens


def parse(text: str, file: str = "", grammar: Grammar | None = None) -> Config:
    """Read a configuration. Never fails: a line that the grammar doesn't know stays, without a match.

    As on a device, a line belongs to the innermost open mode that knows it (NV's templates never write `exit`);
    indentation decides between several, and places what no mode knows.
    """
    lines = text.splitlines()
    flat = not any(line[:1] in " \t" and line.strip() for line in lines)
    parser = _Parser(grammar or load(), flat)
    for number, line in enumerate(lines, 1):
        parser.feed(line, number)
    return Config(parser.root.nodes(), file)


@dataclass(slots=True)
class _Block:
    """A block while it grows. `known`: what lines mean in its mode, as far as they were read; None for no mode."""

    text: str
    line: int
    match: Match | None
    known: dict[str, _Meaning] | None
    mode: str = ""
    indent: int = -1
    children: dict[tuple[str, ...], Node | _Block] = field(default_factory=dict)
    replaces: int = 0

    def nodes(self) -> tuple[Node, ...]:
        return tuple([child if isinstance(child, Node) else child.frozen() for child in self.children.values()])

    def frozen(self) -> Node:
        return Node(self.text, self.nodes() if self.children else (), self.line, self.match, self.replaces)


class _Parser:
    def __init__(self, grammar: Grammar, flat: bool) -> None:
        self.grammar = grammar
        self.flat = flat
        self.known: dict[str, dict[str, _Meaning]] = {mode: {} for mode in grammar.modes}
        self.root = _Block("", 0, None, self.known[ROOT], ROOT)
        self.stack = [self.root]  # the blocks that are open

    def feed(self, line: str, number: int) -> None:
        text = line.strip()
        if not text or text[0] == "#":
            return
        if text in ("exit", "end"):
            del self.stack[1 if text == "end" else max(1, len(self.stack) - 1) :]
            return
        line = line.expandtabs(8) if "\t" in line else line
        indent = len(line) - len(line.lstrip())
        depth, (text, match, enters) = self._home(text, indent)
        del self.stack[depth + 1 :]
        siblings = self.stack[depth].children
        identity = match.identity if match else ("", text)
        here = siblings.get(identity)
        if match and not enters:
            if here is None or here.text != text:
                siblings[identity] = Node(text, (), number, match, here.line if here else 0)
            return
        if not isinstance(here, _Block):
            replaced = here.line if here else 0
            here = _Block(text, number, match, self.known.get(enters), enters, replaces=replaced)
            siblings[identity] = here
        elif here.text != text:
            here.text, here.line, here.match, here.replaces = text, number, match, here.line
        here.indent = indent
        if len(self.stack) < _DEEPEST:
            self.stack.append(here)

    def _home(self, text: str, indent: int) -> tuple[int, _Meaning]:
        """The depth of the open block that the line belongs to, and what the line means there."""
        stack = self.stack
        depth = len(stack) - 1
        while depth and stack[depth].indent >= indent:
            depth -= 1
        block = stack[depth]
        if not self.flat:
            if block.known is None:
                return depth, (normal(text), None, "")  # inside a block that the grammar doesn't know
            meaning = block.known.get(text) or self._meaning(block, text)
            if meaning[1]:
                return depth, meaning
        for at in range(len(stack) - 1, -1, -1):
            block = stack[at]
            if block.known is not None:
                meaning = block.known.get(text) or self._meaning(block, text)
                if meaning[1]:
                    return at, meaning
        if self.flat:
            depth = max(at for at, block in enumerate(stack) if block.known is not None)
        return depth, (normal(text), None, "")

    def _meaning(self, block: _Block, text: str) -> _Meaning:
        """Read a line, once a mode: many lines of a configuration are alike."""
        line = normal(text)
        match = self.grammar.match(block.mode, line)
        if match:
            line, match = canonical(line, match, self.grammar)
        meaning = line, match, match.command.enters if match and not match.negated else ""
        self.known[block.mode][text] = meaning
        return meaning


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
    return replace(config, nodes=_merged(config.nodes, changes))


def _merged(nodes: tuple[Node, ...], changes: Iterable[Node]) -> tuple[Node, ...]:
    """Blocks that no change touches stay the same objects, so that comparing them later costs nothing."""
    here = {node.identity: node for node in nodes}
    for change in changes:
        if change.match and change.match.negated and change.match.command.negation == "removes":
            here.pop(change.identity, None)
        elif not change.match and change.text.startswith("no "):
            here.pop(identity_of(change.text.removeprefix("no "), None), None)
        else:
            have = here.get(change.identity, change)
            kept = have.children if have is not change else ()
            line = have if have.text == change.text else change
            children = _merged(kept, change.children) if change.children else kept
            here[change.identity] = Node(change.text, children, line.line, line.match)
    return tuple(here.values())
