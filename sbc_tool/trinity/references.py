"""Which names a configuration defines, and which it uses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from sbc_tool.trinity.grammar import Grammar, load
from sbc_tool.trinity.tree import Config, Node

_LIVE = {
    "ip-context",
    "cs-context",
    "ip-address",
    "identity",
    "identity-group",
}  # they work with no line that names them


@dataclass(frozen=True, slots=True)
class Definition:
    """A line that gives an object its name; `path` are the blocks that it stands in, outermost first."""

    kind: str
    name: str
    node: Node
    path: tuple[Node, ...]

    @property
    def scope(self) -> tuple[str, ...]:
        """The block in which the name must be the only one of its kind."""
        return tuple(block.text for block in self.path)


@dataclass(frozen=True, slots=True)
class Reference:
    """A word that names an object of that kind (kinds as in the grammar, such as `voip-profile`)."""

    kind: str
    name: str
    node: Node
    target: Node | None  # where it is defined; None: nowhere, or on every device from the factory
    predefined: bool
    perhaps: bool = False  # a line that nobody knows has the name, and may define it
    instead: str = ""  # the kind that does have an object of this name, where the right kind has none

    @property
    def defined(self) -> bool:
        return self.target is not None or self.predefined or self.perhaps


def definitions(config: Config) -> Iterator[Definition]:
    """Every definition in the order of the text."""
    for path, node in config.walk():
        if node.match and not node.match.negated:
            for parameter in node.match.command.defines():
                yield Definition(parameter.defines, node.value(parameter.name), node, path)


def references(config: Config, grammar: Grammar | None = None) -> Iterator[Reference]:
    """Every reference in the order of the text. A definition may come after its use.

    Where a line names an object and then something inside it (`authentication-service AUTH username U`), the second
    is looked for there.
    """
    grammar = grammar or load()
    everywhere = _index(definitions(config))
    unknown = words_of_the_unknown(config)
    inside: dict[int, _Index] = {}
    for _, node in config.walk():
        if not node.match or node.match.negated:
            continue
        holder: Node | None = None
        for parameter in node.match.command.refers():
            kind, name = parameter.refers, node.value(parameter.name)
            if not name:
                continue
            index = everywhere
            if holder and holder.mode and kind in _held(grammar, holder.mode):
                if id(holder) not in inside:
                    inside[id(holder)] = _index(definitions(Config(holder.children)))
                index = inside[id(holder)]
            target = index.get((kind, name))
            predefined = name in grammar.predefined.get(kind, ())
            perhaps = target is None and name in unknown
            instead = "" if target or predefined or perhaps else _instead(grammar, everywhere, kind, name)
            yield Reference(kind, name, node, target, predefined, perhaps, instead)
            holder = target or holder


_Index = dict[tuple[str, str], Node]


def _index(found: Iterable[Definition]) -> _Index:
    index: _Index = {}
    for one in found:
        index.setdefault((one.kind, one.name), one.node)
    return index


@cache
def _held(grammar: Grammar, mode: str, seen: frozenset[str] = frozenset()) -> frozenset[str]:
    """The kinds of objects that can stand in a block of this mode, at any depth."""
    kinds: set[str] = set()
    for command in grammar.modes[mode].commands:
        kinds.update(parameter.defines for parameter in command.defines())
        if command.enters and command.enters not in seen:
            kinds |= _held(grammar, command.enters, seen | {mode})
    return frozenset(kinds)


def _instead(grammar: Grammar, index: _Index, kind: str, name: str) -> str:
    """Another kind that is defined in the same sort of block, and has an object of this name."""
    return next((other for other in sorted(_siblings(grammar, kind)) if (other, name) in index), "")


@cache
def _siblings(grammar: Grammar, kind: str) -> frozenset[str]:
    kinds: set[str] = set()
    for mode in grammar.modes.values():
        here = {parameter.defines for command in mode.commands for parameter in command.defines()}
        kinds |= here if kind in here else set()
    return frozenset(kinds - {kind})


def words_of_the_unknown(config: Config) -> frozenset[str]:
    """Every word of the lines that the grammar doesn't know: each of them may be the name of something."""
    return frozenset(word for _, node in config.walk() if node.match is None for word in node.text.split())


def usable(config: Config, grammar: Grammar | None = None) -> Iterator[tuple[Definition, bool]]:
    """What other lines should name, and whether one does.

    Left out: what is there from the factory, what works without being named, and what could only be named in a sort
    of block that this configuration doesn't have.
    """
    grammar = grammar or load()
    modes = {node.mode for _, node in config.walk() if node.mode}
    kinds = {p.refers for mode in modes for command in grammar.modes[mode].commands for p in command.refers()}
    used = {(reference.kind, reference.name) for reference in references(config, grammar)}
    unknown = words_of_the_unknown(config)
    for one in definitions(config):
        predefined = one.name in grammar.predefined.get(one.kind, ())
        bound = one.node.leaf("bind") is not None  # calls come in there, whether or not any leave
        if one.kind in kinds - _LIVE and not predefined and not bound:
            yield one, (one.kind, one.name) in used or one.name in unknown
