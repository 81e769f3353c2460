"""Both legs of a call side by side: what the SBC speaks towards Microsoft, and what towards the other side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sbc_tool.trinity.sides import (
    codecs,
    gateways_of,
    host_of,
    location_service,
    other_interfaces,
    other_voip_profiles,
    pinged_by,
    teams_interfaces,
    teams_voip_profiles,
)
from sbc_tool.trinity.tree import Config, Node


@dataclass(frozen=True, slots=True)
class Leg:
    """Each value as the configuration has it, in its order; empty where it says nothing."""

    hosts: tuple[str, ...]  # that calls are sent to
    transports: tuple[str, ...]  # `tls 5062`, and `no ...` where it is switched off
    contact: tuple[str, ...]  # the host that Contact is made to carry
    codecs: tuple[str, ...]
    srtp: tuple[str, ...]  # forced, preferred
    rtcp_mux: bool
    keepalives: tuple[str, ...]  # hosts that get OPTIONS


@dataclass(frozen=True, slots=True)
class Legs:
    teams: Leg
    other: Leg

    @property
    def shared_codecs(self) -> tuple[str, ...]:
        """Without any, each call is transcoded."""
        return tuple(codec for codec in self.teams.codecs if codec in self.other.codecs)


def legs(config: Config) -> Legs:
    return Legs(
        _leg(config, teams_interfaces(config), teams_voip_profiles(config)),
        _leg(config, other_interfaces(config), other_voip_profiles(config)),
    )


def _leg(config: Config, interfaces: list[Node], profiles: list[Node]) -> Leg:
    gateways = gateways_of(config, interfaces)
    transports, contacts = [], []
    for gateway in gateways:
        for line in _lines_below(gateway, "interface "):
            if line.text.removeprefix("no ").startswith("transport-protocol "):
                transports.append(line.text.replace("transport-protocol ", ""))
            elif line.text.startswith("spoofed-contact "):
                contacts.append(line.value("host"))
    modes = (said.value("mode") for profile in profiles if (said := profile.leaf("srtp transmission")))
    multiplexed = [profile.leaf("rtp rtcp-multiplexing") is not None for profile in profiles]
    services = [service for gateway in gateways if (service := location_service(config, gateway))]
    pinged = {host for interface in interfaces for host in pinged_by(config, interface)} if services else set()
    return Leg(
        hosts=_each_once(host_of(interface) for interface in interfaces),
        transports=_each_once(transports),
        contact=_each_once(contacts),
        codecs=tuple(codecs(profiles)),
        srtp=_each_once(modes),
        rtcp_mux=bool(multiplexed) and all(multiplexed),
        keepalives=tuple(sorted(pinged - {""})),
    )


def _lines_below(gateway: Node, prefix: str) -> Iterator[Node]:
    for block in gateway.children:
        if block.text.startswith(prefix):
            yield from block.children


def _each_once(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value))
