"""Offers and answers of a leg: which session description answers which (RFC 3264; RFC 6337, table 1)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sbc_tool.diagnose.trace.calls import Leg
from sbc_tool.diagnose.trace.sdp import Medium
from sbc_tool.diagnose.trace.sip import Message


@dataclass(frozen=True, slots=True)
class Exchange:
    """`answer` is None where none came, or none that could be read. Both hold audio."""

    leg: Leg
    offer: Message
    answer: Message | None

    @property
    def from_teams(self) -> bool:
        """Whether Microsoft offers."""
        return self.leg.from_teams(self.offer)

    @property
    def offered(self) -> Medium:
        return _audio(self.offer)

    @property
    def answered(self) -> Medium | None:
        return _audio(self.answer) if self.answer else None


def exchanges(legs: Iterable[Leg]) -> Iterator[Exchange]:
    """Of each leg in the order of the offers; what is sent again is passed over."""
    for leg in legs:
        offers: dict[tuple[bool, int], Message] = {}  # by who sent the request, and its CSeq
        answers: dict[tuple[bool, int], Message] = {}
        for message in described(leg):
            requested = leg.from_caller(message) == message.is_request  # by the caller
            key = requested, message.cseq
            offer = offers.setdefault(key, message)
            if leg.from_caller(offer) != leg.from_caller(message):
                answers.setdefault(key, message)
        yield from (Exchange(leg, offer, answers.get(key)) for key, offer in offers.items())


def described(leg: Leg) -> Iterator[Message]:
    """The messages whose session description holds audio."""
    return (message for message in leg.messages if message.sdp and message.sdp.audio)


def of_sbc(legs: Iterable[Leg]) -> Iterator[tuple[Message, Medium]]:
    """What the SBC describes to Microsoft: the audio of each of its offers and answers."""
    for leg in legs:
        yield from ((message, _audio(message)) for message in described(leg) if not leg.from_teams(message))


def _audio(message: Message) -> Medium:
    audio = message.sdp.audio if message.sdp else None
    if audio is None:
        raise ValueError("a message without audio")
    return audio
