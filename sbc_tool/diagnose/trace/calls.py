"""Messages -> legs (one Call-ID each) -> calls (the legs of one call on both sides of the SBC)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

from sbc_tool.diagnose.trace.packets import Endpoint
from sbc_tool.diagnose.trace.sip import Message, host_of, user_of

# Names of Microsoft's proxies, and the headers that they add (direct-routing.md 3): what makes a leg the Teams leg
_MICROSOFT = (".pstnhub.microsoft.com", ".teams.microsoft.us", ".teams.microsoft.com")
_AGENT = "Microsoft.PSTN"  # begins their User-Agent and Server
_TOGETHER_S = 3.0  # the second leg of a call begins so soon after the first
_MOST_NEAR = 200  # calls among which the one is looked for that a leg belongs to: the latest
_LEAST_DIGITS = 5  # of two numbers that are called the same
_SESSION = ("session-id", "x-cid", "x-ms-skype-chain-id")  # RFC 7989, and headers that SBCs pass on unchanged

_Found = TypeVar("_Found")


@dataclass(frozen=True)
class Leg:
    """All messages of one Call-ID, in the order of the trace."""

    call_id: str
    messages: tuple[Message, ...]
    _known: dict[Callable[[Leg], Any], Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def once(self, work: Callable[[Leg], _Found]) -> _Found:
        """What a function makes of this leg, worked out the first time only."""
        if work not in self._known:
            self._known[work] = work(self)
        found: _Found = self._known[work]
        return found

    @cached_property
    def invite(self) -> Message | None:
        """The first INVITE: the one that began it, unless the trace began later."""
        return next((m for m in self.messages if m.is_request and m.method == "INVITE"), None)

    @property
    def begin(self) -> float | None:
        return self.messages[0].time

    @property
    def caller(self) -> str:
        return user_of(self.messages[0].uri("from"))

    @property
    def called(self) -> str:
        first = self.messages[0]
        return user_of(first.uri("to")) or user_of(first.request_uri)

    @cached_property
    def faces_teams(self) -> bool:
        """Whether Microsoft is on the other end of it."""
        return any(_is_microsofts(message) for message in self.messages)

    @cached_property
    def endpoints(self) -> frozenset[Endpoint]:
        return frozenset(end for m in self.messages for end in (m.source, m.target) if end)

    def from_caller(self, message: Message) -> bool:
        """By the tags: From is that of who sent a request, and an answer repeats it."""
        return (message.from_tag == self.messages[0].from_tag) == message.is_request

    def from_teams(self, message: Message) -> bool:
        """Whether Microsoft sent it. Of a leg that faces Teams, all else came from the SBC."""
        return self.faces_teams and self.from_caller(message) == self._teams_calls

    def sender(self, message: Message) -> str:
        """Who sent it, in words."""
        if self.faces_teams:
            return "Microsoft" if self.from_teams(message) else "the SBC"
        return "the caller" if self.from_caller(message) else "the called side"

    @cached_property
    def _teams_calls(self) -> bool:
        own = next((message for message in self.messages if _is_microsofts_own(message)), None)
        return own is not None and self.from_caller(own)

    def final(self, method: str = "INVITE") -> Message | None:
        """The last final answer to a method."""
        answers = [m for m in self.messages if m.code >= 200 and m.method == method]
        return answers[-1] if answers else None

    def requests(self, method: str) -> Iterator[Message]:
        return (m for m in self.messages if m.is_request and m.method == method)


@dataclass(frozen=True)
class Call:
    """The legs of one call; the one that began first comes first."""

    legs: tuple[Leg, ...]

    @property
    def name(self) -> str:
        """Caller and called party, for people."""
        return f"{self.legs[0].caller or 'unknown'} -> {self.legs[0].called or 'unknown'}"

    @property
    def teams(self) -> Leg | None:
        return next((leg for leg in self.legs if leg.faces_teams), None)

    @cached_property
    def messages(self) -> tuple[Message, ...]:
        """Of all legs, by time; those without a time in the order of the trace."""
        every = [m for leg in self.legs for m in leg.messages]
        return tuple(sorted(every, key=lambda m: (m.time or 0.0, m.where.line)))


def legs(messages: Iterable[Message]) -> list[Leg]:
    """Those that begin no call, such as OPTIONS and REGISTER, too. Messages without Call-ID belong to none."""
    found: dict[str, list[Message]] = {}
    for message in messages:
        if message.call_id:
            found.setdefault(message.call_id, []).append(message)
    return [Leg(call_id, tuple(own)) for call_id, own in found.items()]


def calls(found: Iterable[Leg]) -> list[Call]:
    """The legs that carry an INVITE, those of one call together.

    A leg joins a call that has just begun when its numbers agree, or a header that SBCs pass on; or when it leaves from
    a host where the call came in, and no other call could be meant.
    """
    groups: list[list[_Start]] = []
    for start in (_start(leg) for leg in found if leg.invite is not None):
        near = [group for group in groups[-_MOST_NEAR:] if _soon_after(start, group[0])]
        near = [group for group in near if all(start.way != one.way for one in group)]  # else two calls, not one
        certain = [group for group in near if any(_related(start, one) for one in group)]
        through = [group for group in near if len(group) == 1 and start.left and start.left == group[0].came]
        chosen = certain[:1] or (through if len(through) == 1 else [])
        if chosen:
            chosen[0].append(start)
        else:
            groups.append([start])
    return [Call(tuple(start.leg for start in group)) for group in groups]


@dataclass(frozen=True, slots=True)
class _Start:
    """How a leg begins, as far as legs are compared by it."""

    leg: Leg
    time: float | None
    way: tuple[object, object]
    left: str  # addresses that it leaves from and comes to
    came: str
    caller: str  # significant digits
    called: str
    sessions: frozenset[tuple[str, str]]
    teams: bool


def _start(leg: Leg) -> _Start:
    first = leg.messages[0]
    sessions = ((name, first.header(name).partition(";")[0]) for name in _SESSION)
    return _Start(
        leg=leg,
        time=leg.begin,
        way=_way(first),
        left=first.source.address if first.source else "",
        came=first.target.address if first.target else "",
        caller=_significant(leg.caller),
        called=_significant(leg.called),
        sessions=frozenset(session for session in sessions if session[1]),
        teams=leg.faces_teams,
    )


def _way(message: Message) -> tuple[object, object]:
    """From where to where, of a log that doesn't say it by the message itself: top Via, and what is called."""
    if message.source is not None:
        return message.source, message.target
    sent_by = message.header("via").partition(";")[0].split()
    return tuple(sent_by[-1:]), host_of(message.request_uri)


