"""The commands of Trinity as data: what a line means in a mode, and how well that is known.

`grammar.yaml` beside this file holds every command with its evidence and source; its head explains the notation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

from ruamel.yaml import YAML

ROOT = "config"
WORD = r'(?:"[^"]*"|[^\s"]\S*)'
_TYPES = {
    "": WORD,
    "int": r"\d+",
    "ip": r"\d+\.\d+\.\d+\.\d+",
    "mask": r"\d+\.\d+\.\d+\.\d+",
    "cidr": r"\d+\.\d+\.\d+\.\d+/\d+",
    "secret": WORD,
    "text": r"\S.*",
}
_PARAMETER = re.compile(r"<(?P<name>\w+)(?P<key>!?)(?:=(?P<defines>[\w-]+)|@(?P<refers>[\w-]+))?(?::(?P<type>[^>]+))?>")
_TOKEN = re.compile(r"<[^>]+>|\[|\]|[^\s\[\]]+")


class Evidence(StrEnum):
    """How well a command is known to exist on Trinity, best first."""

    CONFIRMED = "confirmed"
    INDIRECT = "indirect"
    SMARTWARE = "smartware"
    ASSUMED = "assumed"


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str
    type: str
    key: bool
    defines: str
    refers: str


@dataclass(frozen=True, slots=True)
class Command:
    """One command of one mode."""

    mode: str
    syntax: str
    evidence: Evidence
    source: str
    enters: str = ""
    negation: str = "removes"
    default: str = ""
    note: str = ""
    parameters: tuple[Parameter, ...] = ()
    literals: tuple[str, ...] = ()  # the words before the first parameter: they name the command
    pattern: re.Pattern[str] = field(default=re.compile(""), repr=False)
    negated_pattern: re.Pattern[str] = field(default=re.compile(""), repr=False)
    keys: tuple[str, ...] = ()

    @property
    def secrets(self) -> tuple[str, ...]:
        return tuple(p.name for p in self.parameters if p.type == "secret")

    def defines(self) -> Iterator[Parameter]:
        return (p for p in self.parameters if p.defines)

    def refers(self) -> Iterator[Parameter]:
        return (p for p in self.parameters if p.refers)


@dataclass(frozen=True, slots=True)
class Match:
    """A line understood: its command, whether it was negated, and the values of its parameters."""

    command: Command
    negated: bool
    values: Mapping[str, str]
    short: str  # the words that name the line: what a `no` form needs

    @property
    def identity(self) -> tuple[str, ...]:
        """Two lines of a block with the same identity cannot stand side by side: the later one holds."""
        return (*self.command.literals, *(self.values[key] for key in self.command.keys))


@dataclass(frozen=True, slots=True)
class Mode:
    name: str
    prompt: str
    shared: bool
    ordered: bool
    commands: tuple[Command, ...]
    by_word: Mapping[str, tuple[Command, ...]] = field(repr=False)


class Grammar:
    """The modes and their commands."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.sources: Mapping[str, str] = data["sources"]
        self.predefined: Mapping[str, list[str]] = data["predefined"]
        self.modes: Mapping[str, Mode] = {name: _mode(name, body) for name, body in data["modes"].items()}

    def match(self, mode: str, text: str) -> Match | None:
        """What a line (single blanks between its words) means in a mode; None where it means nothing."""
        negated = text.startswith("no ")
        body = text[3:] if negated else text
        for command in self.modes[mode].by_word.get(body.partition(" ")[0], ()):
            found = (command.negated_pattern if negated else command.pattern).fullmatch(body)
            if found:
                end = found.end(command.keys[-1]) if command.keys else len(" ".join(command.literals))
                values = {name: value for name, value in found.groupdict().items() if value is not None}
                return Match(command, negated, values, body[:end])
        return None

    def commands(self) -> Iterator[Command]:
        return (command for mode in self.modes.values() for command in mode.commands)


def _mode(name: str, body: Mapping[str, Any]) -> Mode:
    commands = tuple(_command(name, syntax, attributes) for syntax, attributes in body["commands"].items())
    by_word: dict[str, tuple[Command, ...]] = {}
    for command in commands:
        first = command.syntax.partition(" ")[0]
        by_word[first] = (*by_word.get(first, ()), command)
    return Mode(name, body["prompt"], body.get("shared", False), body.get("ordered", False), commands, by_word)


def _command(mode: str, syntax: str, attributes: Mapping[str, str]) -> Command:
    parameters: list[Parameter] = []
    literals: list[str] = []
    pattern = identity = ""
    for token in _TOKEN.findall(syntax):
        if token in "[]":
            pattern += "(?:" if token == "[" else ")?"
            continue
        pattern += " " if pattern else ""
        found = _PARAMETER.fullmatch(token)
        if found:
            parameter = _parameter(found)
            parameters.append(parameter)
            pattern += f"(?P<{parameter.name}>{_type_pattern(parameter.type)})"
        else:
            pattern += re.escape(token)
            if not parameters:
                literals.append(token)
        if not parameters or (found and parameters[-1].key):
            identity = pattern
    return Command(
        mode=mode,
        syntax=syntax,
        evidence=Evidence(attributes["evidence"]),
        source=attributes["source"],
        enters=attributes.get("enters", ""),
        negation=attributes.get("negation", "removes"),
        default=attributes.get("default", ""),
        note=attributes.get("note", ""),
        parameters=tuple(parameters),
        literals=tuple(literals),
        keys=tuple(p.name for p in parameters if p.key),
        pattern=re.compile(pattern),
        negated_pattern=re.compile(f"{identity}(?: .*)?"),
    )


def _parameter(found: re.Match[str]) -> Parameter:
    return Parameter(
        found["name"], found["type"] or "", bool(found["key"]), found["defines"] or "", found["refers"] or ""
    )


def _type_pattern(name: str) -> str:
    return _TYPES.get(name) or "(?:" + "|".join(re.escape(choice) for choice in name.split("|")) + ")"


@cache
def load() -> Grammar:
    """The grammar that ships with the tool."""
    text = files("sbc_tool.trinity").joinpath("grammar.yaml").read_text(encoding="utf-8")
    return Grammar(YAML(typ="safe").load(text))
