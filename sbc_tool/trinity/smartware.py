"""SmartWare, the predecessor of Trinity: its lines recognised, and what Trinity writes in their place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from ipaddress import IPv4Network, NetmaskValueError

from ruamel.yaml import YAML

from sbc_tool.trinity.grammar import ROOT, Command
from sbc_tool.trinity.grammar.command import command
from sbc_tool.trinity.tree import Config, Node


@dataclass(frozen=True, slots=True)
class Difference:
    """One line that both write in their own way (smartware.yaml)."""

    command: Command
    trinity: tuple[str, ...]
    ambiguous: bool

    def form(self, line: str) -> str | None:
        """What Trinity writes for this line, blocks before a slash; None for a line that it does not speak of."""
        match = self.command.read(line, negated=False)
        if match is None:
            return None
        values = {"metric": "0", "port": "5060", **match.values}
        if "mask" in values:
            values["length"] = _length(values["mask"])
        return " / ".join(part.format_map(values) for part in self.trinity)


@cache
def differences() -> dict[str, tuple[Difference, ...]]:
    """By mode."""
    text = files("sbc_tool.trinity").joinpath("smartware.yaml").read_text(encoding="utf-8")
    found: dict[str, tuple[Difference, ...]] = {}
    for entry in YAML(typ="safe").load(text):
        attributes = {"evidence": "smartware", "source": entry["source"]}
        one = command(entry["mode"], entry["smartware"], attributes)
        difference = Difference(one, tuple(entry["trinity"]), entry.get("ambiguous", False))
        found[one.mode] = (*found.get(one.mode, ()), difference)
    return found


def trinity_forms(config: Config) -> Iterator[tuple[Node, str]]:
    """Every SmartWare line of a configuration, with what Trinity writes instead; empty where it needs nothing."""
    for node, difference in sorted(_differing(config), key=lambda pair: pair[0].line):
        yield node, difference.form(node.text) or ""


def _differing(config: Config) -> list[tuple[Node, Difference]]:
    found = [
        (node, difference)
        for path, node in config.walk()
        for difference in differences().get((path[-1].mode if path else ROOT) or "", ())
        if difference.form(node.text) is not None
    ]
    sure = {node.text for node, difference in found if not difference.ambiguous}
    return [(node, difference) for node, difference in found if sure or not difference.ambiguous]


def _length(mask: str) -> str:
    try:
        return str(IPv4Network(f"0.0.0.0/{mask}").prefixlen)
    except NetmaskValueError:
        return "LENGTH"