def _soon_after(start: _Start, first: _Start) -> bool:
    if start.time is None or first.time is None:
        return start.time is first.time
    return 0 <= start.time - first.time <= _TOGETHER_S


def _related(start: _Start, other: _Start) -> bool:
    if start.sessions & other.sessions or _same_number(start.called, other.called):
        return True
    return start.teams != other.teams and _same_number(start.caller, other.caller)


def _same_number(one: str, other: str) -> bool:
    """Whether two spellings end in the same digits: +497123222, 00497123222, 07123222."""
    least = min(len(one), len(other))
    return least >= _LEAST_DIGITS and one[-least:] == other[-least:]


def _significant(number: str) -> str:
    """The digits behind +, 00 or 0."""
    return re.sub(r"[-. ()]", "", number).lstrip("+0") if re.fullmatch(r"\+?[-. ()\d]+", number) else ""


def is_microsofts_host(host: str) -> bool:
    return host.endswith(_MICROSOFT)


def _is_microsofts(message: Message) -> bool:
    """Whether Microsoft sent or gets it."""
    hosts = [host_of(message.uri("from")), host_of(message.uri("to"))]
    if message.is_request:
        hosts.append(host_of(message.request_uri))
    return any(is_microsofts_host(host) for host in hosts) or _is_microsofts_own(message)


def _is_microsofts_own(message: Message) -> bool:
    """Whether Microsoft sent it. The From of an answer is that of the request, so it says nothing."""
    hosts = [host_of(message.uri("contact")), host_of(message.uri("from")) if message.is_request else ""]
    names = (message.header("user-agent"), message.header("server"))
    return any(is_microsofts_host(host) for host in hosts) or any(name.startswith(_AGENT) for name in names)
