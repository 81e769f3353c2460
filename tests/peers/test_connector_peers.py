"""The Cloud Connector as nginx in front of the websockets library, directly and through tinyproxy."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from certificates import key_pem, pem, root
from judged import judged, said
from nameserver import nameserver, zone
from nginx import nginx
from sample_site import sample_site
from tinyproxy import tinyproxy
from websockets.client import ClientProtocol
from websockets.protocol import State
from websockets.sync.server import serve
from websockets.uri import parse_uri

from sbc_tool.facts.upgrade import Proxy, Way, direct, through
from sbc_tool.facts.websocket import ConnectorFact, probe
from sbc_tool.finding import Outcome
from sbc_tool.fluxpunkt import HOSTS
from sbc_tool.lab.connector import Connector
from sbc_tool.lab.pki import LabCa
from sbc_tool.preflight.cloud_connector_unreachable import CloudConnectorUnreachable
from sbc_tool.world import ConnectTo, World

HOST = HOSTS[0].name
ROOT = root()
LEAF = ROOT.server([host.name for host in HOSTS])


@contextmanager
def websockets_server() -> Iterator[int]:
    with serve(lambda connection: None, "127.0.0.1", 0) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.socket.getsockname()[1]
        finally:
            server.shutdown()
            thread.join()


def world(folder: Path, port: int, **more: object) -> World:
    (folder / "ca.pem").write_bytes(pem(ROOT.certificate))
    ways = tuple(ConnectTo(host.name, 443, "127.0.0.1", port) for host in HOSTS)
    return World(folder, connect_to=ways, ca_bundle=folder / "ca.pem", **more)  # type: ignore[arg-type]


@contextmanager
def connector(folder: Path, location: str = "") -> Iterator[int]:
    """nginx with TLS; what it does is `location`, by default to pass the upgrade on."""
    with websockets_server() as backend:
        passes = f"""
            proxy_pass http://127.0.0.1:{backend};
            proxy_http_version 1.1;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection "upgrade";
        """
        with nginx(folder, pem(LEAF), key_pem(), location or passes) as port:
            yield port


def test_the_upgrade_goes_through_nginx(tmp_path: Path) -> None:
    with connector(tmp_path) as port:
        assert direct(world(tmp_path, port), HOST) == Way("open")


@pytest.mark.parametrize(
    ("location", "way"),
    [
        ("return 503;", Way("http", "503", "HTTP 503")),
        ("return 404;", Way("http", "404", "HTTP 404")),
        ("return 301 https://elsewhere.example/;", Way("http", "301", "HTTP 301")),
        ("return 444;", Way("http", "hung-up", "the connection was closed without an HTTP answer")),
        ("proxy_pass http://127.0.0.1:1;", Way("http", "502", "HTTP 502")),
    ],
)
def test_other_answers_of_nginx(tmp_path: Path, location: str, way: Way) -> None:
    with connector(tmp_path, location) as port:
        assert direct(world(tmp_path, port), HOST) == way


@contextmanager
def upstream(port: int) -> Iterator[int]:
    """The proxy behind the proxy: it leads every CONNECT to `port`, since tinyproxy would look for the real host."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        over = threading.Event()

        def pump(source: socket.socket, sink: socket.socket) -> None:
            with contextlib.suppress(OSError):
                while data := source.recv(1 << 14):
                    sink.sendall(data)
            for one in (source, sink):
                with contextlib.suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)

        def serve_one(near: socket.socket) -> None:
            with near, socket.create_connection(("127.0.0.1", port)) as far:
                head = b""
                while b"\r\n\r\n" not in head:
                    head += near.recv(1 << 14)
                assert head.startswith(b"CONNECT "), head
                near.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
                back = threading.Thread(target=pump, args=(far, near))
                back.start()
                pump(near, far)
                back.join()

        def serve_all() -> None:
            threads = []
            while not over.is_set():
                near, _ = listener.accept()
                if over.is_set():
                    near.close()
                    break
                threads.append(threading.Thread(target=serve_one, args=(near,)))
                threads[-1].start()
            for thread in threads:
                thread.join()

        thread = threading.Thread(target=serve_all)
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            over.set()
            socket.create_connection(listener.getsockname()).close()
            thread.join()


def test_through_tinyproxy(tmp_path: Path) -> None:
    with connector(tmp_path) as port, upstream(port) as behind:
        here = world(tmp_path, port)
        with tinyproxy(tmp_path, behind, "anna:geheim") as proxy:
            assert through(Proxy("127.0.0.1", proxy, "anna:geheim"), here, HOST) == Way("open")
            assert through(Proxy("127.0.0.1", proxy), here, HOST) == Way("proxy", "407", "the proxy answers 407")
            assert through(Proxy("127.0.0.1", proxy, "anna:falsch"), here, HOST).kind in ("401", "407")


def test_only_the_proxy_leads_out(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        closed = free.getsockname()[1]
    with (
        connector(tmp_path) as port,
        upstream(port) as behind,
        tinyproxy(tmp_path, behind, "anna:geheim") as proxy,
        nameserver(zone("x.example. 60 IN A 203.0.113.1")) as names,
    ):
        here = world(
            tmp_path, closed,
            environ={"https_proxy": f"http://anna:geheim@127.0.0.1:{proxy}"},
            resolvers=(names,),
        )  # fmt: skip
        fact = probe(sample_site(), here)
    assert isinstance(fact, ConnectorFact)
    result = judged(CloudConnectorUnreachable(), fact)
    assert result.outcome is Outcome.FAIL
    assert f"proxy: {HOST} is reached through 127.0.0.1:{proxy} only" in said(result)
    assert "geheim" not in said(result) + repr(fact)


def test_the_websockets_client_opens_the_labs_connector(tmp_path: Path) -> None:
    ca = LabCa()
    lab = Connector(tmp_path, ca, (HOST,))
    client = ClientProtocol(parse_uri(f"wss://{HOST}/"))
    client.send_request(client.connect())
    try:
        context = ssl.create_default_context(cadata=ca.root_pem.decode())
        with (
            socket.create_connection(("127.0.0.1", lab.port)) as plain,
            context.wrap_socket(plain, server_hostname=HOST) as tls,
        ):
            tls.sendall(b"".join(client.data_to_send()))
            client.receive_data(tls.recv(1 << 14))
    finally:
        lab.stop()
    assert client.state is State.OPEN, client.handshake_exc
