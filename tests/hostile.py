"""Servers that mean no good, on ports of 127.0.0.1: they flood, drip, or answer something else."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def datagrams(answers: Callable[[bytes], Iterator[bytes]]) -> Iterator[int]:
    """A UDP server that sends all of `answers` to whoever asks, until the end of the test; its port."""
    over = threading.Event()

    def serve(server: socket.socket) -> None:
        while True:
            with contextlib.suppress(ConnectionError):
                data, caller = server.recvfrom(65535)
                if over.is_set():
                    return
                for answer in answers(data):
                    if over.is_set():
                        return
                    server.sendto(answer, caller)

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        thread = threading.Thread(target=serve, args=(server,))
        thread.start()
        try:
            yield server.getsockname()[1]
        finally:
            over.set()
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as waker:
                waker.sendto(b"", server.getsockname())
            thread.join()


def forever(data: bytes) -> Callable[[bytes], Iterator[bytes]]:
    def answers(_: bytes) -> Iterator[bytes]:
        while True:
            yield data

    return answers


def once(make: Callable[[bytes], bytes]) -> Callable[[bytes], Iterator[bytes]]:
    return lambda data: iter([make(data)])


def silent(_: bytes) -> Iterator[bytes]:
    return iter(())
