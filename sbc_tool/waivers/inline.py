"""Waivers as comments: `# sbc-tool: waive ID until 2027-01-31: reason`, alone in its line.

In a configuration or template (`{# ... #}`, too) one goes for what is found in the next line that is no comment; in a
site file for what is found in the configuration of that site.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from sbc_tool.errors import InputError
from sbc_tool.finding import Finding, Place, Waiver

_DIRECTIVE = re.compile(r"\s*(?:#|\{#-?\s*#?)\s*sbc-tool:\s*(?P<said>.*?)\s*(?:-?#\})?\s*")
_WAIVE = re.compile(r"waive\s+(?P<checks>[^\s,]+(?:\s*,\s*[^\s,]+)*)\s+until\s+(?P<until>\S+?)\s*:\s*(?P<reason>.*\S)")
_COMMENT = re.compile(r"\s*(?:#|\{#|$)")
FORM = "# sbc-tool: waive ID until 2027-01-31: reason"


@dataclass(frozen=True, slots=True)
class Comment:
    """`line` 0: it goes for the whole site."""

    waiver: Waiver
    line: int = 0

    def covers(self, check: str, finding: Finding) -> bool:
        if check != self.waiver.check:
            return False
        here = finding.where is not None and finding.where.file == self.waiver.where.file
        return not self.line or (here and finding.where is not None and finding.where.line == self.line)

    most: None = None  # any number of findings


def scan(text: str, file: str, known: Collection[str], whole: bool = False) -> Iterator[Comment]:
    """Every waiver in the text. InputError for one without a reason or a day, or for a check not `known`."""
    lines = text.splitlines()
    for number, line in enumerate(lines, 1):
        found = _DIRECTIVE.fullmatch(line)
        if not found:
            continue
        place = Place(file, number)
        target = 0 if whole else _next(lines, number)
        for waiver in _read(found["said"], place, known):
            yield Comment(waiver, target)


def _next(lines: list[str], number: int) -> int:
    """The number of the first line after this one that is no comment; one past the end when there is none."""
    after = enumerate(lines[number:], number + 1)
    return next((at for at, line in after if not _COMMENT.match(line)), len(lines) + 1)


def _read(said: str, place: Place, known: Collection[str]) -> Iterator[Waiver]:
    found = _WAIVE.fullmatch(said)
    if not found:
        raise InputError("a waiver needs a check, a day and a reason", FORM, place)
    until = day(found["until"], place)
    for name in re.split(r"\s*,\s*", found["checks"]):
        yield Waiver(checked(name, known, place), until, found["reason"], place)


def day(text: str, place: Place) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputError("a waiver's day must be a date", "such as 2027-01-31", place) from None


def checked(name: str, known: Collection[str], place: Place) -> str:
    if name not in known:
        raise InputError(f"no check is called {name}", "sbc-tool lint --list shows them all", place)
    return name
