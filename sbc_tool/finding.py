"""What a check says, and what many checks add up to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum, StrEnum
from typing import Any


class Outcome(StrEnum):
    PASS = "pass"
    WARN = "warn"
    FAIL = "fail"
    UNKNOWN = "unknown"  # could not be decided: never green
    NA = "n/a"  # does not apply to this site


class Verdict(StrEnum):
    GO = "go"
    REVIEW = "review"
    NO_GO = "no-go"


class Exit(IntEnum):
    """The exit codes that scripts rely on; README explains each."""

    OK = 0
    NO = 1  # a check failed, a lint finding, a difference
    INPUT = 2
    UNKNOWN = 3
    REFUSED = 4
    UNDONE = 5
    STUCK = 6
    INTERRUPTED = 130


_PRECEDENCE = (
    Exit.INTERRUPTED, Exit.STUCK, Exit.UNDONE, Exit.REFUSED, Exit.INPUT, Exit.NO, Exit.UNKNOWN, Exit.OK,
)  # fmt: skip


def most_telling(codes: Iterable[Exit]) -> Exit:
    """The one exit code to end with when several apply."""
    seen = set(codes)
    return next((code for code in _PRECEDENCE if code in seen), Exit.OK)


@dataclass(frozen=True, slots=True)
class Place:
    """A spot in a file. Lines and columns count from 1; 0 means not known."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        numbers = [str(n) for n in (self.line, self.column) if n]
        return ":".join([self.file, *numbers])


@dataclass(frozen=True, slots=True)
class Waiver:
    """Why a finding of a check is put up with, and the last day on which it is.

    `external`: it stands in a baseline file, not beside what it is for.
    """

    check: str
    until: date
    reason: str
    where: Place
    external: bool = False

    def __str__(self) -> str:
        return f"waived until {self.until}, {self.reason}"


@dataclass(frozen=True, slots=True)
class Finding:
    """One observation. `message` is a format string over `evidence`, so that it can be translated.

    One with a waiver is still told, and decides nothing.
    """

    outcome: Outcome
    message: str
    evidence: Mapping[str, Any] = field(default_factory=dict)
    where: Place | None = None
    waiver: Waiver | None = None

    @property
    def text(self) -> str:
        return self.message.format_map(self.evidence) if self.evidence else self.message

    @property
    def lasting(self) -> str:
        """The text without the numbers of lines: the same while lines only move."""
        return re.sub(r"\blines? \d+", "line N", self.text)


@dataclass(frozen=True, slots=True)
class Result:
    """What one check found. `reason` says why nothing could be decided."""

    check: str
    outcome: Outcome
    findings: tuple[Finding, ...] = ()
    reason: str = ""
    refused: bool = False  # the device turned us away (exit 4), which is why this is unknown

    @property
    def counting(self) -> tuple[Finding, ...]:
        """The findings that somebody has to read: all but those that passed, and one if all did."""
        return tuple(one for one in self.findings if one.outcome is not Outcome.PASS) or self.findings[:1]

    @property
    def waived(self) -> tuple[Waiver, ...]:
        return tuple(finding.waiver for finding in self.findings if finding.waiver)


_WORST_FIRST = (Outcome.FAIL, Outcome.UNKNOWN, Outcome.WARN, Outcome.PASS, Outcome.NA)


def worst(findings: Iterable[Finding]) -> Outcome:
    """The outcome of a check: that of its worst finding; a check that found nothing, or only waived, has passed."""
    seen = {finding.outcome for finding in findings if not finding.waiver}
    return next((outcome for outcome in _WORST_FIRST if outcome in seen), Outcome.PASS)


def verdict(results: Iterable[Result]) -> Verdict:
    outcomes = {result.outcome for result in results}
    if Outcome.FAIL in outcomes:
        return Verdict.NO_GO
    if not outcomes - {Outcome.NA} or outcomes & {Outcome.WARN, Outcome.UNKNOWN}:
        return Verdict.REVIEW
    return Verdict.GO


def exit_code(results: Iterable[Result], fail_on_warn: bool = False) -> Exit:
    """Exit code of a run of checks; one that decided nothing at all is `UNKNOWN`, not `OK`."""
    results = tuple(results)
    outcomes = {result.outcome for result in results}
    codes = [Exit.OK]
    if any(result.refused for result in results):
        codes.append(Exit.REFUSED)
    if Outcome.FAIL in outcomes or (fail_on_warn and Outcome.WARN in outcomes):
        codes.append(Exit.NO)
    if Outcome.UNKNOWN in outcomes or not outcomes - {Outcome.NA}:
        codes.append(Exit.UNKNOWN)
    return most_telling(codes)
