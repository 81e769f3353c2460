"""The TLS ports that stand behind an access list: for acl-drops-teams."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

from sbc_tool import teams
from sbc_tool.trinity.acl import Traffic, permits
from sbc_tool.trinity.sides import addresses, cloud_of
from sbc_tool.trinity.tree import Config, Node

_FREE = (1024, 65535)  # the ports from which Microsoft's proxies call
_RELAY = (49152, 49152)  # one of those from which its relays send media
_MEDIA = range(4000, 65000, 500)  # which ports a device takes for media isn't known: any of these will do


@dataclass(frozen=True, slots=True)
class Door:
    profile: Node
    address: IPv4Address
    port: int


def tls_doors(config: Config) -> Iterator[Door]:
    """Each gateway interface that speaks TLS at an address with an access list."""
    for gateway in config.blocks("context sip-gateway"):
        for interface in (node for node in gateway.children if node.mode):
            tls, bound = interface.leaf("transport-protocol tls"), interface.leaf("bind ipaddress")
            behind = config.objects.get(("ip-interface", bound.value("interface"))) if bound else None
            for line in behind.children if behind and tls else ():
                profile = config.objects.get(("acl-profile", line.value("profile")))
                if tls and behind and profile and profile.children and line.value("direction") == "in":
                    port = int(tls.value("port") or teams.load().signalling_port)
                    yield from (Door(profile, address, port) for address in addresses(behind))


def ranges_of(config: Config) -> tuple[IPv4Network, ...]:
    """Microsoft's ranges of the cloud that the configuration uses."""
    return (cloud_of(config) or teams.load().clouds["worldwide"]).ranges


def lets_in(door: Door, network: IPv4Network) -> bool | None:
    """Whether SIP and some media port are reached from all of the range; None if the list can't be read."""
    sip = permits(door.profile, Traffic("tcp", network, door.address, _FREE, (door.port, door.port)))
    streams = (Traffic("udp", network, door.address, _RELAY, (port, port)) for port in _MEDIA)
    media = [permits(door.profile, stream) for stream in streams]
    answers = (sip, True if True in media else None if None in media else False)
    return False if False in answers else None if None in answers else True
