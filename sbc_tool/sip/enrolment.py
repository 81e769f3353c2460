"""One account's way through a registrar, message by message and without a socket: look, register, unregister."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from sipmessage import URI, Request, Response

from sbc_tool.sip.digest import Challenge, Credentials, authorization, choose

_LIFETIME = 60  # seconds: what cannot be unregistered is gone after that
_LONGEST = 3600
_CHALLENGES = 3  # answered for one request: a nonce may turn stale on the way, but not for ever


@dataclass(frozen=True, slots=True)
class Line:
    """The registrar as the site names it, and where it can reach us; `transport` is udp or tcp."""

    registrar: str
    port: int
    transport: str
    local: tuple[str, int]

    @property
    def domain(self) -> str:
        return self.registrar if self.port == 5060 else f"{self.registrar}:{self.port}"


class Enrolment:
    """Feed it responses with `take`; while `asking`, `request` is what waits for an answer.

    It first asks who is registered, without a Contact: that proves the password and changes nothing (RFC 3261, section
    10.2.3). Only when nobody is, it registers a Contact of its own and removes that one again. Many registrars hold one
    Contact for a telephone, so registering over the SBC would put the SBC out until it registers anew.
    """

    def __init__(self, who: Credentials, line: Line, only_look: bool = False) -> None:
        """`only_look`: ask who is registered, and leave it at that."""
        self.account = who.username
        self.asking = True
        self.stage = "look"  # look, register, unregister
        self.code = 0  # of the answer that decided; 0 while there is none
        self.phrase = ""
        self.retry_after = ""
        self.challenged = False  # a password was asked for
        self.elsewhere = ""  # the Contact of somebody else
        self.left = False  # our Contact may still be there
        self.error = ""
        self._only_look = only_look
        self._who = who
        self._line = line
        self._contact = f"sip:{who.username}@{line.local[0]}:{line.local[1]};transport={line.transport}"
        self._call_id = f"{secrets.token_hex(12)}@{line.local[0]}"
        self._tag = secrets.token_hex(4)
        self._lifetime = _LIFETIME
        self._cseq = 0
        self._challenge: tuple[Challenge, str] | None = None  # and the header that answers it
        self._uses = 0
        self._answered = 0
        self.branch, self.request = self._build()

    def take(self, response: Response) -> None:
        """A final response to the request. ValueError when it makes no sense."""
        if response.code in (401, 407):
            self._authenticate(response)
        elif response.code == 423 and self.stage == "register" and self._lifetime == _LIFETIME:
            self._lengthen(response)
        elif 200 <= response.code < 300:
            self._advance(response)
        else:
            self._refused(response)

    def give_up(self, why: str) -> None:
        """No answer came in time."""
        self.asking = False
        if self.stage == "look":
            self.error = why
        else:  # a REGISTER that was not answered may have been carried out
            self.left = True
            self.error = self.error or (why if self.stage == "register" else "")

    def _advance(self, response: Response) -> None:
        if self.stage == "look":
            self.elsewhere = ", ".join(response.headers.getlist("Contact"))  # as it stands: it is only shown
            if self.elsewhere or self._only_look:
                self._decided(response)
            else:
                self._next("register")
        elif self.stage == "register":
            self._decided(response)
            self._next("unregister")
        else:
            self.left = any(self._contact in contact for contact in response.headers.getlist("Contact"))
            self.asking = False

    def _lengthen(self, response: Response) -> None:
        """The registrar wants more than a minute (RFC 3261, section 10.2.8); once, and an hour at most."""
        least = int(response.headers.get("Min-Expires") or 0)
        if _LIFETIME < least <= _LONGEST:
            self._lifetime = least
            self._next("register")
        else:
            self._refused(response)

    def _authenticate(self, response: Response) -> None:
        name, reply = ("WWW-Authenticate", "Authorization")
        if response.code == 407:
            name, reply = ("Proxy-Authenticate", "Proxy-Authorization")
        self.challenged = True
        challenge = choose(response.headers.getlist(name))
        if challenge is None:
            self.error = "it asks for a kind of login that is not known here"
            self._refused(response)
        elif self._answered and not (challenge.stale and self._answered < _CHALLENGES):
            self._refused(response)
        else:
            self._answered += 1
            self._challenge, self._uses = (challenge, reply), 0
            self.branch, self.request = self._build()

    def _refused(self, response: Response) -> None:
        if self.stage == "unregister":
            self.left, self.asking = True, False
        else:
            self._decided(response)

    def _decided(self, response: Response) -> None:
        self.code, self.phrase = response.code, response.phrase
        self.retry_after = response.headers.get("Retry-After") or ""
        self.asking = False

    def _next(self, stage: str) -> None:
        self.stage, self.asking, self._answered = stage, True, 0
        self.branch, self.request = self._build()

    def _build(self) -> tuple[str, bytes]:
        """The next REGISTER and its branch, by which its answer is known (RFC 3261, section 17.1.3)."""
        line, uri = self._line, f"sip:{self._line.domain}"
        branch = f"z9hG4bK{secrets.token_hex(8)}"
        self._cseq += 1
        address = f"<sip:{self.account}@{line.domain}>"
        request = Request("REGISTER", URI.parse(uri))
        here = f"{line.local[0]}:{line.local[1]}"
        for name, value in (
            ("Via", f"SIP/2.0/{line.transport.upper()} {here};branch={branch};rport"),  # RFC 3581
            ("Max-Forwards", "70"),
            ("From", f"{address};tag={self._tag}"),
            ("To", address),
            ("Call-ID", self._call_id),
            ("CSeq", f"{self._cseq} REGISTER"),
            *self._binding(),
            *self._authorization(uri),
            ("User-Agent", "sbc-tool"),
            ("Content-Length", "0"),
        ):
            request.headers.add(name, value)
        return branch, bytes(request)

    def _binding(self) -> Iterable[tuple[str, str]]:
        if self.stage == "look":
            return ()
        lifetime = self._lifetime if self.stage == "register" else 0
        return ("Contact", f"<{self._contact}>"), ("Expires", str(lifetime))

    def _authorization(self, uri: str) -> Iterable[tuple[str, str]]:
        if self._challenge is None:
            return ()
        challenge, header = self._challenge
        self._uses += 1
        cnonce = secrets.token_hex(8)
        return ((header, authorization(challenge, self._who, ("REGISTER", uri), self._uses, cnonce)),)
