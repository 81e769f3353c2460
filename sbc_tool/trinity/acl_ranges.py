"""What an access list lets in of whole ranges; of single packets: `acl.py`. The notation is SW4110's (p.256-262)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

Ports = tuple[int, int]
ANY_PORT: Ports = (0, 65535)
_ALL = IPv4Network("0.0.0.0/0")
_OPERATORS = ("eq", "lt", "gt", "range")


@dataclass(frozen=True, slots=True)
class Traffic:
    """Packets of one protocol: from anywhere in `source`, and any of the ports, to one address."""

    protocol: str
    source: IPv4Network
    target: IPv4Address
    source_ports: Ports = ANY_PORT
    target_ports: Ports = ANY_PORT


@dataclass(frozen=True, slots=True)
class Rule:
    permits: bool
    protocol: str
    source: IPv4Network
    source_ports: Ports
    target: IPv4Network
    target_ports: Ports


def rule(line: str) -> Rule:
    """From a line such as `permit tcp 52.112.0.0 0.3.255.255 host 203.0.113.1 eq 5061`; ValueError for another form."""
    words = line.split()
    if len(words) < 3 or words[0] not in ("permit", "deny"):
        raise ValueError("neither permit nor deny")
    rest = words[2:]
    source, source_ports = _network(rest), _ports(rest)
    target, target_ports = _network(rest), _ports(rest)
    if rest:
        raise ValueError(f"not understood: {' '.join(rest)}")
    return Rule(words[0] == "permit", words[1], source, source_ports, target, target_ports)


def _network(words: list[str]) -> IPv4Network:
    """Takes its words from the front."""
    if not words:
        return _ALL
    first = words.pop(0)
    if first == "any":
        return _ALL
    if first == "host":
        return IPv4Network(words.pop(0))
    wildcard = IPv4Address(words.pop(0))  # ones where any bit will do
    if int(wildcard) & (int(wildcard) + 1):
        raise ValueError("wildcard bits with gaps")
    return IPv4Network((int(IPv4Address(first)) & ~int(wildcard), 32 - int(wildcard).bit_length()))


def _ports(words: list[str]) -> Ports:
    if not words or words[0] not in _OPERATORS:
        return ANY_PORT
    operator, first = words.pop(0), int(words.pop(0))
    if operator == "eq":
        return first, first
    if operator == "range":
        return first, int(words.pop(0))
    return (0, first - 1) if operator == "lt" else (first + 1, 65535)


def blocked(traffic: Traffic, rules: Sequence[Rule]) -> tuple[IPv4Network, ...]:
    """The parts of the traffic's source that do not get through: the first rule that fits decides, the end denies.

    A `permit` for a part of the ports lets nothing through, a `deny` for a part of them blocks: what is asked is
    whether all of it gets through.
    """
    open_ends, denied = [traffic.source], []
    for one in rules:
        if one.protocol not in ("ip", traffic.protocol) or traffic.target not in one.target:
            continue
        pairs = ((one.source_ports, traffic.source_ports), (one.target_ports, traffic.target_ports))
        fits = all(_covers(*pair) for pair in pairs) if one.permits else all(_meets(*pair) for pair in pairs)
        if fits:
            taken = [part for net in open_ends for part in _common(net, one.source)]
            open_ends = [part for net in open_ends for part in _without(net, one.source)]
            denied += [] if one.permits else taken
    return tuple(sorted((*denied, *open_ends)))


def _covers(wide: Ports, narrow: Ports) -> bool:
    return wide[0] <= narrow[0] and narrow[1] <= wide[1]


def _meets(one: Ports, other: Ports) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]


def _common(net: IPv4Network, other: IPv4Network) -> Iterator[IPv4Network]:
    if net.overlaps(other):
        yield net if net.prefixlen >= other.prefixlen else other


def _without(net: IPv4Network, other: IPv4Network) -> Iterator[IPv4Network]:
    if not net.overlaps(other):
        yield net
    elif other.prefixlen > net.prefixlen:
        yield from net.address_exclude(other)
