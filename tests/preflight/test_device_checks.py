"""Microsoft's roots and ranges, against what a device trusts and lets in."""

from __future__ import annotations

from ipaddress import IPv4Address
from pathlib import Path

import pytest
from judged import judged, said

from sbc_tool import teams
from sbc_tool.check import Unknown
from sbc_tool.facts.device import DeviceFact
from sbc_tool.facts.trust import Trusted, inbound_rules
from sbc_tool.facts.wan_filter import FilterFact, compose
from sbc_tool.finding import Outcome
from sbc_tool.preflight.filter_blocks_microsoft import FilterBlocksMicrosoft
from sbc_tool.preflight.microsoft_root_missing import MicrosoftRootMissing
from sbc_tool.render import render
from sbc_tool.site.load import load
from sbc_tool.trinity.tree import parse

ROOTS = teams.load().roots
SEVEN = tuple(Trusted(f"pki:certificate/{root.pki_name}", root.sha256) for root in ROOTS)
BALTIMORE = Trusted("pki:certificate/BALTIMORE", teams.load().retired_roots[0].sha256)


@pytest.mark.parametrize(
    ("trusted", "outcome", "words"),
    [
        (SEVEN, "pass", "trusts all 7 roots"),
        ((*SEVEN, BALTIMORE), "warn", "Baltimore CyberTrust Root is still trusted, which ended on 2025-05-12"),
        (SEVEN[1:], "fail", "missing: DigiCert Global Root CA (4348a0e9444c78cb…)"),
        ((), "fail", "missing: Microsoft RSA Root Certificate Authority 2017"),
        ((BALTIMORE,), "fail", "missing: DigiCert Global Root G2"),
        ((*SEVEN[1:], Trusted("pki:certificate/X", Unknown("no such file"))), "unknown", "could be read: pki:certifi"),
        ((*SEVEN, Trusted("pki:certificate/X", Unknown("no such file"))), "pass", "all 7"),
        ((*SEVEN[1:], Trusted(SEVEN[0].name, "00" * 32)), "fail", "missing: DigiCert Global Root CA"),
    ],
)
def test_roots_by_fingerprint(trusted: tuple[Trusted, ...], outcome: str, words: str) -> None:
    result = judged(MicrosoftRootMissing(), DeviceFact((), trusted=trusted))
    assert (result.outcome, words in said(result)) == (outcome, True), said(result)


def filtering(*rules: str, cloud: str = "worldwide") -> FilterFact:
    return FilterFact(cloud, IPv4Address("203.0.113.1"), 5061, rules)


MEDIA = "permit udp 52.112.0.0 0.3.255.255 any", "permit udp 52.120.0.0 0.3.255.255 any"
TCP = "permit tcp 52.112.0.0 0.3.255.255 any", "permit tcp 52.120.0.0 0.3.255.255 any"


@pytest.mark.parametrize(
    ("fact", "outcome", "words"),
    [
        (filtering("permit ip any any"), "pass", "calls to port 5061 are let in from 52.112.0.0/14, 52.120.0.0/14"),
        (filtering(*MEDIA, *TCP), "pass", "media from ports 49152-53247 are let in"),
        (filtering(*MEDIA, TCP[0]), "fail", "calls to port 5061 are not let in from 52.120.0.0/14"),
        (filtering(*TCP), "fail", "media from ports 3478-3481 are not let in from 52.112.0.0/14, 52.120.0.0/14"),
        (filtering("permit tcp any any eq 5061", *MEDIA), "fail", "answers from port 5061 are not let in"),
        (filtering("deny ip 52.113.0.0 0.0.255.255 any", "permit ip any any"), "fail", "from 52.113.0.0/16"),
        (filtering(), "fail", "calls to port 5061 are not let in"),
        (filtering("permit tcp any any established"), "unknown", "`permit tcp any any established` is not"),
        (filtering("permit ip 52.127.88.0 0.0.7.255 any", cloud="gcc-high"), "pass", "52.127.88.0/21"),
        (FilterFact("worldwide", IPv4Address("203.0.113.1"), 5061, None), "pass", "nothing is filtered"),
    ],
)
def test_ranges_against_the_filter(fact: FilterFact, outcome: str, words: str) -> None:
    result = judged(FilterBlocksMicrosoft(), fact)
    assert (result.outcome, words in said(result)) == (outcome, True), said(result)


def test_the_rendered_filter_lets_microsoft_in() -> None:
    site = load(Path(__file__).parents[2] / "examples" / "musterfirma" / "site.yaml")
    rules = inbound_rules(render(site).config, site.network.wan.port)
    assert rules
    result = judged(FilterBlocksMicrosoft(), compose(site, DeviceFact((), wan_rules=rules)))
    assert result.outcome is Outcome.PASS, said(result)


BOUND = """
profile acl MINE
  permit ip any any
context ip ROUTER
  interface WAN
    use profile acl {profile} {direction}
port ethernet 0 1
  bind interface ROUTER WAN
"""


@pytest.mark.parametrize(
    ("profile", "direction", "rules"),
    [("MINE", "in", ("permit ip any any",)), ("MINE", "out", None), ("GHOST", "in", ())],
)
def test_which_filter_counts(profile: str, direction: str, rules: tuple[str, ...] | None) -> None:
    config = parse(BOUND.format(profile=profile, direction=direction))
    assert inbound_rules(config, "0 1") == rules
    assert inbound_rules(config, "0 0") is None
