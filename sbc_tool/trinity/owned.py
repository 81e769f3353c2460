"""What we once put on a device: the third side of a plan, beside what runs and what is wanted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from sbc_tool.trinity.node import Config, Node

_Lines = Mapping[tuple[str, ...], Node]


@dataclass(frozen=True, slots=True)
class Deployed:
    """What was deployed last. `found`: those of its lines that were there before us, and so are not ours to remove."""

    wanted: Config = field(default_factory=Config)
    found: Config = field(default_factory=Config)

    def owned(self) -> Owned:
        return Owned(_by_identity(self.wanted.nodes), _by_identity(self.found.nodes))

    def followed_by(self, before: Config, wanted: Config) -> Deployed:
        """What is to be kept once `wanted` has been brought to a device that was `before`."""
        return Deployed(wanted, Config(_found(wanted.nodes, before.nodes, self.owned())))


@dataclass(frozen=True, slots=True)
class Owned:
    """The lines of one block that were deployed last, and those of them that had been found there."""

    deployed: _Lines = field(default_factory=dict)
    found: _Lines = field(default_factory=dict)

    def made(self, node: Node) -> bool:
        return node.identity in self.deployed and node.identity not in self.found

    def within(self, node: Node) -> Owned:
        if not self.deployed:
            return self
        deployed, found = self.deployed.get(node.identity), self.found.get(node.identity)
        return Owned(_by_identity(deployed.children if deployed else ()), _by_identity(found.children if found else ()))


def _by_identity(nodes: tuple[Node, ...]) -> _Lines:
    return {node.identity: node for node in nodes}


def _found(wanted: tuple[Node, ...], before: tuple[Node, ...], owned: Owned) -> tuple[Node, ...]:
    """The wanted lines that stood there already, less those that an earlier deployment had put there."""
    here = _by_identity(before)
    return tuple(
        replace(want, children=_found(want.children, have.children, owned.within(want)))
        for want in wanted
        if (have := here.get(want.identity)) and have.text == want.text and not owned.made(want)
    )
