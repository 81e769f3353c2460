"""DNS over HTTPS with servers that mean no good: each ends within the budget, and what it did is said."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import certificates
import h2.config
import h2.connection
import h2.events
import pytest
from hostile_streams import server

from sbc_tool.facts.question import DnsAnswer, Question, ask
from sbc_tool.world import Resolver

PING = b"\0\0\x08\x06\0\0\0\0\0" + bytes(8)  # a whole frame, again and again: RFC 9113, section 6.7
Misbehave = Callable[[ssl.SSLSocket, threading.Event], None]


def drip(tls: ssl.SSLSocket, over: threading.Event) -> None:
    """A byte now and then, so that no time-out of a single read ever runs out."""
    for byte in (b"\0\0\0\x04\0\0\0\0\0" + PING * 1000)[:20_000]:
        tls.sendall(bytes([byte]))
        if over.wait(0.02):
            return


def flood(tls: ssl.SSLSocket, over: threading.Event) -> None:
    tls.sendall(b"\0\0\0\x04\0\0\0\0\0")
    while not over.is_set():
        tls.sendall(PING * 100)


def garbage(tls: ssl.SSLSocket, over: threading.Event) -> None:
    tls.sendall(b"\0\0\x03\x06\0\0\0\0\0abc")  # a ping is longer
    over.wait()


def gone(tls: ssl.SSLSocket, over: threading.Event) -> None:
    """Hangs up at once."""


def answering(status: str, body: bytes) -> Misbehave:
    def answer(tls: ssl.SSLSocket, over: threading.Event) -> None:
        stream = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False))
        stream.initiate_connection()
        tls.sendall(stream.data_to_send())
        while data := tls.recv(65536):
            for event in stream.receive_data(data):
                if isinstance(event, h2.events.StreamEnded):
                    stream.send_headers(1, [(":status", status)])
                    for at in range(0, len(body), 16384):
                        stream.send_data(1, body[at : at + 16384])
                    stream.end_stream(1)
            tls.sendall(stream.data_to_send())
        over.wait()

    return answer


@contextlib.contextmanager
def https(folder: Path, misbehave: Misbehave, protocols: tuple[str, ...] = ("h2",)) -> Iterator[Resolver]:
    root = certificates.root()
    (folder / "key.pem").write_text(certificates.key_pem())
    (folder / "cert.pem").write_bytes(certificates.pem(root.server(["localhost"])))
    (folder / "root.pem").write_bytes(certificates.pem(root.certificate))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    context.set_alpn_protocols(list(protocols))

    def serve(connection: socket.socket, over: threading.Event) -> None:
        with context.wrap_socket(connection, server_side=True) as tls:
            misbehave(tls, over)

    with server(serve) as port:
        yield Resolver("DoH", "localhost", port, "https")


def asked(folder: Path, resolver: Resolver, budget: float) -> DnsAnswer:
    return ask(resolver, Question("sbc.meinefirma.de"), budget, folder / "root.pem")


@pytest.mark.parametrize("misbehave", [drip, flood])
def test_what_never_ends_ends_with_the_budget(tmp_path: Path, misbehave: Misbehave) -> None:
    with https(tmp_path, misbehave) as resolver:
        assert asked(tmp_path, resolver, 0.5).error == "no answer within 0.5 s"


@pytest.mark.parametrize(
    ("misbehave", "words"),
    [
        (garbage, "makes no sense"),
        (gone, "closed"),
        (answering("200", b"A" * 20), "makes no sense"),
        (answering("200", b""), "makes no sense"),
        (answering("503", b""), "answered http 503"),
    ],
)
def test_what_is_no_answer(tmp_path: Path, misbehave: Misbehave, words: str) -> None:
    with https(tmp_path, misbehave) as resolver:
        assert words in asked(tmp_path, resolver, 5).error


def test_a_server_without_http_2_is_named(tmp_path: Path) -> None:
    with https(tmp_path, gone, protocols=("http/1.1",)) as resolver:
        assert "no http/2 there" in asked(tmp_path, resolver, 5).error
