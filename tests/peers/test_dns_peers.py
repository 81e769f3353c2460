"""The probes of the name against NSD (the zone's server) and Unbound (the world's resolver)."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import certificates
import pytest
from dnspeers import ABOVE, APEX, HEAD, nsd, signed, unbound
from judged import judged, said
from nameserver import unused_port
from sample_site import sample_site

from sbc_tool.check import Unknown
from sbc_tool.facts import dns, names, zone
from sbc_tool.facts.issuing import IssuingFact
from sbc_tool.finding import Outcome
from sbc_tool.preflight.caa_forbids_issuer import CaaForbidsIssuer
from sbc_tool.preflight.fqdn_multiple_addresses import FqdnMultipleAddresses
from sbc_tool.preflight.fqdn_resolver_disagreement import FqdnResolverDisagreement
from sbc_tool.preflight.zone_delegation_lame import ZoneDelegationLame
from sbc_tool.preflight.zone_dnssec_bogus import ZoneDnssecBogus
from sbc_tool.world import ConnectTo, Resolver, World

SBC = "sbc 60 IN A 123.123.123.123\n"


def world(resolver: int, **servers: int) -> World:
    """`servers`: the ports of the zone's servers, by host name."""
    ways = tuple(ConnectTo(f"{host}.{APEX}", 53, "127.0.0.1", port) for host, port in servers.items())
    return World(Path(), resolvers=(Resolver("Unbound", "127.0.0.1", resolver),), connect_to=ways)


def looked_at(there: World) -> tuple[dns.DnsFact, zone.ZoneFact]:
    public, own = dns.probe(sample_site(), there), zone.probe(sample_site(), there)
    assert isinstance(public, dns.DnsFact), public
    assert isinstance(own, zone.ZoneFact), own
    return public, own


def test_unsigned_zone(tmp_path: Path) -> None:
    text = HEAD + SBC + '@ IN CAA 0 issue "letsencrypt.org"\nsbc IN AAAA 2001:db8::1\n'
    with nsd(tmp_path / "nsd", text) as authority, unbound(tmp_path / "unbound", authority) as resolver:
        public, own = looked_at(world(resolver, ns1=authority))
    assert public.addresses == ("123.123.123.123",)
    assert (own.apex, own.dnssec, own.ipv6) == (APEX, "unsigned", ("2001:db8::1",))
    assert own.caa == ('0 issue "letsencrypt.org"',)
    (server,) = own.servers
    assert (server.resolver, server.records, server.authoritative) == (f"ns1.{APEX}", ("123.123.123.123",), True)
    named = names.compose(sample_site(), public, own)
    assert judged(FqdnResolverDisagreement(), named).outcome is Outcome.PASS
    assert said(judged(ZoneDelegationLame(), own)) == (
        f"{APEX}: which servers the zone above lists is not known (NODATA)"
    )


def test_signed_zone(tmp_path: Path) -> None:
    content, ds = signed(HEAD + SBC)
    with (
        nsd(tmp_path / "nsd", content.to_text()) as authority,
        unbound(tmp_path / "unbound", authority, ds) as resolver,
    ):
        public, own = looked_at(world(resolver, ns1=authority))
    assert public.answers[0].authentic
    assert own.dnssec == "valid"
    assert "has validated it" in said(judged(ZoneDnssecBogus(), own))


def test_bogus_is_told_from_unsigned(tmp_path: Path) -> None:
    """The address was changed, and nobody signed the zone anew."""
    content, ds = signed(HEAD + SBC)
    forged = content.to_text().replace("123.123.123.123", "217.1.2.3")
    with nsd(tmp_path / "nsd", forged) as authority, unbound(tmp_path / "unbound", authority, ds) as resolver:
        there = world(resolver, ns1=authority)
        public, own = dns.probe(sample_site(), there), zone.probe(sample_site(), there)
    assert isinstance(public, Unknown)
    assert "SERVFAIL" in public
    assert isinstance(own, zone.ZoneFact)
    assert own.dnssec == "bogus"
    assert judged(ZoneDnssecBogus(), own).outcome is Outcome.FAIL


def test_many_addresses_come_over_tcp(tmp_path: Path) -> None:
    many = "".join(f"sbc 60 IN A 123.123.{n}.123\n" for n in range(100))
    with nsd(tmp_path / "nsd", HEAD + many) as authority, unbound(tmp_path / "unbound", authority) as resolver:
        public, own = looked_at(world(resolver, ns1=authority))
    assert len(public.addresses) == 100
    assert len(own.servers[0].records) == 100
    assert "has 100 addresses" in said(judged(FqdnMultipleAddresses(), names.compose(sample_site(), public, own)))


