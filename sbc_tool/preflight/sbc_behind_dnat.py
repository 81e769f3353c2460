from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address

from sbc_tool.check import Check, NotApplicable, Unknown
from sbc_tool.facts.addresses import AddressFact
from sbc_tool.finding import Finding, Outcome
from sbc_tool.ipv4 import SpecialPurpose, special_purpose

_SEEN = "; seen: {seen}"
# Each fault begins with the address that the device itself holds, or, if that is not known, with the site file's
_HELD = ("the device holds {held} on port {port}", "the site file gives the SBC {held}")
_CGNAT = "{start}, which is behind the provider's NAT (CGNAT): nobody outside can reach it"
_DOUBLE = "{start}, and a second translation lies before {fqdn} at {dns}: {layers} (double NAT)"
_FORWARDED = "{start}, {fqdn} resolves to {dns}: a router in between forwards ports (DNAT)"
_NOT_PUBLIC = "{start}, which is not public ({block}, {rfc})"
_DIFFERS = "{start}, the site file says {site}"
_SEVERAL = "{start}, {fqdn} resolves to {dns}: several addresses, and only one is the SBC"
_ANOTHER = "{start}, {fqdn} resolves to {dns}: that is another box"
_RELAYED = "{start}, {fqdn} resolves to {dns}, where the SBC's own certificate answers: something forwards it (DNAT)"
_CONTACT = "{start}, but in SIP the SBC says that it is {contact}: it believes to be behind NAT"


class SbcBehindDnat(Check):
    """What it finds
      An SBC that does not itself hold the public address at which the world looks for it. Three addresses must be one:
      that of the device's WAN port, that of the site file, and that of the name in DNS. What a STUN server (--stun),
      the SBC's Contact and the certificate at its name tell beside them decides what stands in between: port
      forwarding, the provider's NAT, two translations, or another box. STUN tells of this computer's network only.

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
            "seen": "; ".join(_seen(fact, dns)),
        }
        evidence["start"] = _HELD[held is None].format_map(evidence)
        if fault := _fault(fact, dns, evidence):
            message, more = fault
            yield Finding(Outcome.FAIL, message + _SEEN, evidence | more)
            return
        undecided = tuple(_undecided(fact, evidence))
        yield from undecided
        if not undecided:
            message = "device, site file and DNS agree on {site}, a public address; seen: {seen}"
            yield Finding(Outcome.PASS, message, evidence)


def _fault(fact: AddressFact, dns: tuple[str, ...], evidence: dict[str, str]) -> tuple[str, dict[str, str]] | None:
    """What is wrong, as far as it is known."""
    held = evidence["held"]
    block = special_purpose(IPv4Address(held))
    if block is not None:
        return _translated(fact, dns, held, block)
    if held != evidence["site"]:
        return _DIFFERS, {}
    if held in dns and len(dns) > 1:
        return _SEVERAL, {}
    if dns and held not in dns:
        return (_RELAYED if fact.own_certificate is True else _ANOTHER), {}
    contacts = fact.contacts if isinstance(fact.contacts, tuple) else ()
    if wrong := [one for one in (*contacts, *fact.media) if _is_address(one) and one != held]:
        return _CONTACT, {"contact": wrong[0]}
    return None


def _translated(
    fact: AddressFact, dns: tuple[str, ...], held: str, block: SpecialPurpose
) -> tuple[str, dict[str, str]]:
    """The SBC's address is not public: what kind of translation stands before it."""
    if block.kind == "shared":
        return _CGNAT, {}
    public = [address for address in dns if special_purpose(IPv4Address(address)) is None]
    between = {address for address in (*dns, str(fact.site)) if address not in public} - {held}
    stun = fact.stun if isinstance(fact.stun, tuple) and fact.near else ()
    beyond = {answer.seen for answer in stun} - {*dns, held}
    blocks = {address: special_purpose(IPv4Address(address)) for address in between}
    if any(found and found.kind == "shared" for found in blocks.values()) or (dns and not public and beyond):
        return _DOUBLE, {"layers": ", ".join(sorted({held, *between, *beyond}))}
    if public and beyond:
        return _DOUBLE, {"layers": f"outbound leaves as {', '.join(sorted(beyond))}"}
    if public:
        return _FORWARDED, {}
    return _NOT_PUBLIC, {"block": block.name, "rfc": block.rfc}


def _seen(fact: AddressFact, dns: tuple[str, ...]) -> Iterator[str]:
    """All evidence side by side. A laptop's STUN proves something about the laptop's network only, and says so."""
    yield f"site file {fact.site}"
    yield f"device {fact.device or 'no address yet'}"
    yield f"DNS {', '.join(dns) or fact.dns or 'no address'}"
    if isinstance(fact.stun, tuple):
        whose = "this computer's, in the SBC's network" if fact.near else "this computer's network, not the SBC's"
        yield f"STUN {', '.join(dict.fromkeys(answer.seen for answer in fact.stun))} ({whose})"
        if {answer.seen for answer in fact.stun} & set(dns):
            yield "this computer is behind the SBC's public address, so it was not seen from outside (hairpin)"
    if isinstance(fact.contacts, tuple):
        yield f"Contact {', '.join(fact.contacts) or 'none'}"
    if fact.media:
        yield f"SDP {', '.join(fact.media)}"
    if isinstance(fact.own_certificate, bool):
        yield f"certificate there: {'its own' if fact.own_certificate else 'not its own'}"


def _is_address(host: str) -> bool:
    try:
        IPv4Address(host)
    except ValueError:
        return False
    return True


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
