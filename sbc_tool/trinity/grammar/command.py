"""One command of the language: its notation read, and lines read as that command."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from ipaddress import AddressValueError, IPv4Address, IPv4Network, NetmaskValueError
from typing import Any, NamedTuple

from sbc_tool.trinity.nameplate import Release, earlier
from sbc_tool.trinity.nameplate import release as release_of

_WORD = r'(?:"[^"]*"|[^\s"]\S*)'
_TYPES = {
    "": _WORD,
    "int": r"\d+",
    "ip": r"\d+\.\d+\.\d+\.\d+",
    "mask": r"\d+\.\d+\.\d+\.\d+",
    "cidr": r"\d+\.\d+\.\d+\.\d+/\d+",
    "secret": _WORD,
    "text": r"\S.*",
    "own-area": r"pki:own-certificate/\S+",
}
_PARAMETER = re.compile(r"<(?P<name>\w+)(?P<key>!?)(?:=(?P<defines>[\w-]+)|@(?P<refers>[\w-]+))?(?::(?P<type>[^>]+))?>")
_TOKEN = re.compile(r"<[^>]+>|\[|\]|[^\s\[\]]+")
_RANGE = re.compile(r"(-?\d+)\.\.(-?\d+)")


class Evidence(StrEnum):
    """How well a command is known to exist on Trinity, best first."""

    CONFIRMED = "confirmed"
    INDIRECT = "indirect"
    SMARTWARE = "smartware"
    ASSUMED = "assumed"
    REFUTED = "refuted"  # a device said that it does not know it


@dataclass(frozen=True)
class Parameter:
    name: str
    type: str
    key: bool
    defines: str
    refers: str

    @cached_property
    def choices(self) -> tuple[str, ...]:
        """The words that it may be; empty for any other type."""
        return () if self.type in _TYPES or self.range else tuple(self.type.split("|"))

    @cached_property
    def range(self) -> tuple[int, int] | None:
        found = _RANGE.fullmatch(self.type)
        return (int(found[1]), int(found[2])) if found else None

    @property
    def pattern(self) -> str:
        if self.range:
            return r"-?\d+" if self.range[0] < 0 else r"\d+"
        return _TYPES.get(self.type) or "(?:" + "|".join(re.escape(choice) for choice in self.choices) + ")"

    def takes(self, value: str) -> bool:
        """Whether a value that has the form of the type is one: not 300.1.1.1, 255.0.255.0, or a port 70000."""
        try:
            if self.type == "ip":
                IPv4Address(value)
            elif self.type == "cidr":
                IPv4Network(value, strict=False)
            elif self.type == "mask":
                return str(IPv4Network(f"0.0.0.0/{value}").netmask) == value  # ipaddress would take wildcard bits
        except (AddressValueError, NetmaskValueError):
            return False
        return self.range is None or self.range[0] <= int(value) <= self.range[1]


@dataclass(frozen=True)
class Command:
    """One command of one mode."""

    mode: str
    syntax: str
    evidence: Evidence
    source: str
    enters: str = ""
    negation: str = "removes"
    default: str = ""
    since: str = ""
    until: str = ""
    note: str = ""
    touches: tuple[str, ...] | None = None  # None: what the block around it touches
    when: str = ""  # gone, new or any
    lifeline: bool = False
    parameters: tuple[Parameter, ...] = ()
    literals: tuple[str, ...] = ()  # the words before the first parameter: they name the command
    keys: tuple[str, ...] = ()

    def __hash__(self) -> int:
        return hash((self.mode, self.syntax))

    @property
    def repeatable(self) -> bool:
        """Whether a block may hold it many times, once for each value of its keys."""
        return bool(self.keys)

    @property
    def bounded(self) -> bool:
        """Whether it is known from some releases only."""
        return bool(self.since or self.until)

    def known_in(self, release: Release) -> bool | None:
        """Whether it is known from this release; None where that is told too shortly to say."""
        if self.until and release[: self.until.count(".") + 1] > release_of(self.until):
            return False
        early = earlier(release, release_of(self.since)) if self.since else False
        return None if early is None else not early

    @cached_property
    def secrets(self) -> tuple[str, ...]:
        return tuple(p.name for p in self.parameters if p.type == "secret")

    @cached_property
    def checked(self) -> tuple[Parameter, ...]:
        """Those whose values may have the right form and still be wrong."""
        return tuple(p for p in self.parameters if p.range or p.type in ("ip", "cidr", "mask"))

    def defines(self) -> tuple[Parameter, ...]:
        return self._defines

    def refers(self) -> tuple[Parameter, ...]:
        return self._refers

    @cached_property
    def _defines(self) -> tuple[Parameter, ...]:
        return tuple(p for p in self.parameters if p.defines)

    @cached_property
    def _refers(self) -> tuple[Parameter, ...]:
        return tuple(p for p in self.parameters if p.refers)

    @cached_property
    def usage(self) -> str:
        """The syntax as a person reads it: `remote HOST [PORT]`, `srtp transmission forced|preferred`."""
        return _PARAMETER.sub(lambda found: _as_usage(_parameter(found)), self.syntax)

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The whole line, without `no`."""
        return re.compile(self._patterns[0])

    @cached_property
    def negated_pattern(self) -> re.Pattern[str]:
        """What must stand behind `no`: the words that name the line."""
        return re.compile(f"{self._patterns[1]}(?: .*)?")

    @cached_property
    def _patterns(self) -> tuple[str, str]:
        pattern = identity = ""
        parameters = iter(self.parameters)
        named = False
        for token in _TOKEN.findall(self.syntax):
            if token in "[]":
                pattern += "(?:" if token == "[" else ")?"
                continue
            parameter = next(parameters) if token.startswith("<") else None
            pattern += " " if pattern else ""
            pattern += f"(?P<{parameter.name}>{parameter.pattern})" if parameter else re.escape(token)
            named = named or parameter is not None
            if not named or (parameter and parameter.key):
                identity = pattern
        return pattern, identity

    def read(self, body: str, negated: bool) -> Match | None:
        """The line `body` (without its `no`) as this command; None where it is none."""
        found = (self.negated_pattern if negated else self.pattern).fullmatch(body)
        if not found:
            return None
        return Match(self, negated, (*self.literals, *[found[key] for key in self.keys]), found)


