"""A TCP server on 127.0.0.1: one thread accepts, one more serves each connection, and stop() leaves none behind."""

from __future__ import annotations

import contextlib
import os
import selectors
import socket
import threading
from collections.abc import Callable, Iterator

LOOPBACK = "127.0.0.1"
_ATTEMPTS = 20


def reserve(port: int = 0) -> socket.socket:
    """A socket that holds a port and does not listen yet: who connects is refused."""
    reserved = socket.socket()
    if os.name == "posix":  # on Windows this would let others in on the port
        reserved.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        reserved.bind((LOOPBACK, port))
    except OSError:
        reserved.close()
        raise
    return reserved


def reserve_both() -> tuple[socket.socket, socket.socket]:
    """UDP and TCP sockets of one port number, which the system can only be asked for by trying."""
    for _ in range(_ATTEMPTS):
        tcp = reserve()
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            udp.bind((LOOPBACK, tcp.getsockname()[1]))
        except OSError:
            udp.close()
            tcp.close()
        else:
            return udp, tcp
    raise OSError("no port is free for both UDP and TCP")


class Listener:
    """`serve` gets each connection in a thread of its own; when it returns, the connection is closed.

    Callers can connect at once; they are served from start() on.
    """

    def __init__(
        self, name: str, serve: Callable[[socket.socket], None], reserved: socket.socket | None = None
    ) -> None:
        self._name = name
        self._serve = serve
        self._lock = threading.Lock()
        self._stopped = False
        self._threads: set[threading.Thread] = set()
        self._connections: set[socket.socket] = set()
        self._socket = reserved or reserve()
        self._socket.listen(128)
        self._socket.setblocking(False)
        self.port: int = self._socket.getsockname()[1]
        self._wake, self._woken = socket.socketpair()
        self._acceptor = threading.Thread(target=self._accept, name=f"{name}-accept", daemon=True)

    def start(self) -> None:
        self._acceptor.start()

    def _accept(self) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(self._socket, selectors.EVENT_READ)
            selector.register(self._woken, selectors.EVENT_READ)
            while not self._stopped:
                selector.select()
                with contextlib.suppress(OSError):  # the caller changed its mind
                    self._start(self._socket.accept()[0])

    def _start(self, connection: socket.socket) -> None:
        connection.setblocking(True)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        thread = threading.Thread(target=self._run, args=(connection,), name=self._name, daemon=True)
        with self._lock:
            self._threads.add(thread)
        thread.start()

    def _run(self, connection: socket.socket) -> None:
        try:
            with contextlib.suppress(OSError), self.keeping(connection):  # the peer went away
                self._serve(connection)
        finally:
            with self._lock:
                self._threads.discard(threading.current_thread())

    @contextlib.contextmanager
    def keeping(self, connection: socket.socket) -> Iterator[None]:
        """Close the connection at the end, or when stop() comes first."""
        with connection:
            with self._lock:
                if self._stopped:
                    raise ConnectionAbortedError
                self._connections.add(connection)
            try:
                yield
            finally:
                with self._lock:
                    self._connections.discard(connection)

    def stop(self) -> None:
        with self._lock:
            if self._stopped:
                return
            self._stopped = True
        self._wake.send(b"\0")
        self._acceptor.join()
        for one in (self._socket, self._wake, self._woken):
            one.close()
        with self._lock:
            connections, threads = list(self._connections), list(self._threads)
        for connection in connections:
            with contextlib.suppress(OSError):
                socket.socket.shutdown(connection, socket.SHUT_RDWR)  # plain, on a TLS socket too: just wake it
        for thread in threads:
            thread.join()
