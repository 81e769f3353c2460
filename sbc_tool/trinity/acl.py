"""Access lists: what a `profile acl` lets in. The notation is SmartWare's (SW4110 p.256-262)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

from sbc_tool.trinity.tree import Node

Ports = tuple[int, int]
ANY_PORT: Ports = (0, 65535)
_ALL = IPv4Network("0.0.0.0/0")
_PROTOCOLS = ("ip", "icmp", "tcp", "udp", "sctp")
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


_PERMIT_ALL = Rule(True, "ip", _ALL, ANY_PORT, _ALL, ANY_PORT)


def rule(line: str) -> Rule:
    """From a line such as `permit tcp 52.112.0.0 0.3.255.255 host 203.0.113.1 eq 5061`; ValueError for another form.

    That goes for wildcard bits with gaps, too: they make no network.
    """
    action, protocol, *rest = [*line.split(), "", ""]
    words = [word for word in rest if word]
    if action not in ("permit", "deny") or protocol not in _PROTOCOLS or not words:
        raise ValueError("no rule of an access list")
    source, source_ports = _network(words), _ports(words)
    target, target_ports = _network(words) if words else _ALL, _ports(words)
    if words and (words[0] != "cos" or len(words) != 2):
        raise ValueError(f"not understood: {' '.join(words)}")
    return Rule(action == "permit", protocol, source, source_ports, target, target_ports)


def _network(words: list[str]) -> IPv4Network:
    """Takes its words from the front."""
    first = _word(words)
    if first == "any":
        return _ALL
    if first == "host":
        return IPv4Network(IPv4Address(_word(words)))
    wildcard = int(IPv4Address(_word(words)))  # ones where any bit will do
    if wildcard & (wildcard + 1):
        raise ValueError("wildcard bits with gaps")
    return IPv4Network((int(IPv4Address(first)) & ~wildcard, 32 - wildcard.bit_length()))


def _ports(words: list[str]) -> Ports:
    if not words or words[0] not in _OPERATORS:
        return ANY_PORT
    operator, first = words.pop(0), int(_word(words))
    if operator == "eq":
        return first, first
    if operator == "range":
        return first, int(_word(words))
    return (0, first - 1) if operator == "lt" else (first + 1, 65535)


def _word(words: list[str]) -> str:
    if not words:
        raise ValueError("cut off")
    return words.pop(0)


def permits(profile: Node, traffic: Traffic) -> bool | None:
    """Whether a list lets all of the traffic in; None when a rule that can't be read comes before the decision."""
    rules = list(_readable(profile))
    if not blocked(traffic, rules):
        return True
    whole = len(rules) == len(profile.children)
    return False if whole or blocked(traffic, [*rules, _PERMIT_ALL]) else None


def _readable(profile: Node) -> Iterator[Rule]:
    """The rules up to the first that can't be read."""
    for node in profile.children:
        try:
            yield rule(node.text)
        except ValueError:
            return


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
