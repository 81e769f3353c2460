"""The IPv4 addresses that no host on the internet has: IANA's special-purpose registry (RFC 6890), as data."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network


@dataclass(frozen=True, slots=True)
class SpecialPurpose:
    network: IPv4Network
    name: str
    rfc: str
    kind: str  # private, shared (behind a provider's NAT), local, documentation, multicast, reserved, service


def _block(network: str, name: str, rfc: str, kind: str) -> SpecialPurpose:
    return SpecialPurpose(IPv4Network(network), name, rfc, kind)


# Source: iana.org/assignments/iana-ipv4-special-registry; multicast has a registry of its own. `ipaddress.is_private`
# is not enough: it says neither which block it is, nor that 100.64.0.0/10 is behind a provider's NAT. Blocks of kind
# "service" are globally reachable, but belong to anycast services and never to an SBC.
SPECIAL_PURPOSE = (
    _block("0.0.0.0/8", "this network", "RFC 791", "reserved"),
    _block("0.0.0.0/32", "this host on this network", "RFC 1122", "reserved"),
    _block("10.0.0.0/8", "private use", "RFC 1918", "private"),
    _block("100.64.0.0/10", "shared address space", "RFC 6598", "shared"),
    _block("127.0.0.0/8", "loopback", "RFC 1122", "local"),
    _block("169.254.0.0/16", "link-local", "RFC 3927", "local"),
    _block("172.16.0.0/12", "private use", "RFC 1918", "private"),
    _block("192.0.0.0/24", "IETF protocol assignments", "RFC 6890", "reserved"),
    _block("192.0.0.0/29", "IPv4 service continuity (DS-Lite)", "RFC 7335", "shared"),
    _block("192.0.0.8/32", "IPv4 dummy address", "RFC 7600", "reserved"),
    _block("192.0.0.9/32", "port control protocol anycast", "RFC 7723", "service"),
    _block("192.0.0.10/32", "TURN anycast", "RFC 8155", "service"),
    _block("192.0.0.170/31", "NAT64/DNS64 discovery", "RFC 8880", "reserved"),
    _block("192.0.2.0/24", "documentation (TEST-NET-1)", "RFC 5737", "documentation"),
    _block("192.31.196.0/24", "AS112-v4", "RFC 7535", "service"),
    _block("192.52.193.0/24", "AMT", "RFC 7450", "service"),
    _block("192.88.99.0/24", "6to4 relay anycast, deprecated", "RFC 7526", "reserved"),
    _block("192.168.0.0/16", "private use", "RFC 1918", "private"),
    _block("192.175.48.0/24", "direct delegation AS112 service", "RFC 7534", "service"),
    _block("198.18.0.0/15", "benchmarking", "RFC 2544", "reserved"),
    _block("198.51.100.0/24", "documentation (TEST-NET-2)", "RFC 5737", "documentation"),
    _block("203.0.113.0/24", "documentation (TEST-NET-3)", "RFC 5737", "documentation"),
    _block("224.0.0.0/4", "multicast", "RFC 5771", "multicast"),
    _block("240.0.0.0/4", "reserved", "RFC 1112", "reserved"),
    _block("255.255.255.255/32", "limited broadcast", "RFC 919", "reserved"),
)


def special_purpose(address: IPv4Address) -> SpecialPurpose | None:
    """The narrowest registered block that holds `address`; None for a public address."""
    holding = (block for block in SPECIAL_PURPOSE if address in block.network)
    return max(holding, key=lambda block: block.network.prefixlen, default=None)