@pytest.mark.parametrize(
    ("inside", "above", "outcome", "words"),
    [
        (("ns1", "ns2"), ("ns1", "ns2"), Outcome.PASS, ["ns1.{0}, ns2.{0} answer for the zone, and the zone above"]),
        (("ns1",), ("ns1", "old"), Outcome.WARN, ["old.{0} does not answer for the zone (answered REFUSED)",
                                                  "the zone above lists old.{0}, the zone itself does not"]),
        (("ns1", "ns2"), ("ns1",), Outcome.WARN, ["the zone lists ns2.{0}, the zone above does not"]),
        (("ns1", "old"), ("ns1", "old"), Outcome.WARN, ["old.{0} does not answer for the zone (answered REFUSED)"]),
        (("ns1",), ("old",), Outcome.FAIL, ["old.{0} does not answer for the zone (answered REFUSED)"]),
    ],
)  # fmt: skip
def test_delegation(
    tmp_path: Path, inside: tuple[str, ...], above: tuple[str, ...], outcome: Outcome, words: list[str]
) -> None:
    """`old` is a server of the provider before, which holds another zone by now."""
    hosts = "".join(f"{host} 3600 IN A 127.0.0.1\n" for host in ("ns2", "old"))
    own = HEAD.replace("@ 3600 IN NS ns1\n", "".join(f"@ 3600 IN NS {host}\n" for host in inside))
    listing = "".join(f"{APEX}. 3600 IN NS {host}.{APEX}.\n{host}.{APEX}. 3600 IN A 127.0.0.1\n" for host in above)
    local = f'local-data: "{ABOVE}. NS a.nic.{ABOVE}."'
    with (
        nsd(tmp_path / "nsd", own + SBC + hosts) as authority,
        nsd(tmp_path / "other", HEAD, "example.com") as other,
        nsd(tmp_path / "registry", f"@ 3600 IN SOA a.nic root 1 1 1 1 1\n@ IN NS a.nic\n{listing}", ABOVE) as registry,
        unbound(tmp_path / "unbound", authority, "", local) as resolver,
    ):
        there = world(resolver, ns1=authority, ns2=authority, old=other)
        way = ConnectTo(f"a.nic.{ABOVE}", 53, "127.0.0.1", registry)
        _, zone_fact = looked_at(dataclasses.replace(there, connect_to=(*there.connect_to, way)))
    result = judged(ZoneDelegationLame(), zone_fact)
    assert result.outcome is outcome, said(result)
    told = said(result, outcome).splitlines()
    assert len(told) == len(words), told
    for line, expected in zip(told, words, strict=True):
        assert line.startswith(f"{APEX}: {expected.format(APEX)}")


def test_a_resolver_keeps_an_old_answer_and_a_secondary_an_old_zone(tmp_path: Path) -> None:
    text = HEAD + SBC + "@ 3600 IN NS ns2\nns2 IN A 127.0.0.1\n"
    older = text.replace("123.123.123.123", "217.1.2.3")
    with (
        nsd(tmp_path / "new", text) as new,
        nsd(tmp_path / "old", older) as old,
        unbound(tmp_path / "unbound", old) as resolver,
    ):
        stale = names.compose(sample_site(), *looked_at(world(resolver, ns1=new, ns2=new)))
        split = names.compose(sample_site(), *looked_at(world(resolver, ns1=new, ns2=old)))
    waiting = judged(FqdnResolverDisagreement(), stale)
    assert waiting.outcome is Outcome.WARN
    assert "may keep the old answer for another 60 s" in said(waiting)
    broken = judged(FqdnResolverDisagreement(), split)
    assert broken.outcome is Outcome.FAIL
    assert "the zone's own servers disagree" in said(broken)


def test_alias(tmp_path: Path) -> None:
    text = f"{HEAD}sbc 60 IN CNAME box.{APEX}.\nbox 60 IN A 123.123.123.123\n"
    with nsd(tmp_path / "nsd", text) as authority, unbound(tmp_path / "unbound", authority) as resolver:
        public, own = looked_at(world(resolver, ns1=authority))
    assert public.answers[0].aliases == own.servers[0].aliases == (f"box.{APEX}",)


def test_over_tls_and_https(tmp_path: Path) -> None:
    """Strictly: with the right name and a trusted root only."""
    root = certificates.root()
    own = root.server([f"dns.{APEX}", "localhost"])
    (tmp_path / "key.pem").write_text(certificates.key_pem())
    (tmp_path / "cert.pem").write_bytes(certificates.pem(own))
    (tmp_path / "root.pem").write_bytes(certificates.pem(root.certificate))
    tls, https = unused_port(), unused_port()
    options = f"""
  interface: 127.0.0.1@{tls}
  tls-port: {tls}
  interface: 127.0.0.1@{https}
  https-port: {https}
  tls-service-key: "{tmp_path}/key.pem"
  tls-service-pem: "{tmp_path}/cert.pem"
"""
    resolvers = (
        Resolver("DoT", "localhost", tls, "tls"),
        Resolver("DoH", "localhost", https, "https"),
        Resolver("number", "127.0.0.1", tls, "tls"),
    )
    with nsd(tmp_path / "nsd", HEAD + SBC) as authority, unbound(tmp_path / "unbound", authority, "", options):
        trusting = dns.probe(sample_site(), World(Path(), resolvers=resolvers, ca_bundle=tmp_path / "root.pem"))
        strict = dns.probe(sample_site(), World(Path(), resolvers=resolvers))
    assert isinstance(trusting, dns.DnsFact)
    assert [answer.error for answer in trusting.answers[:2]] == ["", ""]
    assert [answer.records for answer in trusting.answers] == [("123.123.123.123",), ("123.123.123.123",), ()]
    assert "certificate verify failed" in trusting.answers[2].error
    assert isinstance(strict, Unknown)


@pytest.mark.parametrize(
    ("caa", "issuer", "outcome"),
    [
        ((), "Let's Encrypt", Outcome.PASS),
        (('0 issue "letsencrypt.org"',), "Let's Encrypt", Outcome.PASS),
        (('0 issue "letsencrypt.org; validationmethods=dns-01"',), "Let's Encrypt", Outcome.PASS),
        (('0 issue "letsencrypt.org"',), "DigiCert Inc", Outcome.WARN),
        (('0 issue ";"',), "DigiCert Inc", Outcome.WARN),
        (('0 iodef "mailto:a@b.de"',), "DigiCert Inc", Outcome.PASS),
        (('0 issue "letsencrypt.org"',), "Somebody Else", Outcome.UNKNOWN),
    ],
)
def test_caa(caa: tuple[str, ...], issuer: str, outcome: Outcome) -> None:
    assert judged(CaaForbidsIssuer(), IssuingFact("sbc.meinefirma.de", False, issuer, caa)).outcome is outcome
