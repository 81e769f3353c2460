"""Registrars that misbehave, on 127.0.0.1: each answers a datagram, or what a stream holds, as its function says."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

Answers = Callable[[bytes], Iterable[bytes]]


@contextmanager
def over_udp(answers: Answers) -> Iterator[int]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))

        def serve() -> None:
            while request := server.recvfrom(1 << 16):
                if not request[0]:
                    return
                for answer in answers(request[0]):
                    server.sendto(answer, request[1])

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield server.getsockname()[1]
        finally:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as waker:
                waker.sendto(b"", server.getsockname())
            thread.join()


@contextmanager
def over_tcp(answers: Answers) -> Iterator[int]:
    """One connection; it is closed when `answers` ends with None-like emptiness (b'')."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            with contextlib.suppress(OSError):
                connection, _ = server.accept()
                with connection:
                    while data := connection.recv(1 << 16):
                        for answer in answers(data):
                            if not answer:
                                return
                            connection.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield server.getsockname()[1]
        finally:
            with contextlib.suppress(OSError):
                socket.create_connection(server.getsockname(), 1).close()
            thread.join()


def reply(request: bytes, first_line: str, *headers: str) -> bytes:
    """An answer with what RFC 3261, section 8.2.6.2, copies from the request."""
    lines = request.decode().split("\r\n")
    copied = [line for line in lines if line.partition(":")[0] in ("Via", "From", "To", "Call-ID", "CSeq")]
    return "\r\n".join([first_line, *copied, *headers, "Content-Length: 0", "", ""]).encode()


def challenge(request: bytes, more: str = "") -> bytes:
    return reply(request, "SIP/2.0 401 Unauthorized", f'WWW-Authenticate: Digest realm="r", nonce="n"{more}')
