"""Which names a configuration uses, and which of them it defines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sbc_tool.trinity.grammar import Grammar, load
from sbc_tool.trinity.tree import Config, Node


@dataclass(frozen=True, slots=True)
class Reference:
    """A word that names an object of that kind (kinds as in the grammar, such as `voip-profile`)."""

    kind: str
    name: str
    node: Node
    target: Node | None  # where it is defined; None: nowhere, or on every device from the factory
    predefined: bool

    @property
    def defined(self) -> bool:
        return self.target is not None or self.predefined


def references(config: Config, grammar: Grammar | None = None) -> Iterator[Reference]:
    """Every reference in the order of the text. A definition may come after its use."""
    predefined = (grammar or load()).predefined
    for _, node in config.walk():
        if not node.match or node.match.negated:
            continue
        for parameter in node.match.command.refers():
            name = node.match.values.get(parameter.name)
            if name:
                kind = parameter.refers
                target = config.objects.get((kind, name))
                yield Reference(kind, name, node, target, name in predefined.get(kind, ()))
