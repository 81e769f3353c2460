"""What is said of each way to the Cloud Connector."""

from __future__ import annotations

from pathlib import Path

import pytest
from judged import judged, said
from sample_site import sample_site

from sbc_tool.check import NotApplicable, Unknown, run
from sbc_tool.facts.question import DnsAnswer
from sbc_tool.facts.upgrade import Way
from sbc_tool.facts.websocket import ConnectorFact, Door, probe
from sbc_tool.finding import Outcome, Result
from sbc_tool.fluxpunkt import HOSTS
from sbc_tool.preflight.cloud_connector_unreachable import CloudConnectorUnreachable
from sbc_tool.world import World

KNOWN = (DnsAnswer("one", ("203.0.113.1",), rcode="NOERROR"),)
GONE = (DnsAnswer("one", rcode="NXDOMAIN"),)
MUTE = (DnsAnswer("one", error="no answer within 5 s"),)
OPEN = Way("open")


def of(first: Way, others: Way = OPEN, answers: tuple[DnsAnswer, ...] = KNOWN, proxied: Way | None = None) -> Result:
    doors = (Door(HOSTS[0], answers, first, proxied), *(Door(host, KNOWN, others) for host in HOSTS[1:]))
    return judged(CloudConnectorUnreachable(), ConnectorFact(doors, "proxy.firma.de:3128" if proxied else ""))


def test_all_well() -> None:
    result = of(OPEN, Way("http", "404", "HTTP 404"))
    assert result.outcome is Outcome.PASS
    assert f"{HOSTS[0].name}: WebSocket opens (counts only if seen in the" in said(result)
    assert f"{HOSTS[1].name}: reached over TLS, answers HTTP 404 on /" in said(result)


@pytest.mark.parametrize(
    ("way", "words"),
    [
        (Way("tcp", "nameless", "x"), "DNS: the resolver of this network does not know"),
        (Way("tcp", "closed", "x"), "firewall that rejects, or outage"),
        (Way("tcp", "silent", "x"), "firewall that drops, or outage"),
        (Way("tcp", "", "x:443: network is unreachable"), "routing: x:443: network is unreachable"),
        (
            Way("tls", "untrusted", "w", "CN=Firma Proxy CA"),
            "proxy or firewall that opens TLS: service-cloud",
        ),
        (Way("tls", "untrusted", "w", ""), "presents a certificate of an unknown issuer"),
        (Way("tls", "name", "w", "CN=Portal"), "proxy or captive portal"),
        (Way("tls", "plain", "wrong version number"), "no TLS at service-cloud-connector.fluxpunkt.de:443 (wrong"),
        (Way("tls", "hung-up", "w"), "firewall that looks into TLS"),
        (Way("tls", "silent", "w"), "firewall that looks into TLS, or outage"),
        (Way("http", "503", "HTTP 503"), "outage of the service: service-cloud-connector.fluxpunkt.de: HTTP 503"),
        (Way("http", "silent", "no HTTP answer"), "outage of the service"),
    ],
)
def test_the_likely_source_is_named(way: Way, words: str) -> None:
    result = of(way)
    assert result.outcome is Outcome.FAIL
    (finding,) = [finding for finding in result.findings if finding.outcome is Outcome.FAIL]
    assert words in finding.text
    assert finding.text.endswith("(counts only if seen in the STARFACE's network)")


def test_no_resolver_knows_it() -> None:
    result = of(Way("tcp", "nameless", "x"), answers=GONE)
    assert "no resolver asked knows an address" in said(result, Outcome.FAIL)
    assert "the resolver of this network" in said(of(Way("tcp", "nameless", "x"), answers=MUTE), Outcome.FAIL)


def test_only_through_the_proxy() -> None:
    result = of(Way("tcp", "silent", "x"), proxied=OPEN)
    assert "reached through proxy.firma.de:3128 only" in said(result, Outcome.FAIL)
    assert "firewall that drops" in said(of(Way("tcp", "silent", "x"), proxied=Way("proxy", "403", "x")), Outcome.FAIL)


def test_nothing_answers_at_all() -> None:
    silent = Way("tcp", "silent", "x")
    result = of(silent, silent)
    assert said(result, Outcome.FAIL).count("firewall, routing or outage of the line: nothing answers") == 2


def test_hosts_of_later_documents_are_warnings() -> None:
    refused = Way("tcp", "closed", "x")
    doors = (*(Door(host, KNOWN, OPEN) for host in HOSTS[:2]), *(Door(host, KNOWN, refused) for host in HOSTS[2:]))
    result = judged(CloudConnectorUnreachable(), ConnectorFact(doors))
    assert result.outcome is Outcome.WARN
    assert len([finding for finding in result.findings if finding.outcome is Outcome.WARN]) == 2


def test_a_starface_in_the_cloud_cannot_be_seen_from_here() -> None:
    fact = probe(sample_site(starface={"kind": "cloud"}), World(Path()))
    assert isinstance(fact, Unknown)
    result = run(CloudConnectorUnreachable(), {ConnectorFact: fact})
    assert result.outcome is Outcome.UNKNOWN
    assert "not verifiable from here" in result.reason
    assert isinstance(probe(sample_site(), World(Path(), offline=True)), NotApplicable)
