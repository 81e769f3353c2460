"""Checks of name and address: what DNS says, what the device holds, what the site file wants."""

from __future__ import annotations

from ipaddress import IPv4Address

import pytest
from judged import judged, said

from sbc_tool.check import NotApplicable, Unknown
from sbc_tool.facts.addresses import AddressFact
from sbc_tool.facts.dns import DnsAnswer, DnsFact
from sbc_tool.finding import Outcome
from sbc_tool.preflight.fqdn_address_mismatch import FqdnAddressMismatch
from sbc_tool.preflight.fqdn_not_resolvable import FqdnNotResolvable
from sbc_tool.preflight.sbc_behind_dnat import SbcBehindDnat

PUBLIC, OTHER, PRIVATE, SHARED = "123.123.123.123", "217.1.2.3", "192.168.178.20", "100.72.3.4"
FOUND = DnsAnswer("Quad9", (PUBLIC,), (), "NOERROR")
NONE = DnsAnswer("Google", rcode="NXDOMAIN")
SILENT = DnsAnswer("Cloudflare", error="no answer within 5 s")


@pytest.mark.parametrize(
    ("answers", "outcome", "text"),
    [
        ([FOUND], Outcome.PASS, "sbc.meinefirma.de is 123.123.123.123, say Quad9"),
        (
            [FOUND, SILENT],
            Outcome.PASS,
            "sbc.meinefirma.de is 123.123.123.123, say Quad9; left out: Cloudflare: no answer within 5 s",
        ),
        (
            [FOUND, NONE],
            Outcome.PASS,
            "sbc.meinefirma.de is 123.123.123.123 for Quad9, but not for all (Google: NXDOMAIN): see "
            "fqdn-resolver-disagreement",
        ),
        (
            [NONE, DnsAnswer("Quad9", rcode="NOERROR")],
            Outcome.FAIL,
            "sbc.meinefirma.de has no address (Google: NXDOMAIN, Quad9: NODATA)",
        ),
        (
            [NONE, SILENT],
            Outcome.FAIL,
            "sbc.meinefirma.de has no address (Google: NXDOMAIN, Cloudflare: no answer within 5 s)",
        ),
        (
            [DnsAnswer("Quad9", (PUBLIC,), ("box.provider.net",), "NOERROR")],
            Outcome.PASS,
            "sbc.meinefirma.de is 123.123.123.123 (CNAME box.provider.net), say Quad9",
        ),
    ],
)
def test_resolvable(answers: list[DnsAnswer], outcome: Outcome, text: str) -> None:
    result = judged(FqdnNotResolvable(), DnsFact("sbc.meinefirma.de", tuple(answers)))
    assert (result.outcome, said(result)) == (outcome, text)


def test_inside_names_get_a_hint() -> None:
    result = judged(FqdnNotResolvable(), DnsFact("sbc.firma.local", (NONE,)))
    assert result.outcome is Outcome.FAIL
    assert "can never be in public DNS" in said(result)


Side = Unknown | NotApplicable


def fact(dns: tuple[str, ...] | Side, device: str | Side | None, site: str = PUBLIC) -> AddressFact:
    return AddressFact(fqdn="sbc.meinefirma.de", port="0 1", site=IPv4Address(site), dns=dns, device=device)


@pytest.mark.parametrize(
    ("dns", "outcome", "words"),
    [
        ((PUBLIC,), Outcome.PASS, "resolves to 123.123.123.123, as the site file has it"),
        ((OTHER,), Outcome.FAIL, "resolves to 217.1.2.3, the SBC has 123.123.123.123"),
        ((PUBLIC, OTHER), Outcome.FAIL, "resolves to 123.123.123.123, 217.1.2.3, of which the SBC has only"),
        ((), Outcome.NA, "resolves to nothing"),
        (Unknown("no resolver answered"), Outcome.UNKNOWN, "no resolver answered"),
        (NotApplicable("--offline"), Outcome.NA, "--offline"),
    ],
)
def test_name_leads_to_the_sbc(dns: tuple[str, ...] | Side, outcome: Outcome, words: str) -> None:
    result = judged(FqdnAddressMismatch(), fact(dns, PUBLIC))
    assert result.outcome is outcome
    assert words in said(result)


@pytest.mark.parametrize(
    ("case", "words"),
    [
        pytest.param(
            fact((PUBLIC,), PRIVATE),
            "the device holds 192.168.178.20 on port 0 1, sbc.meinefirma.de resolves to 123.123.123.123: a router in "
            "between forwards ports (DNAT)",
            id="forwarded",
        ),
        pytest.param(
            fact((PUBLIC,), None, site=PRIVATE),
            "the site file gives the SBC 192.168.178.20, sbc.meinefirma.de resolves to 123.123.123.123: a router",
            id="forwarding-planned",
        ),
        pytest.param(
            fact((PUBLIC,), SHARED),
            "the device holds 100.72.3.4 on port 0 1, which is behind the provider's NAT (CGNAT)",
            id="cgnat",
        ),
        pytest.param(
            fact((PRIVATE,), PRIVATE, site=PRIVATE), "which is not public (private use, RFC 1918)", id="all-private"
        ),
        pytest.param(
            fact((PUBLIC,), OTHER),
            "the device holds 217.1.2.3 on port 0 1, the site file says 123.123.123.123",
            id="site-differs",
        ),
        pytest.param(
            fact((OTHER,), PUBLIC), "sbc.meinefirma.de resolves to 217.1.2.3: that is another box", id="other-box"
        ),
        pytest.param(fact((PUBLIC, OTHER), PUBLIC), "several addresses, and only one is the SBC", id="several"),
        pytest.param(fact((OTHER,), Unknown("not read")), "that is another box", id="other-box-device-unread"),
        pytest.param(fact(Unknown("not asked"), PRIVATE), "which is not public", id="private-dns-unknown"),
    ],
)
def test_addresses_that_differ(case: AddressFact, words: str) -> None:
    result = judged(SbcBehindDnat(), case)
    assert result.outcome is Outcome.FAIL
    assert words in said(result)


@pytest.mark.parametrize(
    ("case", "outcome", "words"),
    [
        (fact((PUBLIC,), PUBLIC), Outcome.PASS, "device, site file and DNS agree on 123.123.123.123"),
        (fact((PUBLIC,), None), Outcome.NA, "the device holds no address on port 0 1 yet"),
        (fact((PUBLIC,), Unknown("login refused")), Outcome.UNKNOWN, "is not known: login refused"),
        (fact((PUBLIC,), NotApplicable("--offline")), Outcome.NA, "--offline"),
        (fact((), PUBLIC), Outcome.NA, "resolves to nothing"),
        (fact(Unknown("no resolver answered"), PUBLIC), Outcome.UNKNOWN, "leads is not known: no resolver answered"),
        (fact(NotApplicable("--offline"), NotApplicable("--offline")), Outcome.NA, "--offline"),
        (fact(NotApplicable("--offline"), Unknown("login refused")), Outcome.UNKNOWN, "login refused"),
    ],
)
def test_no_fault_is_a_pass_only_if_all_is_known(case: AddressFact, outcome: Outcome, words: str) -> None:
    result = judged(SbcBehindDnat(), case)
    assert result.outcome is outcome
    assert words in said(result)
