"""The outside, as one object that is handed in: clock, resolvers, sockets, environment, streams."""

from __future__ import annotations

import socket
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, TextIO

from sbc_tool.errors import InputError, Unreachable


@dataclass(frozen=True, slots=True)
class Resolver:
    """A DNS server that is asked directly; over UDP and TCP, `address` is a number."""

    name: str
    address: str
    port: int = 53
    transport: Literal["udp", "tls", "https"] = "udp"  # udp: and TCP on truncation
    path: str = "/dns-query"  # of HTTPS


PUBLIC_RESOLVERS = (
    Resolver("Quad9", "9.9.9.9"),
    Resolver("Cloudflare", "1.1.1.1"),
    Resolver("Google", "8.8.8.8"),
)


@dataclass(frozen=True, slots=True)
class ConnectTo:
    """As curl's --connect-to: connections meant for host:port go to to_host:to_port."""

    host: str
    port: int
    to_host: str
    to_port: int


@dataclass(frozen=True, slots=True)
class Ssh:
    """How SSH gets to the device: as OpenSSH's options -F, -i and -J have it."""

    config: Path | None = None  # an OpenSSH client configuration
    identities: tuple[Path, ...] = ()  # private keys; a certificate lies beside its key as KEY-cert.pub
    jumps: tuple[str, ...] = ()  # [USER@]HOST[:PORT], the first one first; they replace ProxyJump of the configuration


def _utc_now() -> datetime:
    return datetime.now(UTC)


def _no_terminal(question: str, secret: bool) -> str:  # noqa: ARG001
    raise InputError(f"an answer is needed: {question}", "run it in a terminal, or pass the value (see --help)")


@dataclass(frozen=True)
class World:
    """Everything a command touches outside itself. Tests and the lab hand in their own."""

    data_dir: Path  # host keys, backups and the audit log
    environ: Mapping[str, str] = field(default_factory=dict)
    resolvers: tuple[Resolver, ...] = PUBLIC_RESOLVERS
    local_resolvers: Callable[[], tuple[Resolver, ...]] = tuple  # of this computer; none unless told
    stun: tuple[tuple[str, int], ...] = ()  # STUN servers, host and port
    connect_to: tuple[ConnectTo, ...] = ()
    ca_bundle: Path | None = None  # extra trust anchors; results that rest on them say so
    device: tuple[str, int] | None = None  # SSH address instead of the site file's
    accept_new_host_key: bool = False
    ssh: Ssh = Ssh()
    record: Callable[[str, str, str], None] | None = None  # of a transcript: (HOST:PORT, < or >, text)
    timeout: float = 5.0  # seconds, the budget of one probe
    offline: bool = False
    now: Callable[[], datetime] = _utc_now
    pause: Callable[[float], None] = time.sleep  # between two looks at something that takes its time
    ask: Callable[[str, bool], str] = _no_terminal  # (question, secret) -> answer
    out: TextIO = field(default_factory=lambda: sys.stdout)
    err: TextIO = field(default_factory=lambda: sys.stderr)

    def route(self, host: str, port: int) -> tuple[str, int]:
        """Where a connection meant for host:port really goes."""
        for rule in self.connect_to:
            if (rule.host.lower(), rule.port) == (host.lower(), port):
                return rule.to_host, rule.to_port
        return host, port

    def datagrams(self, host: str, port: int) -> socket.socket:
        """A UDP socket that talks to host:port only, and hears when nothing listens there; it keeps the budget."""
        to_host, to_port = self.route(host, port)
        connection = None
        try:
            found = socket.getaddrinfo(to_host, to_port, socket.AF_INET, socket.SOCK_DGRAM)
            connection = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            connection.settimeout(self.timeout)
            connection.connect(found[0][4])
        except OSError as error:
            if connection is not None:
                connection.close()
            raise _unreachable(host, port, error) from None
        return connection

    def connect(self, host: str, port: int) -> socket.socket:
        """Open a TCP connection within the budget; the socket keeps the budget as its time-out."""
        to_host, to_port = self.route(host, port)
        try:
            connection = socket.create_connection((to_host, to_port), timeout=self.timeout)
        except OSError as error:
            raise _unreachable(host, port, error) from None
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # SSH sends small packets, two in a row
        return connection


def _unreachable(host: str, port: int, error: OSError) -> Unreachable:
    if isinstance(error, TimeoutError):
        kind, what, hint = "silent", "no answer", "a firewall may drop it, or nothing lives at that address"
    elif isinstance(error, ConnectionRefusedError):
        kind, what, hint = "closed", "connection refused", "nothing listens on that port"
    elif isinstance(error, socket.gaierror):
        kind, what, hint = "nameless", f"name not resolved ({error.strerror})", "check the name and the local resolver"
    else:
        kind, what, hint = "", (error.strerror or str(error)).lower(), "check the route to that address"
    unreachable = Unreachable(f"{host}:{port}: {what}", hint)
    unreachable.kind = kind
    return unreachable
