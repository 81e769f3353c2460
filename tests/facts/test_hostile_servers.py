"""Whatever a server does, a probe ends within its budget, and says why it knows nothing."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import dns.flags
import dns.message
import pytest
from hostile import datagrams, forever, once, silent
from sample_site import sample_site

from sbc_tool.check import Unknown
from sbc_tool.facts import dns as dns_probe
from sbc_tool.facts import ntp, path, stun, zone
from sbc_tool.world import ConnectTo, Resolver, World

Answers = Callable[[bytes], Iterator[bytes]]
BUDGET = 0.4  # seconds
GARBAGE = [
    pytest.param(silent, id="silent"),
    pytest.param(forever(b"\0" * 40), id="endless"),
    pytest.param(once(lambda data: b""), id="empty"),
    pytest.param(once(lambda data: bytes(range(256)) * 200), id="oversized"),
    pytest.param(once(lambda data: data[::-1]), id="reversed"),
    pytest.param(once(lambda data: data), id="echo"),
]


def stun_answer(kind: int, attributes: bytes) -> Answers:
    return once(lambda data: struct.pack("!HH", kind, len(attributes)) + data[4:20] + attributes)


@pytest.mark.parametrize("answers", GARBAGE)
def test_stun(answers: Answers) -> None:
    with datagrams(answers) as port:
        assert isinstance(stun.probe(World(Path(), stun=(("127.0.0.1", port),), timeout=BUDGET)), Unknown)


@pytest.mark.parametrize(
    ("kind", "attributes", "words"),
    [
        (0x0111, struct.pack("!HHxxBB", 9, 4, 4, 1), "refused the request (401)"),
        (0x0111, b"", "refused the request"),
        (0x0101, b"", "without an IPv4 address"),
        (0x0101, struct.pack("!HH", 0x20, 400) + bytes(8), "without an IPv4 address"),
        (0x0101, struct.pack("!HHxBH16x", 0x20, 20, 2, 1), "without an IPv4 address"),
        (0x0002, b"", "no STUN"),
    ],
)
def test_stun_that_says_no(kind: int, attributes: bytes, words: str) -> None:
    with datagrams(stun_answer(kind, attributes)) as port:
        fact = stun.probe(World(Path(), stun=(("127.0.0.1", port),), timeout=5))
    assert isinstance(fact, Unknown)
    assert words in fact


def test_stun_of_the_old_kind_is_read_too() -> None:
    mapped = struct.pack("!HHxBH4s", 0x0001, 8, 1, 4711, bytes([217, 1, 2, 3]))
    with datagrams(stun_answer(0x0101, mapped)) as port:
        fact = stun.probe(World(Path(), stun=(("127.0.0.1", port),), timeout=5))
    assert isinstance(fact, stun.StunFact)
    assert fact.answers[0].seen == "217.1.2.3"


def test_one_silent_stun_server_leaves_the_others() -> None:
    mapped = struct.pack("!HHxBH4s", 0x0001, 8, 1, 4711, bytes([217, 1, 2, 3]))
    with datagrams(stun_answer(0x0101, mapped)) as good, datagrams(silent) as mute:
        fact = stun.probe(World(Path(), stun=(("127.0.0.1", mute), ("127.0.0.1", good)), timeout=BUDGET))
    assert isinstance(fact, stun.StunFact)
    assert [answer.seen for answer in fact.heard] == ["217.1.2.3"]


def ntp_answer(first: int, stratum: int = 2, reference: bytes = b"LOCL") -> Answers:
    """With the asker's mark, as a real server returns it; the time is that of 2026."""
    now = struct.pack("!II", 3_973_000_000, 0)
    return once(lambda data: bytes([first, stratum, 0, 0]) + bytes(8) + reference + bytes(8) + data[40:48] + now + now)


def ask_ntp(port: int, budget: float = 5) -> ntp.NtpFact | Unknown:
    way = ConnectTo("pool.ntp.org", 123, "127.0.0.1", port)
    fact = ntp.probe(sample_site(), World(Path(), connect_to=(way,), timeout=budget))
    assert isinstance(fact, (ntp.NtpFact, Unknown))
    return fact


@pytest.mark.parametrize("answers", GARBAGE)
def test_ntp(answers: Answers) -> None:
    with datagrams(answers) as port:
        assert isinstance(ask_ntp(port, BUDGET), Unknown)


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        (ntp_answer(4 << 3 | 4, 0, b"RATE"), "refuses to tell (rate)"),
        (ntp_answer(4 << 3 | 4, 16), "unsynchronized"),
        (ntp_answer(3 << 6 | 4 << 3 | 4), "unsynchronized"),
        (ntp_answer(4 << 3 | 5), "another mode"),
    ],
)
def test_ntp_that_has_no_time(answers: Answers, words: str) -> None:
    with datagrams(answers) as port:
        fact = ask_ntp(port)
    assert isinstance(fact, Unknown)
    assert words in fact


def test_ntp_after_2036() -> None:
    """The second era: seconds begin at 0 again (RFC 5905, section 6)."""
    now = struct.pack("!II", 10, 0)
    with datagrams(once(lambda data: bytes([4 << 3 | 4, 2]) + bytes(22) + data[40:48] + now + now)) as port:
        fact = ask_ntp(port)
    assert isinstance(fact, ntp.NtpFact)
    assert fact.best.ahead_s > 9 * 365 * 86400  # 2036-02-07, seen from 2026


@pytest.mark.parametrize("answers", GARBAGE)
@pytest.mark.parametrize("probe", [dns_probe.probe, zone.probe])
def test_dns(answers: Answers, probe: Callable[..., object]) -> None:
    with datagrams(answers) as port:
        world = World(Path(), resolvers=(Resolver("Odd", "127.0.0.1", port),), timeout=BUDGET)
        assert isinstance(probe(sample_site(), world), Unknown)


def truncated(data: bytes) -> bytes:
    reply = dns.message.make_response(dns.message.from_wire(data))
    reply.flags |= dns.flags.TC
    return reply.to_wire()


@pytest.mark.parametrize("content", [b"", b"\0", b"\xff\xff" + bytes(1000), b"\0\x02ab", None])
def test_dns_over_tcp(content: bytes | None) -> None:
    """None: nothing comes, and the connection stays open."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                if content is not None:
                    connection.sendall(content)
                    connection.shutdown(socket.SHUT_WR)
                while connection.recv(1000):  # until the asker has gone
                    pass

        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
            udp.bind(("127.0.0.1", port))
            thread = threading.Thread(target=serve)
            thread.start()

            def tell() -> None:
                data, caller = udp.recvfrom(512)
                udp.sendto(truncated(data), caller)

            teller = threading.Thread(target=tell)
            teller.start()
            world = World(Path(), resolvers=(Resolver("Odd", "127.0.0.1", port),), timeout=BUDGET)
            fact = dns_probe.probe(sample_site(), world)
            teller.join()
            thread.join()
    assert isinstance(fact, Unknown)


def test_a_proxy_that_does_not_answer() -> None:
    """Its queue is full: a SYN stays unanswered, as behind a firewall."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(0)
        crowd = [socket.socket() for _ in range(4)]
        for one in crowd:
            one.setblocking(False)
            one.connect_ex(server.getsockname())
        try:
            names = ("sip", "sip2", "sip3")
            ways = [ConnectTo(f"{n}.pstnhub.microsoft.com", 5061, *server.getsockname()) for n in names]
            fact = path.probe(sample_site(), World(Path(), connect_to=tuple(ways), timeout=BUDGET))
        finally:
            for one in crowd:
                one.close()
    assert isinstance(fact, Unknown)
    assert "no TCP connection" in fact
