"""Offers and answers of a leg: which session description answers which (RFC 3264; RFC 6337, table 1)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from sbc_tool.diagnose.trace.calls import Leg
from sbc_tool.diagnose.trace.sdp import Medium
from sbc_tool.diagnose.trace.sip import Message


@dataclass(frozen=True, slots=True)
class Exchange:
    """`answer` and `answered` are None where none came, or none that could be read."""

    leg: Leg
    offer: Message
    offered: Medium  # its audio
    answer: Message | None = None
    answered: Medium | None = None

    @property
    def from_teams(self) -> bool:
        """Whether Microsoft offers."""
        return self.leg.from_teams(self.offer)


def exchanges(legs: Iterable[Leg]) -> Iterator[Exchange]:
    """Of each leg in the order of the offers; what is sent again is passed over."""
    for leg in legs:
        yield from leg.once(_exchanges)


def _exchanges(leg: Leg) -> tuple[Exchange, ...]:
    found: dict[tuple[bool, int], Exchange] = {}  # by who sent the request, and its CSeq
    for message in leg.messages:
        if not message.body:
            continue
        key = leg.from_caller(message) == message.is_request, message.cseq
        known = found.get(key)
        if known is not None and (known.answer or leg.from_caller(known.offer) == leg.from_caller(message)):
            continue
        audio = message.sdp.audio if message.sdp else None
        if audio and known is None:
            found[key] = Exchange(leg, message, audio)
        elif audio and known:
            found[key] = replace(known, answer=message, answered=audio)
    return tuple(found.values())


def described(leg: Leg) -> Iterator[tuple[Message, Medium]]:
    """The audio of every offer and answer, with the message that describes it."""
    for exchange in exchanges([leg]):
        yield exchange.offer, exchange.offered
        if exchange.answer and exchange.answered:
            yield exchange.answer, exchange.answered


def of_sbc(legs: Iterable[Leg]) -> Iterator[tuple[Message, Medium]]:
    """What the SBC describes to Microsoft: the audio of each of its offers and answers."""
    for leg in legs:
        yield from ((message, audio) for message, audio in described(leg) if not leg.from_teams(message))
