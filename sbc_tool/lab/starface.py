"""A STARFACE as far as registering goes: a registrar with digest, on one port of 127.0.0.1 for both UDP and TCP.

Made apart from `sip/digest.py` on purpose: neither can hide the other's mistakes.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping

from sipmessage import Message, Request, Response

from sbc_tool.lab import invented
from sbc_tool.lab.listener import Listener, reserve_both
from sbc_tool.lab.sip import copied, messages
from sbc_tool.lab.udp import Datagrams

_FIELD = re.compile(r'(\w+)=(?:"([^"]*)"|([^\s,"]+))')


def _no_device(account: str, password: str) -> str:  # noqa: ARG001
    return ""


class Starface:
    """`accounts` are telephones and their passwords, and may be changed at any time; `bindings` is who is registered.

    `device` tells the Contact under which the SBC is registered for an account with that password, if it is. Another
    who registers puts an SBC out that is there (`put_out`), until it would register anew.
    `failures` failed logins lock an account. `algorithms` are offered in this order. `down` stops it answering at all.
    """

    def __init__(
        self,
        accounts: Mapping[str, str],
        failures: int = invented.FAILED_LOGINS,
        algorithms: tuple[str, ...] = ("SHA-256", "MD5"),  # RFC 8760: the better one on top
        device: Callable[[str, str], str] = _no_device,
    ) -> None:
        self.accounts = dict(accounts)
        self.bindings: dict[str, dict[str, float]] = {}  # account -> Contact -> until when
        self.taken: list[str] = []  # every Contact that was ever registered
        self.put_out: set[str] = set()
        self.locked: set[str] = set()
        self._device = device
        self.down = False
        self._failures = failures
        self._algorithms = algorithms
        self._failed: Counter[str] = Counter()
        self._nonces: set[str] = set()
        self._lock = threading.Lock()
        udp, tcp = reserve_both()
        self._listener = Listener("lab-starface-tcp", self._serve_tcp, tcp)
        self._udp = Datagrams("lab-starface-udp", self._datagram, udp)
        self.port = self._udp.port
        self._listener.start()

    def forgive(self) -> None:
        """Unlock all telephones, as an administrator does, and forget who is registered."""
        with self._lock:
            self.locked.clear()
            self._failed.clear()
            self.bindings.clear()
            self.put_out.clear()

    def stop(self) -> None:
        self._udp.stop()
        self._listener.stop()

    def registered(self, account: str) -> tuple[str, ...]:
        """The Contacts of an account that have not run out."""
        with self._lock:
            return self._contacts(account)

    def answer(self, request: Request) -> Response | None:
        """Nothing to ACK, and nothing at all while down. ValueError when a header is missing that must be there."""
        if self.down or request.method == "ACK":
            return None
        with self._lock:
            response = self._register(request) if request.method == "REGISTER" else _other(request)
        copied(request, response)
        response.headers.set("Server", invented.STARFACE_SERVER)
        response.headers.set("Content-Length", "0")
        return response

    def _register(self, request: Request) -> Response:
        account = request.to_address.uri.user or ""
        if account in self.locked:
            return Response(403, invented.LOCKED)
        if account not in self.accounts:
            return Response(404, "Not Found")
        given = request.headers.get("Authorization")
        if given is None or not self._proves(account, given):
            return self._challenge(account, given is not None)
        self._failed.pop(account, None)
        return self._bind(account, request)

    def _challenge(self, account: str, failed: bool) -> Response:
        self._failed[account] += failed
        if self._failed[account] >= self._failures:
            self.locked.add(account)
        response = Response(401, "Unauthorized")
        nonce = secrets.token_hex(12)
        self._nonces.add(nonce)
        for algorithm in self._algorithms:
            offer = f'Digest realm="{invented.STARFACE_REALM}", nonce="{nonce}", algorithm={algorithm}, qop="auth"'
            response.headers.add("WWW-Authenticate", offer)
        return response

    def _proves(self, account: str, given: str) -> bool:
        field = {name: quoted or plain for name, quoted, plain in _FIELD.findall(given)}
        names = ("username", "realm", "nonce", "uri", "response", "algorithm", "cnonce", "nc", "qop")
        if any(name not in field for name in names) or field["nonce"] not in self._nonces:
            return False
        new = {"MD5": hashlib.md5, "SHA-256": hashlib.sha256}.get(field["algorithm"])
        if new is None or field["username"] != account or field["qop"] != "auth":
            return False
        secret = new(f"{account}:{invented.STARFACE_REALM}:{self.accounts[account]}".encode()).hexdigest()
        asked = new(f"REGISTER:{field['uri']}".encode()).hexdigest()
        proof = f"{secret}:{field['nonce']}:{field['nc']}:{field['cnonce']}:auth:{asked}"
        return secrets.compare_digest(new(proof.encode()).hexdigest(), field["response"])

    def _bind(self, account: str, request: Request) -> Response:
        """As a STARFACE telephone has one place: who registers takes it over (RFC 3261, section 10.3)."""
        for contact in request.contact:
            lifetime = int(contact.parameters.get("expires") or request.expires or 0)
            if lifetime > 0:
                self.bindings[account] = {str(contact.uri): time.monotonic() + lifetime}
                self.taken.append(str(contact.uri))
                if self._device(account, self.accounts[account]):
                    self.put_out.add(account)
            else:
                self.bindings.get(account, {}).pop(str(contact.uri), None)
        response = Response(200, "OK")
        for uri in self._contacts(account):
            left = round(self.bindings.get(account, {}).get(uri, time.monotonic() + 3600) - time.monotonic())
            response.headers.add("Contact", f"<{uri}>;expires={left}")
        return response

    def _contacts(self, account: str) -> tuple[str, ...]:
        bound = tuple(uri for uri, until in self.bindings.get(account, {}).items() if until > time.monotonic())
        if bound or account in self.put_out or account not in self.accounts:
            return bound
        held = self._device(account, self.accounts[account])
        return (held,) if held else ()

    def _datagram(self, data: bytes, caller: tuple[str, int]) -> bytes | None:  # noqa: ARG002
        try:
            message = Message.parse(data)
            response = self.answer(message) if isinstance(message, Request) else None
        except ValueError:  # garbage
            return None
        return None if response is None else bytes(response)

    def _serve_tcp(self, connection: socket.socket) -> None:
        try:
            for message in messages(lambda: connection.recv(1 << 14)):
                if isinstance(message, Request) and (response := self.answer(message)) is not None:
                    connection.sendall(bytes(response))
        except ValueError:  # garbage: hang up
            return


def _other(request: Request) -> Response:
    return Response(200, "OK") if request.method == "OPTIONS" else Response(405, "Method Not Allowed")
