"""The services that people manage a device by, and who reaches them: for management-open-to-wan."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

from sbc_tool.finding import Outcome
from sbc_tool.ipv4 import special_purpose
from sbc_tool.trinity.acl import Traffic, permits
from sbc_tool.trinity.sides import addresses
from sbc_tool.trinity.tree import Config, Node

_STRANGER = IPv4Network("198.51.100.7")  # an address of documentation (RFC 5737): no list names it


@dataclass(frozen=True, slots=True)
class Server:
    """`outcome`: how bad it is when anybody reaches it."""

    name: str
    protocol: str
    port: int
    outcome: Outcome
    node: Node


def management(config: Config) -> Iterator[Server]:
    """Those that are switched on."""
    for name, protocol, port, outcome in (
        ("telnet-server", "tcp", 23, Outcome.FAIL),
        ("ssh-server", "tcp", 22, Outcome.WARN),
        ("snmp-server", "udp", 161, Outcome.FAIL),
    ):
        yield from (Server(name, protocol, port, outcome, node) for node in config.blocks(name) if _on(node))
    for node in config.blocks("web-server"):
        if _on(node):
            yield from _web(node)


def _on(node: Node) -> bool:
    return node.leaf("no shutdown") is not None


def _web(node: Node) -> Iterator[Server]:
    for line in node.children:
        if line.text.startswith("protocol "):
            secure = line.value("protocol") == "https"
            port = int(line.value("port") or (443 if secure else 80))
            yield Server(f"web-server ({line.value('protocol')})", "tcp", port, _bad(secure), line)
    if not node.leaf("protocol"):
        yield Server("web-server", "tcp", 80, Outcome.FAIL, node)


def _bad(secure: bool) -> Outcome:
    return Outcome.WARN if secure else Outcome.FAIL


def public_addresses(config: Config) -> Iterator[tuple[Node, IPv4Address]]:
    """The IP interfaces with addresses that the internet reaches."""
    for path, node in config.walk():
        if node.text.startswith("interface ") and path and path[-1].text.startswith("context ip "):
            yield from ((node, address) for address in addresses(node) if special_purpose(address) is None)


def reachable(config: Config, interface: Node, address: IPv4Address, server: Server) -> bool | None:
    """Whether a stranger gets through to it; None if the list at the door can't be judged."""
    line = next(
        (n for n in interface.children if n.text.startswith("use profile acl ") and n.text.endswith(" in")), None
    )
    if line is None:
        return True
    profile = config.objects.get(("acl-profile", line.value("profile")))
    traffic = Traffic(server.protocol, _STRANGER, address, (40000, 40000), (server.port, server.port))
    return permits(profile, traffic) if profile else None
