"""Access lists: what a `profile acl` does with a packet. The notation is SmartWare's (SW4110 p.256-262)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address

from sbc_tool.trinity.tree import Node

_PLACE = r"(?:(?P<{0}_any>any)|host (?P<{0}_host>\S+)|(?P<{0}>[\d.]+) (?P<{0}_ignored>[\d.]+))"
_PORT = r"(?: (?P<{0}_op>eq|lt|gt|range) (?P<{0}_port>\d+)(?: (?P<{0}_last>\d+))?)?"
_RULE = re.compile(
    r"(?P<action>permit|deny) (?P<protocol>ip|icmp|tcp|udp|sctp) "
    + _PLACE.format("src") + _PORT.format("src") + " " + _PLACE.format("dst") + _PORT.format("dst")
    + r"(?: cos \S+)?"
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Packet:
    protocol: str
    source: IPv4Address
    source_port: int
    target: IPv4Address
    port: int


def permits(profile: Node, packet: Packet) -> bool | None:
    """Whether the list lets the packet in; the first rule that fits decides, and a list ends in `deny ip any any`.

    None when a rule that can't be read comes before the decision.
    """
    return _decided((node.text for node in profile.children), packet)


def _decided(rules: Iterable[str], packet: Packet) -> bool | None:
    for text in rules:
        found = _RULE.fullmatch(text)
        try:
            if found is None:
                return None
            if _fits(found, packet):
                return found["action"] == "permit"
        except AddressValueError:
            return None
    return False


def _fits(rule: re.Match[str], packet: Packet) -> bool:
    return (
        rule["protocol"] in ("ip", packet.protocol)
        and _is_there(rule, "src", packet.source)
        and _is_there(rule, "dst", packet.target)
        and _has_port(rule, "src", packet.source_port)
        and _has_port(rule, "dst", packet.port)
    )


def _is_there(rule: re.Match[str], side: str, address: IPv4Address) -> bool:
    if rule[f"{side}_any"]:
        return True
    if rule[f"{side}_host"]:
        return IPv4Address(rule[f"{side}_host"]) == address
    ignored = int(IPv4Address(rule[f"{side}_ignored"]))  # wildcard bits: a one is not looked at
    return int(IPv4Address(rule[side])) | ignored == int(address) | ignored


def _has_port(rule: re.Match[str], side: str, port: int) -> bool:
    if not rule[f"{side}_op"]:
        return True
    first, last = int(rule[f"{side}_port"]), int(rule[f"{side}_last"] or 0)
    return {"eq": port == first, "lt": port < first, "gt": port > first, "range": first <= port <= last}[
        rule[f"{side}_op"]
    ]
