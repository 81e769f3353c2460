"""The commands of Trinity as data: what a line means in a mode, and how well that is known.

The YAML files beside this one hold every command with its evidence and source; `1-config.yaml` explains the notation.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from typing import Any

from ruamel.yaml import YAML

from sbc_tool.trinity.grammar.command import Command, Evidence, Match, Parameter, command

__all__ = ["ROOT", "Command", "Evidence", "Grammar", "Match", "Mode", "Parameter", "build", "load"]

ROOT = "config"


@dataclass(frozen=True, slots=True)
class Mode:
    name: str
    prompt: str
    shared: bool
    ordered: bool
    quiet: bool
    commands: tuple[Command, ...]
    by_word: Mapping[str, tuple[Command, ...]] = field(repr=False)


class Grammar:
    """The modes and their commands."""

    def __init__(
        self, sources: Mapping[str, str], predefined: Mapping[str, list[str]], modes: Mapping[str, Mode]
    ) -> None:
        self.sources = sources
        self.predefined = predefined
        self.modes = modes

    def match(self, mode: str, text: str) -> Match | None:
        """What a line (single blanks between its words) means in a mode; None where it means nothing."""
        negated = text.startswith("no ")
        body = text[3:] if negated else text
        for candidate in self.modes[mode].by_word.get(body.partition(" ")[0], ()):
            found = candidate.read(body, negated)
            if found:
                return found
        return None

    def commands(self) -> Iterator[Command]:
        return (one for mode in self.modes.values() for one in mode.commands)

    def judged(self, verdicts: Mapping[tuple[str, str], Evidence], source: str) -> Grammar:
        """The same grammar with the evidence of some commands, named by mode and syntax, from another source."""

        def judged(one: Command) -> Command:
            evidence = verdicts.get((one.mode, one.syntax))
            return replace(one, evidence=evidence, source=source) if evidence else one

        modes = {name: _mode(mode, tuple(map(judged, mode.commands))) for name, mode in self.modes.items()}
        return Grammar(self.sources, self.predefined, modes)


def _mode(mode: Mode, commands: tuple[Command, ...]) -> Mode:
    by_word: dict[str, tuple[Command, ...]] = {}
    for one in commands:
        first = one.syntax.partition(" ")[0]
        by_word[first] = (*by_word.get(first, ()), one)
    return replace(mode, commands=commands, by_word=by_word)


def build(documents: Sequence[Mapping[str, Any]]) -> Grammar:
    """A grammar from its files. Only the first has sources and predefined objects; a mode stands in one of them."""
    modes = {}
    for document in documents:
        for name, body in document["modes"].items():
            flags = {flag: bool(body.get(flag)) for flag in ("shared", "ordered", "quiet")}
            empty = Mode(name=name, prompt=body["prompt"], commands=(), by_word={}, **flags)
            modes[name] = _mode(empty, tuple(command(name, *item) for item in body["commands"].items()))
    return Grammar(documents[0]["sources"], documents[0]["predefined"], modes)


@cache
def load() -> Grammar:
    """The grammar that ships with the tool."""
    data = sorted((file for file in files(__name__).iterdir() if file.name.endswith(".yaml")), key=lambda f: f.name)
    return build([YAML(typ="safe").load(file.read_text(encoding="utf-8")) for file in data])
