"""The way to a proxy, measured against servers on loopback."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

import pytest
from hostile_streams import Behaviour, garbage, gone, server, silent
from nameserver import unused_port
from sample_site import sample_site

from sbc_tool import teams
from sbc_tool.facts.path import PROBES, PathFact, ProxyPath, probe
from sbc_tool.lab.latency import Relay
from sbc_tool.world import ConnectTo, World


def way_to(port: int, budget: float = 5) -> ProxyPath:
    names = teams.load().clouds["gcc-high"].proxies
    ways = tuple(ConnectTo(name, 5061, "127.0.0.1", port) for name in names)
    fact = probe(sample_site(teams={"cloud": "gcc-high"}), World(Path(), connect_to=ways, timeout=budget))
    assert isinstance(fact, PathFact)
    return fact.proxies[0]


def test_the_answer_to_tls_is_timed() -> None:
    with server(garbage) as port:
        way = way_to(port)
    assert len(way.answered) == PROBES
    assert way.greeting_ms is not None


@pytest.mark.parametrize("behave", [silent, gone])
def test_tls_that_is_not_answered_leaves_the_round_trips(behave: Behaviour) -> None:
    with server(behave) as port:
        way = way_to(port, budget=0.4)
    assert len(way.answered) == PROBES
    assert way.greeting_ms is None


def test_a_box_that_answers_tcp_itself_is_seen_by_tls_alone() -> None:
    with server(garbage) as port:
        relay = Relay(port, 150)
        try:
            way = way_to(relay.port)
        finally:
            relay.stop()
    assert way.greeting_ms is not None
    assert way.greeting_ms - min(way.answered) > 150


@pytest.mark.skipif(sys.platform != "linux", reason="where the kernel does not tell, this program's clock counts")
def test_the_kernel_times_the_handshakes_and_not_a_busy_computer() -> None:
    """Threads that hold the interpreter delay this program by many milliseconds, and the handshakes by none."""
    over = threading.Event()
    busy = [threading.Thread(target=_hold, args=(over,)) for _ in range(8)]
    for thread in busy:
        thread.start()
    try:
        with server(garbage) as port:
            way = way_to(port)
    finally:
        over.set()
        for thread in busy:
            thread.join()
    assert way.by_kernel
    assert way.jitter_ms < 15  # what the check takes for uneven


def _hold(over: threading.Event) -> None:
    while not over.is_set():
        sum(range(10_000))


def test_where_nothing_listens_the_refusal_is_timed_by_this_program() -> None:
    way = way_to(unused_port())
    assert len(way.answered) == PROBES
    assert not way.by_kernel
