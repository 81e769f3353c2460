"""How good the way to Microsoft's proxies is: how long TCP and the answer to a TLS greeting take, time after time."""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache

from sbc_tool import teams
from sbc_tool.check import NotApplicable, Unknown
from sbc_tool.facts.question import Question, ask
from sbc_tool.site.model import Site
from sbc_tool.world import World

PROBES = 10  # to each proxy; one that is lost is 10 %
GREETED = 3  # of them, the last ones, that get a TLS greeting, too
_LOST_S = 0.9  # RFC 6298: after 1 s a lost SYN is sent again, and would look like a long way
_TCP_INFO: int | None = getattr(socket, "TCP_INFO", None)
_INFO = struct.Struct("=44xI4xI12xI32x")  # struct tcp_info of linux/tcp.h: last_data_sent, last_data_recv, rtt


@dataclass(frozen=True, slots=True)
class ProxyPath:
    """`round_trips_ms`: of each TCP handshake, None where none came about. `error`: why nothing was tried.

    `by_kernel`: the kernel has timed all, and how busy this computer was is not in it. `greeting_ms`: from a TLS
    greeting to its answer, the shortest; None without one. It has the server's time in it, too, but a box that opens
    connections in the server's place can't give it.
    """

    name: str
    address: str
    round_trips_ms: tuple[float | None, ...] = ()
    error: str = ""
    by_kernel: bool = False
    greeting_ms: float | None = None

    @property
    def answered(self) -> tuple[float, ...]:
        return tuple(value for value in self.round_trips_ms if value is not None)

    @property
    def round_trip_ms(self) -> float:
        """The middle one."""
        values = sorted(self.answered)
        return values[len(values) // 2]

    @property
    def jitter_ms(self) -> float:
        """The mean of the differences between neighbours (as RFC 3550 has it, over round trips and unsmoothed)."""
        pairs = list(zip(self.answered, self.answered[1:], strict=False))
        return sum(abs(one - other) for one, other in pairs) / len(pairs) if pairs else 0.0

    @property
    def loss(self) -> float:
        """A share, 0 to 1."""
        return 1 - len(self.answered) / len(self.round_trips_ms)


@dataclass(frozen=True, slots=True)
class PathFact:
    """In the order in which the SBC tries the proxies: Microsoft puts the first one nearest."""

    proxies: tuple[ProxyPath, ...]


@dataclass(frozen=True, slots=True)
class _Sample:
    round_trip_ms: float | None = None
    by_kernel: bool = True  # where there is nothing to time, nothing is in doubt
    greeting_ms: float | None = None


def probe(site: Site, world: World) -> PathFact | Unknown | NotApplicable:
    """Open TCP connections to each proxy, the proxies side by side."""
    if world.offline:
        return NotApplicable("the way to Microsoft is not measured: --offline")
    rules = teams.load()
    names = rules.clouds[site.teams.cloud].proxies
    deadline = time.monotonic() + world.timeout
    with ThreadPoolExecutor(len(names), "path") as threads:
        measured = tuple(threads.map(lambda name: _measure(name, rules.signalling_port, world, deadline), names))
    if not any(proxy.answered for proxy in measured):
        told = "; ".join(f"{proxy.name}: {proxy.error or 'no TCP connection'}" for proxy in measured)
        return Unknown(f"the way to Microsoft was not measured ({told})")
    return PathFact(measured)


def _measure(name: str, port: int, world: World, deadline: float) -> ProxyPath:
    address, port_there = world.route(name, port)
    if address == name:
        address = _resolved(name, world)
        if not address:
            return ProxyPath(name, "", error="the name has no address")
    samples: list[_Sample] = []
    while len(samples) < PROBES and (left := deadline - time.monotonic()) > 0:
        if left < _LOST_S and samples and samples[-1].round_trip_ms is None:
            break  # too little time to tell lost from late
        hello = _hello(name) if PROBES - len(samples) <= GREETED else b""
        samples.append(_sample((address, port_there), hello, left))
    if not samples:
        return ProxyPath(name, address, error="no time left")
    return ProxyPath(
        name,
        address,
        tuple(sample.round_trip_ms for sample in samples),
        by_kernel=all(sample.by_kernel for sample in samples),
        greeting_ms=min((s.greeting_ms for s in samples if s.greeting_ms is not None), default=None),
    )


def _sample(where: tuple[str, int], hello: bytes, left: float) -> _Sample:
    started = time.perf_counter()
    try:
        with socket.create_connection(where, timeout=min(left, _LOST_S)) as connection:
            took = _since(started)
            timed = _kernel(connection)
            greeting = _greeted(connection, hello, left / 2) if hello else None  # the next one needs time, too
            return _Sample(timed[0] if timed else took, timed is not None, greeting)
    except ConnectionRefusedError:  # answered all the same
        return _Sample(_since(started), by_kernel=False)
    except OSError:
        return _Sample()


def _since(started: float) -> float:
    return (time.perf_counter() - started) * 1000


def _kernel(connection: socket.socket) -> tuple[float, float] | None:
    """Milliseconds from SYN to SYN-ACK, and from what was sent last to what came last, as Linux has seen them.

    None where the system doesn't tell.
    """
    if _TCP_INFO is None:
        return None
    try:
        sent, received, round_trip = _INFO.unpack(connection.getsockopt(socket.IPPROTO_TCP, _TCP_INFO, _INFO.size))
    except (OSError, struct.error):
        return None
    return round_trip / 1000, float(sent - received)  # both were told as so long ago


@cache
def _hello(name: str) -> bytes:
    """A TLS greeting (RFC 8446, section 4.1.2) for that name."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False  # nothing is read of the answer but that it comes
    context.verify_mode = ssl.CERT_NONE
    sent = ssl.MemoryBIO()
    with contextlib.suppress(ssl.SSLWantReadError):
        context.wrap_bio(ssl.MemoryBIO(), sent, server_hostname=name).do_handshake()
    return sent.read()


def _greeted(connection: socket.socket, hello: bytes, budget: float) -> float | None:
    started = time.perf_counter()
    try:
        connection.settimeout(budget)
        connection.sendall(hello)
        if not connection.recv(1):
            return None
        took = _since(started)
        timed = _kernel(connection)
        return timed[1] if timed else took
    except OSError:
        return None


def _resolved(name: str, world: World) -> str:
    """By this computer's own resolver first: Microsoft answers with what is near the one that asks."""
    for resolver in (*world.local_resolvers(), *world.resolvers):
        found = ask(resolver, Question(name), world.timeout / 4, world.ca_bundle)
        if found.records:
            return found.records[0]
    return ""
