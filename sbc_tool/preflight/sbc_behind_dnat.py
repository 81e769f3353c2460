from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address

from sbc_tool.check import Check, NotApplicable, Unknown
from sbc_tool.facts.addresses import AddressFact
from sbc_tool.finding import Finding, Outcome
from sbc_tool.ipv4 import special_purpose

# Each fault twice: with the address that the device itself holds, and, if that is not known, with the site file's
_CGNAT = (
    "the device holds {held} on port {port}, which is behind the provider's NAT (CGNAT): nobody outside can reach it",
    "the site file gives the SBC {held}, which is behind the provider's NAT (CGNAT): nobody outside can reach it",
)
_FORWARDED = (
    "the device holds {held} on port {port}, {fqdn} resolves to {dns}: a router in between forwards ports (DNAT)",
    "the site file gives the SBC {held}, {fqdn} resolves to {dns}: a router in between forwards ports (DNAT)",
)
_NOT_PUBLIC = (
    "the device holds {held} on port {port}, which is not public ({block}, {rfc})",
    "the site file gives the SBC {held}, which is not public ({block}, {rfc})",
)
_SEVERAL = (
    "the device holds {held} on port {port}, {fqdn} resolves to {dns}: several addresses, and only one is the SBC",
    "the site file gives the SBC {held}, {fqdn} resolves to {dns}: several addresses, and only one is the SBC",
)
_ANOTHER = (
    "the device holds {held} on port {port}, {fqdn} resolves to {dns}: that is another box",
    "the site file gives the SBC {held}, {fqdn} resolves to {dns}: that is another box",
)


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
        if fault := _fault(held, dns, evidence):
            yield fault
            return
        undecided = tuple(_undecided(fact, evidence))
        yield from undecided
        if not undecided:
            yield Finding(Outcome.PASS, "device, site file and DNS agree on {site}, a public address", evidence)


def _fault(on_device: str | None, dns: tuple[str, ...], evidence: dict[str, str]) -> Finding | None:
    """What is wrong, as far as it is known."""
    held, planned = evidence["held"], on_device is None
    block = special_purpose(IPv4Address(held))
    if block is not None:
        evidence = evidence | {"block": block.name, "rfc": block.rfc}
        if block.kind == "shared":
            return Finding(Outcome.FAIL, _CGNAT[planned], evidence)
        if any(special_purpose(IPv4Address(address)) is None for address in dns):
            return Finding(Outcome.FAIL, _FORWARDED[planned], evidence)
        return Finding(Outcome.FAIL, _NOT_PUBLIC[planned], evidence)
    if held != evidence["site"]:
        return Finding(Outcome.FAIL, "the device holds {held} on port {port}, the site file says {site}", evidence)
    if held in dns and len(dns) > 1:
        return Finding(Outcome.FAIL, _SEVERAL[planned], evidence)
    if dns and held not in dns:
        return Finding(Outcome.FAIL, _ANOTHER[planned], evidence)
    return None


def _undecided(fact: AddressFact, evidence: dict[str, str]) -> Iterator[Finding]:
    if isinstance(fact.dns, Unknown):
        yield Finding(Outcome.UNKNOWN, "where {fqdn} leads is not known: {dns_why}", evidence)
    elif isinstance(fact.dns, NotApplicable):
        yield Finding(Outcome.NA, "{dns_why}", evidence)
    elif not fact.dns:
        yield Finding(Outcome.NA, "{fqdn} resolves to nothing: there is no address to compare", evidence)
    if isinstance(fact.device, Unknown):
        message = "whether the device itself holds {site} is not known: {device_why}"
        yield Finding(Outcome.UNKNOWN, message, evidence)
    elif isinstance(fact.device, NotApplicable):
        yield Finding(Outcome.NA, "{device_why}", evidence)
    elif fact.device is None:
        message = "the device holds no address on port {port} yet; nothing else speaks against {site}"
        yield Finding(Outcome.NA, message, evidence)
