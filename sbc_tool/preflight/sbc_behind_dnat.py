from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address

from sbc_tool.check import Check, NotApplicable, Unknown
from sbc_tool.facts.addresses import AddressFact
from sbc_tool.finding import Finding, Outcome
from sbc_tool.ipv4 import special_purpose


class SbcBehindDnat(Check):
    """What it finds
      An SBC that does not itself hold the public address at which the world looks for it. Three addresses must be one:
      that of the device's WAN port, that of the site file, and that of the name in DNS.

    Why it matters
      The SBC writes its own address into SIP and SDP. Behind port forwarding (DNAT) or a provider's NAT (CGNAT) that
      address is wrong: OPTIONS may work, while calls have no sound, or sound one way.

    Example
      the device holds 192.168.178.20 on port 0 1, sbc.meinefirma.de resolves to 123.123.123.123: a router in between
      forwards ports (DNAT)

    Fix
      Give the SBC's WAN port a public address of its own: from a routed subnet, or with the router as a bridge.
      Port forwarding is not supported.

    Source
      Product page: publicly reachable IP address for the eSBC, no DNAT or port forwarding. (Microsoft is less strict:
      it allows NAT where the SBC does.) RFC 6598 (CGNAT).
    """

    id = "sbc-behind-dnat"
    title = "The SBC is behind port forwarding"
    remedy = "Give the SBC's WAN port a public address of its own: no DNAT, no port forwarding."
    source = "Product page, 'Öffentlich erreichbare IP-Adresse für den eSBC (kein DNAT/Portforwarding)'"
    needs = AddressFact

    def judge(self, fact: AddressFact) -> Iterator[Finding]:
        held = None if isinstance(fact.device, (Unknown, NotApplicable)) else fact.device
        dns = () if isinstance(fact.dns, (Unknown, NotApplicable)) else fact.dns
        evidence = {
            "fqdn": fact.fqdn,
            "port": fact.port,
            "site": str(fact.site),
            "held": held or str(fact.site),
            "dns": ", ".join(dns),
            "device_why": str(fact.device or ""),
            "dns_why": str(fact.dns or ""),
        }
        who = "the device holds {held} on port {port}" if held else "the site file gives the SBC {held}"
        if fault := _fault(evidence["held"], evidence["site"], dns):
            yield Finding(Outcome.FAIL, f"{who}, {fault}", evidence)
            return
        undecided = tuple(_undecided(fact))
        for outcome, message in undecided:
            yield Finding(outcome, message, evidence)
        if not undecided:
            yield Finding(Outcome.PASS, "device, site file and DNS agree on {site}, a public address", evidence)


def _fault(held: str, site: str, dns: tuple[str, ...]) -> str:
    """What is wrong, as far as it is known; empty if nothing."""
    block = special_purpose(IPv4Address(held))
    if block is not None and block.kind == "shared":
        return "which is behind the provider's NAT (CGNAT): nobody outside can reach it"
    if block is not None and any(special_purpose(IPv4Address(address)) is None for address in dns):
        return "{fqdn} resolves to {dns}: a router in between forwards ports (DNAT)"
    if block is not None:
        return f"which is not public ({block.name}, {block.rfc})"
    if held != site:
        return "the site file says {site}"
    if held in dns and len(dns) > 1:
        return "{fqdn} resolves to {dns}: several addresses, and only one is the SBC"
    if dns and held not in dns:
        return "{fqdn} resolves to {dns}: that is another box"
    return ""


def _undecided(fact: AddressFact) -> Iterator[tuple[Outcome, str]]:
    if isinstance(fact.dns, Unknown):
        yield Outcome.UNKNOWN, "where {fqdn} leads is not known: {dns_why}"
    elif isinstance(fact.dns, NotApplicable):
        yield Outcome.NA, "{dns_why}"
    elif not fact.dns:
        yield Outcome.NA, "{fqdn} resolves to nothing: there is no address to compare"
    if isinstance(fact.device, Unknown):
        yield Outcome.UNKNOWN, "whether the device itself holds {site} is not known: {device_why}"
    elif isinstance(fact.device, NotApplicable):
        yield Outcome.NA, "{device_why}"
    elif fact.device is None:
        yield Outcome.NA, "the device holds no address on port {port} yet; nothing else speaks against {site}"