class Match(NamedTuple):
    """A line understood: its command, whether it was negated, and what names it."""

    command: Command
    negated: bool
    identity: tuple[str, ...]  # two lines of a block with the same one cannot stand side by side: the later one holds
    found: re.Match[str]

    @property
    def values(self) -> Mapping[str, str]:
        """The values of the parameters that the line has."""
        return {name: value for name, value in self.found.groupdict().items() if value is not None}

    def value(self, parameter: str) -> str:
        """The value of one; empty where the line leaves it out."""
        return (self.found[parameter] or "") if parameter in self.found.re.groupindex else ""

    @property
    def short(self) -> str:
        """The words that name the line: what a `no` form needs."""
        keys = self.command.keys
        return self.found.string[: self.found.end(keys[-1])] if keys else " ".join(self.command.literals)


def command(mode: str, syntax: str, attributes: Mapping[str, Any]) -> Command:
    tokens = _TOKEN.findall(syntax)
    parameters = tuple(_parameter(found) for token in tokens if (found := _PARAMETER.fullmatch(token)))
    first = next((at for at, token in enumerate(tokens) if token.startswith(("<", "["))), len(tokens))
    return Command(
        mode=mode,
        syntax=syntax,
        evidence=Evidence(attributes["evidence"]),
        source=attributes["source"],
        parameters=parameters,
        literals=tuple(tokens[:first]),
        keys=tuple(p.name for p in parameters if p.key),
        touches=tuple(attributes["touches"]) if "touches" in attributes else None,
        **{key: value for key, value in attributes.items() if key not in ("evidence", "source", "touches")},
    )


def _parameter(found: re.Match[str]) -> Parameter:
    return Parameter(
        found["name"], found["type"] or "", bool(found["key"]), found["defines"] or "", found["refers"] or ""
    )


def _as_usage(parameter: Parameter) -> str:
    return "|".join(parameter.choices) or parameter.name.upper().replace("_", "-")
