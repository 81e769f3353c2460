"""Microsoft's edge: SIP proxies with mutual TLS that know the gateways of one tenant, and ask them back."""

from __future__ import annotations

import contextlib
import secrets
import socket
import ssl
from collections.abc import Callable
from pathlib import Path
from queue import SimpleQueue

from sipmessage import Request, Response

from sbc_tool.lab import sip
from sbc_tool.lab.listener import Listener
from sbc_tool.lab.pki import write_private

_STRANGER = (403, "Forbidden")
_PATIENCE_S = 5.0  # for the SBC's answer
_OPTIONS = (  # Microsoft's own, as far as its pages show it
    "OPTIONS sip:{gateway};transport=tls SIP/2.0\r\n"
    "Via: SIP/2.0/TLS 52.112.0.1:5061;branch=z9hG4bK{branch}\r\n"
    "Max-Forwards: 70\r\n"
    "From: <sip:{proxy}:5061>;tag={branch}\r\n"
    "To: <sip:{gateway}>\r\n"
    "Call-ID: {branch}@{proxy}\r\n"
    "CSeq: 1 OPTIONS\r\n"
    "Contact: <sip:{proxy}:5061;transport=tls>\r\n"
    "Content-Length: 0\r\n\r\n"
)


class Edge:
    """One port of 127.0.0.1 for all proxies. `gateways` are the FQDNs paired with the tenant; they may be changed.

    A gateway's certificate must lead to a root that stands for Microsoft's Trusted Root Program. Each that is
    greeted with 200 is asked back: `heard` has the codes that the SBC answered, None for no answer.
    """

    def __init__(self, proxies: tuple[str, ...], pair: tuple[bytes, bytes], root: bytes, folder: Path) -> None:
        self._proxy = proxies[0]
        self._file = folder / "edge.pem"
        self.gateways: set[str] = set()
        self.way: Callable[[str], tuple[str, int] | None] = lambda _: None  # from HOST:PORT to where it listens
        self.heard: SimpleQueue[int | None] = SimpleQueue()
        self.become(pair, root)
        self._listener = Listener("lab-edge", self._serve)
        self.port = self._listener.port
        self._listener.start()

    def become(self, pair: tuple[bytes, bytes], root: bytes) -> None:
        """From now on present this certificate, and trust those below this root."""
        write_private(self._file, b"".join(pair))
        self._server, self._client = (
            self._context(root, purpose) for purpose in (ssl.PROTOCOL_TLS_SERVER, ssl.PROTOCOL_TLS_CLIENT)
        )

    def stop(self) -> None:
        self._listener.stop()

    def _context(self, root: bytes, purpose: int) -> ssl.SSLContext:
        context = ssl.SSLContext(purpose)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.check_hostname = False  # as the tenant is looked up by the name in Contact
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(cadata=root.decode())
        context.load_cert_chain(self._file)
        return context

    def _serve(self, connection: socket.socket) -> None:
        tls = self._server.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
        with self._listener.keeping(tls), contextlib.suppress(ValueError):  # garbage: hang up
            tls.do_handshake()
            for message in sip.messages(lambda: tls.recv(1 << 14)):
                if isinstance(message, Request) and (answer := self._answer(message)) is not None:
                    tls.sendall(bytes(answer))
                    if answer.code == sip.OK[0]:
                        self._ask_back(message)

    def _answer(self, request: Request) -> Response | None:
        """The gateway's name is looked for in Record-Route first, then in Contact (Microsoft)."""
        named = [*request.record_route, *request.contact][:1]
        known = bool(named) and named[0].uri.host.lower() in self.gateways
        return sip.answer(request, f"<sip:{self._proxy}:5061;transport=tls>", sip.OK if known else _STRANGER)

    def _ask_back(self, request: Request) -> None:
        uri = request.contact[0].uri
        gateway = f"{uri.host}:{uri.port or 5061}"
        there = self.way(gateway)
        self.heard.put(self._ask(gateway, there) if there else None)

    def _ask(self, gateway: str, there: tuple[str, int]) -> int | None:
        branch = secrets.token_hex(8)
        question = _OPTIONS.format(gateway=gateway, proxy=self._proxy, branch=branch)
        name = gateway.partition(":")[0]
        try:
            plain = socket.create_connection(there, timeout=_PATIENCE_S)
            with self._client.wrap_socket(plain, server_hostname=name) as tls, self._listener.keeping(tls):
                tls.sendall(question.encode())
                answers = sip.messages(lambda: tls.recv(1 << 14))
                return next((one.code for one in answers if isinstance(one, Response)), None)
        except (OSError, ValueError):
            return None
