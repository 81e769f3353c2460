"""Round-trip time in front of a TCP server: bytes arrive later, but no fewer of them a second."""

from __future__ import annotations

import contextlib
import selectors
import socket
import threading
import time
from collections import deque

from sbc_tool.lab.listener import LOOPBACK, Listener


class Relay:
    """Carries TCP to a port of 127.0.0.1; each chunk is held for half the round trip, in both directions.

    A connection is opened one round trip late, as its TCP handshake would be. Chunks wait side by side, so lines that
    are sent without waiting for answers are all answered one round trip later, not one round trip each.
    """

    def __init__(self, port: int, round_trip_ms: int) -> None:
        self._to = (LOOPBACK, port)
        self._one_way = round_trip_ms / 2000
        self._stopped = threading.Event()
        self._listener = Listener("lab-latency", self._serve)
        self.port = self._listener.port
        self._listener.start()

    def stop(self) -> None:
        self._stopped.set()
        self._listener.stop()

    def _serve(self, near: socket.socket) -> None:
        self._stopped.wait(2 * self._one_way)
        far = socket.create_connection(self._to)
        far.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with self._listener.keeping(far):
            back = threading.Thread(target=self._pump, args=(far, near), name="lab-latency-back", daemon=True)
            back.start()
            self._pump(near, far)
            back.join()

    def _pump(self, source: socket.socket, sink: socket.socket) -> None:
        """Carry one direction to its end; the other may go on."""
        with contextlib.suppress(OSError), selectors.DefaultSelector() as selector:
            selector.register(source, selectors.EVENT_READ)
            self._carry(selector, source, sink)
        with contextlib.suppress(OSError):
            sink.shutdown(socket.SHUT_WR)

    def _carry(self, selector: selectors.BaseSelector, source: socket.socket, sink: socket.socket) -> None:
        held: deque[tuple[float, bytes]] = deque()  # when it is due, and what; nothing at all means the end
        while not self._stopped.is_set():
            wait = max(held[0][0] - time.monotonic(), 0) if held else None
            if not selector.get_map():
                self._stopped.wait(wait)
            elif selector.select(wait):
                data = source.recv(1 << 16)
                held.append((time.monotonic() + self._one_way, data))
                if not data:
                    selector.unregister(source)
            while held and held[0][0] <= time.monotonic():
                chunk = held.popleft()[1]
                if not chunk:
                    return
                sink.sendall(chunk)
