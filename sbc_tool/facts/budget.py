"""The budget of a probe, held against peers that send a byte now and then, or without end."""

from __future__ import annotations

import contextlib
import socket
import threading
from types import TracebackType
from typing import Self


class within:  # noqa: N801 - reads as `with within(connection, 5)`
    """Whatever waits on the connection is ended when `seconds` are over, and a TimeoutError takes its place.

    A socket's own time-out starts anew with every byte. Works through TLS, which takes the socket over.
    """

    def __init__(self, connection: socket.socket, seconds: float) -> None:
        self._connection = connection.dup()
        self._timer = threading.Timer(seconds, self._end)
        self._timer.name, self._timer.daemon = "budget", True
        self.over = False

    def _end(self) -> None:
        self.over = True
        with contextlib.suppress(OSError):  # gone already
            self._connection.shutdown(socket.SHUT_RDWR)

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        self._timer.join()
        self._connection.close()
        if self.over and isinstance(error, (OSError, ValueError)):
            raise TimeoutError from None
