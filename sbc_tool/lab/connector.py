"""A Cloud Connector as far as reaching it goes: TLS, and a WebSocket upgrade (RFC 6455, section 4.2)."""

from __future__ import annotations

import base64
import hashlib
import re
import socket
import ssl
from http import HTTPStatus
from pathlib import Path

from sbc_tool.fluxpunkt import HOSTS, PORT
from sbc_tool.lab import pki
from sbc_tool.lab.listener import LOOPBACK, Listener

_LARGEST = 1 << 14  # bytes of a request
_KEY = re.compile(rb"(?im)^sec-websocket-key:[ \t]*(\S+)")
_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


class Connector:
    """Stands for some hosts on one port of 127.0.0.1. `status` other than 101 is answered in place of an upgrade.

    `present` changes the certificate; `plain` answers without TLS, as a captive portal does.
    """

    def __init__(self, folder: Path, ca: pki.LabCa, hosts: tuple[str, ...]) -> None:
        self.status = 101
        self.plain = False
        self._folder = folder
        self._hosts = hosts
        self.present(ca)
        self._listener = Listener("lab-connector", self._serve)
        self.port = self._listener.port
        self._listener.start()

    def present(self, ca: pki.LabCa) -> None:
        """A certificate from this authority, for all the hosts."""
        chain, key = ca.mint(*self._hosts)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        name = self._hosts[0]
        (self._folder / f"{name}.pem").write_bytes(chain)
        context.load_cert_chain(self._folder / f"{name}.pem", pki.write_private(self._folder / f"{name}.key.pem", key))
        self._context = context

    def stop(self) -> None:
        self._listener.stop()

    def _serve(self, connection: socket.socket) -> None:
        if self.plain:
            connection.recv(_LARGEST)
            connection.sendall(b"HTTP/1.1 302 Found\r\nLocation: http://portal.example/\r\nContent-Length: 0\r\n\r\n")
            return
        tls = self._context.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
        with self._listener.keeping(tls):
            tls.do_handshake()
            request = b""
            while b"\r\n\r\n" not in request and len(request) < _LARGEST:
                data = tls.recv(4096)
                if not data:
                    return
                request += data
            tls.sendall(self._answer(request))

    def _answer(self, request: bytes) -> bytes:
        found = _KEY.search(request)
        key = found[1] if found else None
        status = self.status if key else 400
        if status != 101 or key is None:
            return f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\nContent-Length: 0\r\n\r\n".encode()
        accept = base64.b64encode(hashlib.sha1(key + _GUID, usedforsecurity=False).digest())
        lines = (b"HTTP/1.1 101 Switching Protocols", b"Upgrade: websocket", b"Connection: Upgrade")
        return b"\r\n".join([*lines, b"Sec-WebSocket-Accept: " + accept, b"", b""])


class Connectors:
    """All hosts of the real service: those that must be there, and the others."""

    def __init__(self, folder: Path, ca: pki.LabCa) -> None:
        self.required, self.others = (
            Connector(folder, ca, tuple(host.name for host in HOSTS if host.required is required))
            for required in (True, False)
        )

    @property
    def ways(self) -> tuple[str, ...]:
        """Where the hosts really are, as --connect-to has it."""
        return tuple(
            f"{host.name}:{PORT}:{LOOPBACK}:{(self.required if host.required else self.others).port}" for host in HOSTS
        )

    def stop(self) -> None:
        self.required.stop()
        self.others.stop()
