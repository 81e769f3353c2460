"""The one contract of lint rules, preflight checks and faults."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar

from sbc_tool.finding import Finding, Outcome, Result, worst


class Unknown(str):
    """Why a fact could not be had; stands in the facts in its place."""

    refused: bool = False

    @classmethod
    def because(cls, why: str, *, refused: bool = False) -> Unknown:
        """`refused`: the device was reached and turned us away (login, host key, key exchange)."""
        unknown = cls(why)
        unknown.refused = refused
        return unknown


class NotApplicable(str):
    """Why a fact was not asked for (`--offline`, or nothing to measure yet)."""


class Check(ABC):
    """A judgement over facts already gathered. No check touches the network.

    The docstring is the page that `sbc-tool explain ID` prints. Its headings:
    What it finds, Why it matters, Example, Fix, Source.
    """

    id: ClassVar[str]
    title: ClassVar[str]
    remedy: ClassVar[str]
    source: ClassVar[str]
    needs: ClassVar[type]

    @abstractmethod
    def judge(self, fact: Any) -> Iterator[Finding]: ...


def run(check: Check, facts: Mapping[type, Any]) -> Result:
    fact = facts.get(check.needs, Unknown("not gathered"))
    if isinstance(fact, Unknown):
        return Result(check.id, Outcome.UNKNOWN, reason=str(fact), refused=fact.refused)
    if isinstance(fact, NotApplicable):
        return Result(check.id, Outcome.NA, reason=str(fact))
    try:
        findings = tuple(check.judge(fact))
    except Exception as error:  # noqa: BLE001 - a crashed check has decided nothing
        return Result(check.id, Outcome.UNKNOWN, reason=f"{type(error).__name__}: {error}")
    return Result(check.id, worst(findings), findings)


def run_all(checks: Iterable[Check], facts: Mapping[type, Any]) -> tuple[Result, ...]:
    return tuple(run(check, facts) for check in checks)
