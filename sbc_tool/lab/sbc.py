"""The SBC that the configuration brings alive: a TLS port that presents the delivered chain and answers OPTIONS."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sipmessage import Request

from sbc_tool.lab.listener import Listener, reserve
from sbc_tool.lab.pki import write_private
from sbc_tool.lab.service import Dead, Service
from sbc_tool.lab.sip import OK, answer, messages


@dataclass(slots=True)
class Manner:
    """How the SBC behaves beyond what the configuration says: for faults. `tune` may spoil its TLS."""

    status: tuple[int, str] = OK
    record_route: str = ""
    tune: Callable[[ssl.SSLContext], None] = lambda _: None


class Sbc:
    """Holds one port of 127.0.0.1 for the place where the world looks for the SBC, and listens when it lives there.

    `outside` is that place: the address that DNS tells and the TLS port that Microsoft is told. A service that the
    configuration puts elsewhere cannot be reached here, as it could not be in the world.
    """

    def __init__(self, outside: tuple[str, int], folder: Path, service: Callable[[], Service | Dead]) -> None:
        self.outside = outside
        self._folder = folder
        self._service = service
        self._lock = threading.Lock()
        self._reserved: socket.socket | None = reserve()
        self.port: int = self._reserved.getsockname()[1]
        self._listener: Listener | None = None
        self.state: Service | Dead = Dead("not yet looked at")
        self.manner = Manner()

    @property
    def alive(self) -> bool:
        return isinstance(self.state, Service)

    def update(self) -> None:
        """Follow the configuration: open, close, or open anew with another certificate."""
        with self._lock:
            state = self._placed(self._service())
            if state == self.state:
                return
            self._close()
            self.state = state
            if isinstance(state, Service):
                self.state = self._open(state)

    def behave(self, manner: Manner) -> None:
        """Behave so from now on."""
        with self._lock:
            self.manner = manner
            if isinstance(self.state, Service):
                self._close()
                self.state = self._open(self.state)

    def stop(self) -> None:
        with self._lock:
            self._close()
            if self._reserved is not None:
                self._reserved.close()
            self.state = Dead("stopped")

    def _placed(self, found: Service | Dead) -> Service | Dead:
        if isinstance(found, Service) and (found.address, found.port) != self.outside:
            address, port = self.outside
            return Dead(f"listens on {found.address}:{found.port}, and the world looks for it on {address}:{port}")
        return found

    def _open(self, service: Service) -> Service | Dead:
        try:
            context = self._context(service)
        except ssl.SSLError as error:
            return Dead(f"the certificate cannot be used ({error.reason})")
        reserved, self._reserved = self._reserved, None

        def serve(connection: socket.socket) -> None:
            tls = context.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
            with listener.keeping(tls):
                tls.do_handshake()
                _talk(tls, service, self.manner)

        listener = self._listener = Listener("lab-sbc", serve, reserved)
        listener.start()
        return service

    def _close(self) -> None:
        if self._listener is not None:
            self._listener.stop()
            self._listener = None
            self._reserved = reserve(self.port)

    def _context(self, service: Service) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        chain = write_private(self._folder / "sbc-chain.pem", service.chain)
        key = write_private(self._folder / "sbc-key.pem", service.key)
        context.set_ciphers("DEFAULT:@SECLEVEL=0")  # a small key is presented, too; who looks must say so
        context.load_cert_chain(chain, key)
        if service.clients is not None:
            context.verify_mode = ssl.CERT_REQUIRED
            for root in service.clients:
                context.load_verify_locations(cadata=root.decode("ascii", "ignore"))
        self.manner.tune(context)
        return context


def _talk(tls: ssl.SSLSocket, service: Service, manner: Manner) -> None:
    contact = f"<sip:{service.contact}:{service.port};transport=tls>"
    with contextlib.suppress(ValueError):  # garbage: hang up
        for message in messages(lambda: tls.recv(1 << 14)):
            if isinstance(message, Request) and (response := answer(message, contact, manner.status)) is not None:
                if manner.record_route:
                    response.headers.set("Record-Route", manner.record_route)
                tls.sendall(bytes(response))
