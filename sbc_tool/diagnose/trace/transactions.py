"""Requests with their answers, and how often they were sent (RFC 3261, section 17)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from sbc_tool.diagnose.trace.calls import Leg
from sbc_tool.diagnose.trace.sip import Message

_AGAIN_S = 0.1  # a copy that comes sooner was captured twice, not sent twice: T1 is 0.5 s


@dataclass(slots=True)
class Transaction:
    """`again`: the same request once more; `answers` without those that came again."""

    leg: Leg
    request: Message
    again: list[Message] = field(default_factory=list)
    answers: list[Message] = field(default_factory=list)

    @property
    def final(self) -> Message | None:
        return next((answer for answer in self.answers if answer.code >= 200), None)

    @property
    def ringing(self) -> list[Message]:
        """The answers that say more than 100 Trying, and are not final."""
        return [answer for answer in self.answers if 100 < answer.code < 200]

    @property
    def from_teams(self) -> bool:
        return self.leg.from_teams(self.request)

    def seconds_to(self, message: Message | None) -> float | None:
        if message is None or message.time is None or self.request.time is None:
            return None
        return message.time - self.request.time


def transactions(legs: Iterable[Leg], method: str = "") -> Iterator[Transaction]:
    """Of each leg in its order, those of one method or all; without ACK, which nobody answers."""
    for leg in legs:
        yield from (one for one in leg.once(_transactions) if method in ("", one.request.method))


def _transactions(leg: Leg) -> tuple[Transaction, ...]:
    found: dict[tuple[str, int, str], Transaction] = {}
    for message in leg.messages:
        key = message.branch, message.cseq, message.method
        if message.method == "ACK":
            continue
        if message.is_request:
            _requested(found, key, leg, message)
        elif key in found and all(message.start != other.start for other in found[key].answers):
            found[key].answers.append(message)
    return tuple(found.values())


def _requested(
    found: dict[tuple[str, int, str], Transaction], key: tuple[str, int, str], leg: Leg, message: Message
) -> None:
    known = found.get(key)
    if known is None:
        found[key] = Transaction(leg, message)
        return
    latest = (known.again or [known.request])[-1]
    if latest.time is None or message.time is None or message.time - latest.time >= _AGAIN_S:
        known.again.append(message)
