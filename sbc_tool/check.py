"""The one contract of lint rules, preflight checks and faults."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar, Self

from sbc_tool.finding import Finding, Outcome, Result, worst


class _Reason(str):
    """Why there is no fact; stands in the facts in its place. Saved under its class's name, not as the text it is."""

    def saved(self) -> dict[str, Any]:
        return {"reason": str(self), "kind": type(self).__name__}

    @classmethod
    def restored(cls, saved: Any) -> Self:
        """ValueError for what `saved()` has not written."""
        kinds = {kind.__name__: kind for kind in (cls, *cls.__subclasses__())}
        if not isinstance(saved, dict) or not isinstance(saved.get("reason"), str) or saved.get("kind") not in kinds:
            raise ValueError("no reason why a fact is missing")
        return kinds[saved["kind"]](saved["reason"])

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        from pydantic_core import core_schema

        return core_schema.no_info_plain_validator_function(cls.restored)


class Unknown(_Reason):
    """Why a fact could not be had."""

    refused: bool = False

    @classmethod
    def because(cls, why: str, *, refused: bool = False) -> Unknown:
        """`refused`: the device was reached and turned us away (login, host key, key exchange)."""
        unknown = cls(why)
        unknown.refused = refused
        return unknown

    def saved(self) -> dict[str, Any]:
        return {**_Reason.saved(self), "refused": self.refused}

    @classmethod
    def restored(cls, saved: Any) -> Self:
        unknown = super().restored(saved)
        unknown.refused = bool(saved.get("refused"))
        return unknown


class NotApplicable(_Reason):
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
