"""How good the way to Microsoft's proxies is: how long connections to them take to open, one after the other."""

from __future__ import annotations

import socket
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from sbc_tool import teams
from sbc_tool.check import NotApplicable, Unknown
from sbc_tool.facts.question import Question, ask
from sbc_tool.site.model import Site
from sbc_tool.world import World

PROBES = 10  # to each proxy; one that is lost is 10 %
_LOST_S = 0.9  # RFC 6298: after 1 s a lost SYN is sent again, and would look like a long way


@dataclass(frozen=True, slots=True)
class ProxyPath:
    """`round_trips_ms`: of each TCP handshake, None where none came about. `error`: why nothing was tried."""

    name: str
    address: str
    round_trips_ms: tuple[float | None, ...] = ()
    error: str = ""

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
    times: list[float | None] = []
    while len(times) < PROBES and (left := deadline - time.monotonic()) > 0:
        if left < _LOST_S and times and times[-1] is None:
            break  # too little time to tell lost from late
        times.append(_handshake(address, port_there, min(left, _LOST_S)))
    return ProxyPath(name, address, tuple(times)) if times else ProxyPath(name, address, error="no time left")


def _handshake(address: str, port: int, budget: float) -> float | None:
    started = time.perf_counter()
    try:
        with socket.create_connection((address, port), timeout=budget):
            return (time.perf_counter() - started) * 1000
    except ConnectionRefusedError:  # answered all the same
        return (time.perf_counter() - started) * 1000
    except OSError:
        return None


def _resolved(name: str, world: World) -> str:
    """By this computer's own resolver first: Microsoft answers with what is near the one that asks."""
    for resolver in (*world.local_resolvers(), *world.resolvers):
        found = ask(resolver, Question(name), world.timeout / 4, world.ca_bundle)
        if found.records:
            return found.records[0]
    return ""
