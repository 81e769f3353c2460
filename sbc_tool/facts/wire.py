"""SIP messages over one socket, whichever the transport."""

from __future__ import annotations

import socket
from typing import Protocol

from sbc_tool.sip import framing
from sbc_tool.world import World

_DATAGRAM = 1 << 16  # bytes, at most


class Wire(Protocol):
    """`reliable`: what was sent arrives, so nothing is sent twice (RFC 3261, section 17.1.2.2)."""

    reliable: bool

    @property
    def local(self) -> tuple[str, int]: ...

    def send(self, message: bytes) -> None: ...

    def receive(self, wait: float) -> list[bytes]:
        """What has arrived after at most `wait` seconds. OSError when the peer is gone, ValueError at garbage."""
        ...

    def close(self) -> None: ...


def open_wire(world: World, transport: str, host: str, port: int) -> Wire:
    """A wire to a SIP port; `transport` is udp or tcp. Unreachable when it can't be opened."""
    if transport == "tcp":
        return _Stream(world.connect(host, port), world.timeout)
    return _Datagrams(world.datagrams(host, port))


class _Datagrams:
    reliable = False

    def __init__(self, connection: socket.socket) -> None:
        self._socket = connection

    @property
    def local(self) -> tuple[str, int]:
        return _local(self._socket)

    def send(self, message: bytes) -> None:
        self._socket.send(message)

    def receive(self, wait: float) -> list[bytes]:
        try:
            self._socket.settimeout(max(wait, 0.001))
            return [self._socket.recv(_DATAGRAM)]
        except TimeoutError:
            return []

    def close(self) -> None:
        self._socket.close()


class _Stream:
    reliable = True

    def __init__(self, connection: socket.socket, budget: float) -> None:
        self._socket = connection
        self._budget = budget
        self._rest = b""

    @property
    def local(self) -> tuple[str, int]:
        return _local(self._socket)

    def send(self, message: bytes) -> None:
        self._socket.settimeout(self._budget)
        self._socket.sendall(message)

    def receive(self, wait: float) -> list[bytes]:
        try:
            self._socket.settimeout(max(wait, 0.001))
            data = self._socket.recv(_DATAGRAM)
        except TimeoutError:
            return []
        if not data:
            raise ConnectionResetError("the connection was closed")
        messages, self._rest = framing.split(self._rest + data)
        return messages

    def close(self) -> None:
        self._socket.close()


def _local(connection: socket.socket) -> tuple[str, int]:
    host, port = connection.getsockname()[:2]
    return str(host), int(port)
