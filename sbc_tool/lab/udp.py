"""A UDP server on 127.0.0.1 that answers each datagram by itself."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable

from sbc_tool.lab.listener import LOOPBACK

Caller = tuple[str, int]


class Datagrams:
    """`reply` gets a datagram and who sent it, and returns the answer, or None to stay silent.

    `bound`: the socket to serve, where its port was chosen for TCP, too.
    """

    def __init__(
        self, name: str, reply: Callable[[bytes, Caller], bytes | None], bound: socket.socket | None = None
    ) -> None:
        self._reply = reply
        self._socket = bound or socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        if bound is None:
            self._socket.bind((LOOPBACK, 0))
        self.port: int = self._socket.getsockname()[1]
        self._stopped = False
        self._thread = threading.Thread(target=self._serve, name=name, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stopped = True
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as waker:
            waker.sendto(b"", (LOOPBACK, self.port))
        self._thread.join()
        self._socket.close()

    def _serve(self) -> None:
        while not self._stopped:
            with contextlib.suppress(ConnectionError):  # Windows: an earlier caller was no longer there
                data, caller = self._socket.recvfrom(1 << 16)
                if data and (answer := self._reply(data, caller)) is not None:
                    self._socket.sendto(answer, caller)
