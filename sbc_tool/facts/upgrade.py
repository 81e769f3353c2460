"""One way to a host over TCP 443: directly or through a proxy, TLS, then a WebSocket upgrade (RFC 6455)."""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
import socket
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from sbc_tool.errors import Unreachable
from sbc_tool.fluxpunkt import PORT
from sbc_tool.world import World

_LARGEST = 1 << 14  # bytes of an answer's head
_WRONG_NAME = 62  # X509_V_ERR_HOSTNAME_MISMATCH
_GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455, section 1.3


@dataclass(frozen=True, slots=True)
class Way:
    """`stage` is where it ended: proxy, tcp, tls, http or open.

    `kind` says how, within the stage. proxy: its HTTP status; tcp: silent, closed, nameless or empty; tls: untrusted,
    name, plain, silent or hung-up; http: silent, garbage, hung-up, or the status. `issuer` is that of an untrusted
    certificate.
    """

    stage: str
    kind: str = ""
    why: str = ""
    issuer: str = ""

    @property
    def through(self) -> bool:
        """The host itself has answered, and its service is up."""
        return self.stage == "open" or (self.stage == "http" and self.kind.isdigit() and int(self.kind) < 500)


@dataclass(frozen=True, slots=True)
class Proxy:
    host: str
    port: int
    login: str = field(default="", repr=False)  # user:password

    @property
    def where(self) -> str:
        return f"{self.host}:{self.port}"


class _Ended(Exception):
    def __init__(self, way: Way) -> None:
        super().__init__(way.why)
        self.way = way


def proxy_of(environ: Mapping[str, str]) -> Proxy | None:
    """As curl and others read it: https_proxy or all_proxy, in either case; only HTTP proxies."""
    for name in ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        text = environ.get(name, "")
        parts = urlsplit(text if "://" in text else f"http://{text}")
        try:
            if text and parts.scheme == "http" and parts.hostname:
                login = f"{unquote(parts.username or '')}:{unquote(parts.password or '')}" if parts.username else ""
                return Proxy(parts.hostname, parts.port or 80, login)
        except ValueError:  # a port that is none
            continue
    return None


def direct(world: World, host: str) -> Way:
    return _walk(world, host, lambda: world.connect(host, PORT))


def through(proxy: Proxy, world: World, host: str) -> Way:
    """Over CONNECT (RFC 9110, section 9.3.6)."""

    def connect() -> socket.socket:
        connection = world.connect(proxy.host, proxy.port)
        try:
            lines = [f"CONNECT {host}:{PORT} HTTP/1.1", f"Host: {host}:{PORT}"]
            if proxy.login:
                lines.append(f"Proxy-Authorization: Basic {base64.b64encode(proxy.login.encode()).decode()}")
            status, _ = _ask(connection, lines, world.timeout, "proxy")
            if status != 200:
                raise _Ended(Way("proxy", str(status), f"the proxy answers {status}"))
        except _Ended:
            connection.close()
            raise
        return connection

    return _walk(world, host, connect)


def _walk(world: World, host: str, connect: Callable[[], socket.socket]) -> Way:
    try:
        with _encrypt(world, host, connect) as tls:
            return _upgrade(tls, host, world.timeout)
    except _Ended as ended:
        return ended.way
    except Unreachable as error:
        return Way("tcp", error.kind, error.what)


def _encrypt(world: World, host: str, connect: Callable[[], socket.socket]) -> ssl.SSLSocket:
    import certifi

    context = ssl.create_default_context(cafile=certifi.where())
    if world.ca_bundle is not None:
        context.load_verify_locations(world.ca_bundle)
    connection = connect()
    try:
        return context.wrap_socket(connection, server_hostname=host)
    except OSError as error:  # ssl.SSLError is one; wrap_socket has closed the connection
        connection.close()
        way = _no_tls(error)
        if way.kind in ("untrusted", "name"):
            way = Way("tls", way.kind, way.why, _issuer(host, connect))
        raise _Ended(way) from None


def _no_tls(error: OSError) -> Way:
    if isinstance(error, ssl.SSLCertVerificationError):
        kind = "name" if error.verify_code == _WRONG_NAME else "untrusted"
        return Way("tls", kind, error.verify_message)
    if isinstance(error, TimeoutError):
        return Way("tls", "silent", "no answer to the TLS greeting")
    if isinstance(error, (ConnectionError, ssl.SSLEOFError, ssl.SSLZeroReturnError)):
        return Way("tls", "hung-up", "the connection was cut at the TLS greeting")
    return Way("tls", "plain", (getattr(error, "reason", None) or str(error)).replace("_", " ").lower())


def _issuer(host: str, connect: Callable[[], socket.socket]) -> str:
    """Who signed what is presented, on a connection of its own that trusts nothing."""
    from cryptography import x509

    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    try:
        with connect() as connection, context.wrap_socket(connection, server_hostname=host) as tls:
            leaf = x509.load_der_x509_certificate(tls.getpeercert(binary_form=True) or b"")
            return leaf.issuer.rfc4514_string()
    except (OSError, ValueError, Unreachable, _Ended):
        return ""


def _upgrade(tls: socket.socket, host: str, budget: float) -> Way:
    key = base64.b64encode(secrets.token_bytes(16)).decode()
    lines = ["GET / HTTP/1.1", f"Host: {host}", "Upgrade: websocket", "Connection: Upgrade"]
    status, headers = _ask(tls, [*lines, f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13"], budget, "http")
    expected = base64.b64encode(hashlib.sha1((key + _GUID).encode(), usedforsecurity=False).digest()).decode()
    if status == 101 and headers.get("sec-websocket-accept") == expected:
        return Way("open")
    if status == 101:
        return Way("http", "garbage", "it takes the upgrade, but with a wrong Sec-WebSocket-Accept")
    return Way("http", str(status), f"HTTP {status}")


def _ask(connection: socket.socket, lines: list[str], budget: float, stage: str) -> tuple[int, dict[str, str]]:
    """Status and headers of the answer, all within the budget."""
    deadline = time.monotonic() + budget
    head = b""
    try:
        connection.sendall("\r\n".join([*lines, "User-Agent: sbc-tool", "", ""]).encode())
        while b"\r\n\r\n" not in head:
            connection.settimeout(max(deadline - time.monotonic(), 0.001))
            data = connection.recv(4096)
            if not data:
                raise _Ended(Way(stage, "hung-up", "the connection was closed without an HTTP answer"))
            head += data
            if len(head) > _LARGEST:
                raise _Ended(Way(stage, "garbage", "an HTTP answer without end"))
            if time.monotonic() > deadline:
                raise TimeoutError
    except TimeoutError:
        raise _Ended(Way(stage, "silent", f"no HTTP answer within {budget:g} s")) from None
    except OSError as error:
        raise _Ended(Way(stage, "hung-up", f"cut off ({(error.strerror or str(error)).lower()})")) from None
    first, *rest = head.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
    found = re.match(r"HTTP/1\.[01] (\d{3})(?: |$)", first)
    if not found:
        raise _Ended(Way(stage, "garbage", "an answer that is no HTTP"))
    return int(found[1]), {
        name.strip().lower(): value.strip() for name, _, value in (one.partition(":") for one in rest)
    }
