"""One way to a host on 443: against TLS servers that misbehave."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from certificates import key_pem, pem, root
from cryptography import x509

from sbc_tool.facts.upgrade import Proxy, Way, direct, proxy_of, through
from sbc_tool.world import ConnectTo, World

HOST = "service-cloud-connector.fluxpunkt.de"
ROOT = root()
GOOD = ROOT.server([HOST])
Talk = Callable[[socket.socket], None]


@contextmanager
def server(folder: Path, talk: Talk, leaf: x509.Certificate | None = GOOD) -> Iterator[World]:
    """Serves connections one after another, over TLS unless `leaf` is None; the world in which it is the host."""
    context = None
    if leaf is not None:
        (folder / "leaf.pem").write_bytes(pem(leaf))
        (folder / "key.pem").write_text(key_pem())
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / "leaf.pem", folder / "key.pem")
    (folder / "ca.pem").write_bytes(pem(ROOT.certificate))
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            while not over.is_set():
                connection, _ = listener.accept()
                with contextlib.suppress(OSError), connection:
                    if context is None or over.is_set():
                        talk(connection)
                    else:
                        with context.wrap_socket(connection, server_side=True) as tls:
                            talk(tls)

        thread = threading.Thread(target=serve)
        thread.start()
        port = listener.getsockname()[1]
        try:
            yield World(
                folder, connect_to=(ConnectTo(HOST, 443, "127.0.0.1", port),), ca_bundle=folder / "ca.pem", timeout=2
            )
        finally:
            over.set()
            socket.create_connection(("127.0.0.1", port)).close()
            thread.join()


def says(answer: bytes) -> Talk:
    def talk(connection: socket.socket) -> None:
        connection.recv(1 << 14)
        connection.sendall(answer)

    return talk


def waits(connection: socket.socket) -> None:
    """Until the other side has gone."""
    while connection.recv(1 << 14):
        pass


def drips(connection: socket.socket) -> None:
    """An answer of which a little more comes, for ever."""
    connection.recv(1 << 14)
    connection.settimeout(0.1)
    with contextlib.suppress(OSError):
        while True:
            connection.sendall(b"HTTP/1.1 ")
            with contextlib.suppress(TimeoutError):
                if not connection.recv(1):
                    return


@pytest.mark.parametrize(
    ("talk", "way"),
    [
        (says(b"HTTP/1.1 404 Not Found\r\n\r\n"), Way("http", "404", "HTTP 404")),
        (says(b"HTTP/1.1 502 Bad Gateway\r\nServer: x\r\n\r\n<html>"), Way("http", "502", "HTTP 502")),
        (
            says(b"HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Accept: bm8=\r\n\r\n"),
            Way("http", "garbage", "it takes the upgrade, but with a wrong Sec-WebSocket-Accept"),
        ),
        (says(b"SSH-2.0-x\r\n\r\n"), Way("http", "garbage", "an answer that is no HTTP")),
        (says(b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000), Way("http", "garbage", "an HTTP answer without end")),
        (says(b""), Way("http", "hung-up", "the connection was closed without an HTTP answer")),
        (waits, Way("http", "silent", "no HTTP answer within 2 s")),
        (drips, Way("http", "silent", "no HTTP answer within 2 s")),
    ],
    ids=["404", "502", "wrong-accept", "no-http", "endless", "hung-up", "silent", "dripping"],
)
def test_answers_over_tls(tmp_path: Path, talk: Talk, way: Way) -> None:
    with server(tmp_path, talk) as world:
        assert direct(world, HOST) == way


def test_who_answers_for_itself_is_through() -> None:
    assert Way("open").through
    assert Way("http", "404").through
    assert not any(Way("http", kind).through for kind in ("500", "503", "garbage", "silent", "hung-up"))
    assert not any(Way(stage, "200").through for stage in ("proxy", "tls", "tcp"))


def test_certificates(tmp_path: Path) -> None:
    stranger = root("Firma Proxy CA").server([HOST])
    with server(tmp_path, waits, stranger) as world:
        way = direct(world, HOST)
    assert (way.stage, way.kind, way.issuer) == ("tls", "untrusted", "CN=Firma Proxy CA")
    with server(tmp_path, waits, ROOT.server(["portal.example"])) as world:
        way = direct(world, HOST)
    assert (way.stage, way.kind, way.issuer) == ("tls", "name", "CN=Lab Root")


def test_no_tls(tmp_path: Path) -> None:
    with server(tmp_path, says(b"HTTP/1.1 302 Found\r\nLocation: http://portal.example/\r\n\r\n"), None) as world:
        assert (direct(world, HOST).stage, direct(world, HOST).kind) == ("tls", "plain")
    with server(tmp_path, lambda connection: None, None) as world:
        assert (direct(world, HOST).stage, direct(world, HOST).kind) == ("tls", "hung-up")
    with server(tmp_path, waits, None) as world:
        assert direct(world, HOST) == Way("tls", "silent", "no answer to the TLS greeting")


def test_no_tcp(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    closed = World(tmp_path, connect_to=(ConnectTo(HOST, 443, "127.0.0.1", port),))
    assert (direct(closed, HOST).stage, direct(closed, HOST).kind) == ("tcp", "closed")
    nameless = World(tmp_path, connect_to=(ConnectTo(HOST, 443, "nobody.invalid", 443),))  # RFC 6761: never resolves
    assert (direct(nameless, HOST).stage, direct(nameless, HOST).kind) == ("tcp", "nameless")


@pytest.mark.parametrize(
    ("answer", "way"),
    [
        (b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", Way("proxy", "407", "the proxy answers 407")),
        (b"nonsense\r\n\r\n", Way("proxy", "garbage", "an answer that is no HTTP")),
        (b"", Way("proxy", "hung-up", "the connection was closed without an HTTP answer")),
    ],
)
def test_a_proxy_that_refuses(tmp_path: Path, answer: bytes, way: Way) -> None:
    with server(tmp_path, says(answer), None) as world:
        port = world.connect_to[0].to_port
        assert through(Proxy("127.0.0.1", port), world, HOST) == way


@pytest.mark.parametrize(
    ("environ", "where", "login"),
    [
        ({"https_proxy": "http://proxy.firma.de:3128"}, "proxy.firma.de:3128", ""),
        ({"HTTPS_PROXY": "proxy.firma.de:8080/"}, "proxy.firma.de:8080", ""),
        ({"ALL_PROXY": "http://u%40x:p%3Aw@10.0.0.1"}, "10.0.0.1:80", "u@x:p:w"),
        ({"https_proxy": "http://proxy:99999", "all_proxy": "http://other:1"}, "other:1", ""),
        ({"all_proxy": "socks5://proxy:1080"}, None, ""),
        ({"http_proxy": "http://proxy:1"}, None, ""),
        ({}, None, ""),
    ],
)
def test_proxies_of_the_environment(environ: dict[str, str], where: str | None, login: str) -> None:
    proxy = proxy_of(environ)
    assert (proxy and proxy.where) == where
    if proxy:
        assert proxy.login == login
        assert not login or login not in repr(proxy)
