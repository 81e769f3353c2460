"""What the STARFACE says when every account of the site registers there, as the SBC will."""

from __future__ import annotations

import contextlib
import re
import secrets
import time
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sipmessage import Message, Response

from sbc_tool.check import NotApplicable, Unknown
from sbc_tool.errors import Unreachable
from sbc_tool.facts.wire import Wire, open_wire
from sbc_tool.sip.digest import Credentials
from sbc_tool.sip.enrolment import Enrolment, Line
from sbc_tool.site.model import Site
from sbc_tool.world import World

_AT_ONCE = 100  # accounts: their requests fit any socket's buffer, and 250 are done in three rounds
_T1, _T2 = 0.5, 4.0  # seconds, RFC 3261 section 17.1.2.2: a request over UDP is sent again, at first after T1
_BRANCH = re.compile(r"branch\s*=\s*([^;,\s]+)")


@dataclass(frozen=True, slots=True)
class Attempt:
    """How one account fared; `code` is 0 when there was no answer that decides, and `error` then says why.

    `challenged`: a password was asked for. `elsewhere`: the Contact of whoever is registered already, who was left
    alone. `left`: our own registration may still be there, for a minute.
    """

    account: str
    code: int = 0
    phrase: str = ""
    challenged: bool = False
    retry_after: str = ""
    elsewhere: str = ""
    left: bool = False
    error: str = ""

    @property
    def accepted(self) -> bool:
        return 200 <= self.code < 300


@dataclass(frozen=True, slots=True)
class RegistrationFact:
    """`stranger` is how an account fared that does not exist, tried only when some account was refused.

    `closed`: the STARFACE's host answered that nothing listens there; then there is no attempt.
    """

    where: str  # HOST:PORT
    transport: str
    attempts: tuple[Attempt, ...] = ()
    stranger: Attempt | None = None
    closed: bool = False


def probe(
    site: Site, world: World, passwords: Mapping[str, str | Unknown], only_look: bool = False
) -> RegistrationFact | Unknown | NotApplicable:
    """Register all accounts side by side over one socket; `passwords` by account, Unknown where none is at hand.

    `only_look`: ask who is registered for each, and register nobody.
    """
    if world.offline:
        return NotApplicable("the STARFACE is not asked: --offline")
    pbx = site.starface
    where = f"{pbx.address}:{pbx.port}"
    try:
        wire = open_wire(world, pbx.transport, pbx.address, pbx.port)
    except Unreachable as error:
        if error.kind == "closed":
            return RegistrationFact(where, pbx.transport, closed=True)
        return Unknown(f"{error.what}; {error.hint}")
    line = Line(pbx.address, pbx.port, pbx.transport, wire.local)
    known = {account: word for account, word in passwords.items() if not isinstance(word, Unknown)}
    enrolments = [Enrolment(Credentials(account, word), line, only_look) for account, word in known.items()]
    with contextlib.closing(wire):
        exchange = _Exchange(wire, world.timeout)
        exchange.run(enrolments)
        if exchange.closed:
            return RegistrationFact(where, pbx.transport, closed=True)
        stranger = _stranger(exchange, line, enrolments)
    told = {one.account: _attempt(one) for one in enrolments}
    attempts = tuple(told.get(name) or Attempt(name, error=str(passwords[name])) for name in passwords)
    return RegistrationFact(where, pbx.transport, attempts, stranger)


def _stranger(exchange: _Exchange, line: Line, enrolments: Iterable[Enrolment]) -> Attempt | None:
    """What the STARFACE says to nobody at all: only if it differs was it the password that was wrong."""
    if exchange.broken or not any(one.challenged and one.code in (401, 403, 407) for one in enrolments):
        return None
    nobody = Enrolment(Credentials(f"nobody-{secrets.token_hex(6)}", secrets.token_hex(8)), line)
    exchange.run([nobody])
    return _attempt(nobody)


def _attempt(one: Enrolment) -> Attempt:
    return Attempt(
        one.account, one.code, one.phrase, one.challenged, one.retry_after, one.elsewhere, one.left, one.error
    )


@dataclass(eq=False, slots=True)
class _Sent:
    enrolment: Enrolment
    again_at: float
    pause: float = _T1


class _Exchange:
    """Carries many enrolments over one wire: `budget` seconds for all of them, and as much again to unregister."""

    def __init__(self, wire: Wire, budget: float) -> None:
        self._wire = wire
        self._budget = budget
        self._waiting: dict[str, _Sent] = {}  # by branch
        self._garbled = False
        self.closed = False  # the host says that nothing listens
        self.broken = ""  # why nothing more can be asked

    def run(self, enrolments: Iterable[Enrolment]) -> None:
        queue = deque(enrolments)
        try:
            self._carry(queue)
            self._give_up(queue, but="unregister")
            self._carry(queue)
        except (OSError, ValueError) as error:  # a ConnectionError over UDP is the host's word that nobody listens
            self.closed = isinstance(error, ConnectionError) and not self._wire.reliable
            self.broken = (getattr(error, "strerror", None) or str(error)).lower()
        self._give_up(queue)

    def _carry(self, queue: deque[Enrolment]) -> None:
        deadline = time.monotonic() + self._budget
        while (queue or self._waiting) and time.monotonic() < deadline:
            while queue and len(self._waiting) < _AT_ONCE:
                self._send(queue.popleft())
            due = deadline if self._wire.reliable else min(sent.again_at for sent in self._waiting.values())
            for data in self._wire.receive(min(due, deadline) - time.monotonic()):
                self._take(data)
            self._send_again()

    def _send(self, enrolment: Enrolment) -> None:
        self._waiting[enrolment.branch] = _Sent(enrolment, time.monotonic() + _T1)
        self._wire.send(enrolment.request)

    def _send_again(self) -> None:
        if self._wire.reliable:
            return
        now = time.monotonic()
        for sent in [sent for sent in self._waiting.values() if sent.again_at <= now]:
            sent.pause = min(2 * sent.pause, _T2)
            sent.again_at = now + sent.pause
            self._wire.send(sent.enrolment.request)

    def _take(self, data: bytes) -> None:
        try:
            response = Message.parse(data)
            if not isinstance(response, Response):
                return  # the STARFACE asks whether the new telephone is there; it is gone in a moment
            branch = _branch(response)
            sent = self._waiting.get(branch)
            if sent is None:
                return  # the answer to what was sent twice
            if response.code < 200:
                sent.pause = _T2
                return
            sent.enrolment.take(response)
        except ValueError:
            self._garbled = True
            return
        del self._waiting[branch]
        if sent.enrolment.asking:
            self._send(sent.enrolment)

    def _give_up(self, queue: deque[Enrolment], but: str = "") -> None:
        """On those that still wait, except at one stage, and on whoever was not yet asked."""
        silence = f"no answer{' that makes sense' if self._garbled else ''} within {self._budget:g} s"
        for branch in [b for b, sent in self._waiting.items() if sent.enrolment.stage != but]:
            self._waiting.pop(branch).enrolment.give_up(self.broken or silence)
        while queue:
            queue.popleft().give_up(self.broken or f"not asked: {self._budget:g} s were over before its turn")


def _branch(response: Response) -> str:
    found = _BRANCH.search(response.headers.get("Via") or "")
    return found[1] if found else ""
