from __future__ import annotations

import socket
import threading
from contextlib import ExitStack
from pathlib import Path

import dns.message
import dns.rcode
from nameserver import Respond, nameserver, unused_port, zone
from sample_site import sample_site

from sbc_tool.check import NotApplicable, Unknown
from sbc_tool.facts.dns import DnsAnswer, DnsFact, probe
from sbc_tool.world import Resolver, World

FQDN = "sbc.meinefirma.de"
A = f"{FQDN}. 60 IN A 123.123.123.123"


def ask(*resolvers: Resolver, timeout: float = 5.0) -> DnsFact | Unknown | NotApplicable:
    return probe(sample_site(), World(Path(), resolvers=resolvers, timeout=timeout))


def answer_of(respond: Respond, truncate: bool = False) -> DnsAnswer:
    with nameserver(respond, truncate=truncate) as resolver:
        fact = ask(resolver)
    assert isinstance(fact, DnsFact)
    assert fact.name == FQDN
    return fact.answers[0]


def test_address() -> None:
    assert answer_of(zone(A)) == DnsAnswer("Lab", ("123.123.123.123",), (), "NOERROR", ttl=60)


def test_addresses_are_sorted_as_numbers() -> None:
    found = answer_of(zone(f"{FQDN}. 60 IN A 100.1.1.1", f"{FQDN}. 60 IN A 20.1.1.1"))
    assert found.records == ("20.1.1.1", "100.1.1.1")


def test_alias() -> None:
    found = answer_of(zone(f"{FQDN}. 60 IN CNAME box.provider.net.", "box.provider.net. 60 IN A 20.1.1.1"))
    assert found.aliases == ("box.provider.net",)
    assert found.records == ("20.1.1.1",)


def test_no_such_name() -> None:
    assert answer_of(zone(rcode=dns.rcode.NXDOMAIN)) == DnsAnswer("Lab", rcode="NXDOMAIN")


def test_name_without_address() -> None:
    assert answer_of(zone()) == DnsAnswer("Lab", rcode="NOERROR")


def test_truncated_answer_is_asked_for_again_over_tcp() -> None:
    assert answer_of(zone(A), truncate=True).records == ("123.123.123.123",)


def test_query_is_for_the_name_and_for_a_records() -> None:
    asked = []

    def respond(query: dns.message.Message) -> dns.message.Message:
        asked.append(query.question[0].to_text())
        return dns.message.make_response(query)

    answer_of(respond)
    assert asked == [f"{FQDN}. IN A"]


def test_one_silent_resolver_leaves_the_others() -> None:
    with nameserver(zone(A), "Good") as good, nameserver(lambda query: None, "Mute") as mute:
        fact = ask(mute, good, timeout=0.3)
    assert isinstance(fact, DnsFact)
    assert fact.answers[0] == DnsAnswer("Mute", error="no answer within 0.3 s")
    assert fact.heard == fact.answers[1:]
    assert fact.addresses == ("123.123.123.123",)


def test_servfail_is_no_answer() -> None:
    with nameserver(zone(rcode=dns.rcode.SERVFAIL), "Broken") as broken:
        fact = ask(broken)
    assert fact == Unknown(f"no resolver told an address of {FQDN} (Broken: answered SERVFAIL)")
    assert isinstance(fact, Unknown)


def test_all_silent_is_unknown() -> None:
    with nameserver(lambda query: None, "One") as one, nameserver(lambda query: None, "Two") as two:
        fact = ask(one, two, timeout=0.2)
    assert isinstance(fact, Unknown)
    assert "One: no answer within 0.2 s; Two: no answer within 0.2 s" in fact


def test_nothing_listens() -> None:
    fact = ask(Resolver("Gone", "127.0.0.1", unused_port()), timeout=0.3)
    assert isinstance(fact, Unknown)
    assert "Gone: " in fact  # refused (ICMP) or no answer, as the system has it


def test_garbage_is_not_an_answer() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))

        def reply() -> None:
            _, client = server.recvfrom(512)
            server.sendto(b"\x00garbage", client)

        thread = threading.Thread(target=reply)
        thread.start()
        fact = ask(Resolver("Odd", *server.getsockname()), timeout=0.3)
        thread.join()
    assert isinstance(fact, Unknown)


def test_resolvers_are_asked_side_by_side() -> None:
    """Each answers only once the other has been asked, too: one after the other, both would time out."""
    together = threading.Barrier(3)

    def respond(query: dns.message.Message) -> dns.message.Message | None:
        together.wait(timeout=5)
        return zone(A)(query)

    with ExitStack() as stack:
        fact = ask(*[stack.enter_context(nameserver(respond, name)) for name in "abc"])
    assert isinstance(fact, DnsFact)
    assert [answer.resolver for answer in fact.heard] == ["a", "b", "c"]


def test_offline_and_without_resolvers() -> None:
    assert isinstance(probe(sample_site(), World(Path(), offline=True)), NotApplicable)
    assert isinstance(probe(sample_site(), World(Path(), resolvers=())), Unknown)
