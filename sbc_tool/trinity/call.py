"""A call on its way through the SBC: what it is, and the steps and ends of its walk as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from sbc_tool.finding import Place
from sbc_tool.trinity.grammar import Evidence


@dataclass(frozen=True, slots=True)
class Call:
    """The numbers as they stand in the SIP headers, and the host of the Request-URI."""

    caller: str
    called: str
    host: str = ""

    def get(self, kind: str) -> str | None:
        """The property that a table of this type looks at; None for one that isn't followed here."""
        known = {
            "called-e164": self.called,
            "calling-e164": self.caller,
            "called-uri": f"sip:{self.called}@{self.host}",
        }
        return known.get(kind)

    def set(self, kind: str, value: str) -> Call | None:
        names = {"called-e164": "called", "calling-e164": "caller"}
        return replace(self, **{names[kind]: value}) if kind in names else None


@dataclass(frozen=True, slots=True)
class Step:
    """One decision, by the line `where`. `message` is a format string over `evidence`; `call` holds after it."""

    message: str
    evidence: Mapping[str, Any]
    line: str
    where: Place | None
    call: Call
    grade: Evidence

    @property
    def text(self) -> str:
        return self.message.format_map(self.evidence)


@dataclass(frozen=True, slots=True)
class End:
    """Where the call leaves the SBC."""

    interface: str
    host: str
    port: str
    identity: str
    call: Call


class Outcome(StrEnum):
    ENDS = "ends"
    NO_ROUTE = "no-route"
    LOOP = "loop"
    UNKNOWN = "unknown"  # a table that can't be followed


@dataclass(frozen=True, slots=True)
class Trace:
    call: Call
    steps: tuple[Step, ...]
    ends: tuple[End, ...]  # in the order in which they are tried
    outcome: Outcome
