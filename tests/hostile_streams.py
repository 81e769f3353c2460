"""Servers that mean no good: garbage, silence, a drop now and then, an answer without end."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Behaviour = Callable[[socket.socket, threading.Event], None]


def garbage(connection: socket.socket, over: threading.Event) -> None:
    connection.sendall(b"\x00\xff" * 4096)
    over.wait()


def endless(connection: socket.socket, over: threading.Event) -> None:
    """Of the right kind for TLS and for SIP: a handshake record of one, a header of the other, again and again."""
    while not over.is_set():
        connection.sendall(b"\x16\x03\x03\x40\x00" + b"\x0b\x00\x3f\xfc" + b"A" * 16380)


def drip(connection: socket.socket, over: threading.Event) -> None:
    """A byte of a good beginning now and then, so that no time-out of a socket ever runs out."""
    for byte in b"\x16\x03\x03\x3f\x00\x02\x00\x3e\xfc\x03\x03" + b"A" * 4096:
        connection.sendall(bytes([byte]))
        if over.wait(0.02):
            return


def silent(connection: socket.socket, over: threading.Event) -> None:
    over.wait()


def gone(connection: socket.socket, over: threading.Event) -> None:
    """Hangs up at once."""


def oversized(connection: socket.socket, over: threading.Event) -> None:
    connection.sendall(b"\x16\x03\x03\xff\xff" + b"\x02\xff\xff\xff" + b"A" * 500_000)
    over.wait()


ALL: tuple[Behaviour, ...] = (garbage, endless, drip, silent, gone, oversized)


@contextmanager
def server(behave: Behaviour) -> Iterator[int]:
    """Does that to every connection, until the end; the port on 127.0.0.1."""
    over, threads = threading.Event(), []
    listener = socket.create_server(("127.0.0.1", 0))

    def serve(connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            behave(connection, over)

    def accept() -> None:
        with contextlib.suppress(OSError):
            while True:
                connection = listener.accept()[0]
                if over.is_set():
                    connection.close()
                    return
                threads.append(threading.Thread(target=serve, args=(connection,)))
                threads[-1].start()

    acceptor = threading.Thread(target=accept)
    acceptor.start()
    port: int = listener.getsockname()[1]
    try:
        yield port
    finally:
        over.set()
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port)).close()  # wakes the acceptor
        acceptor.join()
        listener.close()
        for thread in threads:
            thread.join()
