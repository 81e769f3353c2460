"""What is looked at after a push."""

from __future__ import annotations

from dataclasses import dataclass

from sbc_tool.check import NotApplicable, Unknown
from sbc_tool.facts.registration import Attempt
from sbc_tool.trinity.diff import Change


@dataclass(frozen=True, slots=True)
class Readback:
    """What still differs from the plan, read over a fresh connection; and what others typed since it was made."""

    changes: tuple[Change, ...]
    theirs: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Presented:
    """The leaf that was delivered and the one that the TLS port presents (SHA-256, hex)."""

    delivered: str
    presented: str | Unknown | NotApplicable


@dataclass(frozen=True, slots=True)
class Registered:
    """Who the STARFACE holds registered for each identity, and the addresses of the SBC to know it by."""

    where: str  # HOST:PORT
    addresses: tuple[str, ...]
    attempts: tuple[Attempt, ...]
