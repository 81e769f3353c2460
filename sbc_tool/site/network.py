"""Addresses and clock of the SBC."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from sbc_tool.site import values as is_a
from sbc_tool.site.part import Part, refuse


class Wan(Part):
    """The side that faces Microsoft."""

    port: is_a.EthernetPort
    """Ethernet port as slot and port, such as "0 1"."""
    address: is_a.Interface
    """Public address with its prefix, such as 123.123.123.123/29; held by the SBC itself, without NAT."""
    gateway: is_a.Address
    """Default gateway, a neighbour in that network."""
    filter: Literal["microsoft-only", "none"] = "microsoft-only"
    """microsoft-only drops what does not come from Microsoft's networks; none lets everything in."""

    @model_validator(mode="after")
    def gateway_is_a_neighbour(self) -> Self:
        network = self.address.network
        if self.gateway not in network:
            refuse((("gateway",), f"must lie in the WAN network {network}"))
        if self.gateway == self.address.ip:
            refuse((("gateway",), "must be the provider's router, not the SBC's own address"))
        if network.prefixlen < 31 and self.gateway in (network.network_address, network.broadcast_address):
            refuse((("gateway",), f"must be a host, not an end of the network {network}"))
        return self


class Lan(Part):
    """The side that faces the STARFACE."""

    port: is_a.EthernetPort
    """Ethernet port as slot and port, such as "0 0"."""
    address: is_a.Interface
    """Inside address with its prefix, such as 192.168.1.1/24."""
    gateway: is_a.Address | None = None
    """Router to the STARFACE, when that is not in the LAN's own network."""

    @model_validator(mode="after")
    def gateway_is_a_neighbour(self) -> Self:
        if self.gateway is not None and self.gateway not in self.address.network:
            refuse((("gateway",), f"must lie in the LAN network {self.address.network}"))
        return self


class Network(Part):
    """Addresses and clock of the SBC."""

    wan: Wan
    lan: Lan
    dns: tuple[is_a.Address, ...] = Field(min_length=1)
    """Name servers in order, such as [9.9.9.9]."""
    ntp: tuple[is_a.Host, ...] = Field(min_length=1)
    """Time servers, such as [pool.ntp.org]; certificates need the right time."""
    timezone: is_a.TimeZone = "Europe/Berlin"
    """Time zone by its IANA name."""

    @model_validator(mode="after")
    def sides_are_apart(self) -> Self:
        if self.wan.port == self.lan.port:
            refuse((("lan", "port"), "must differ from network.wan.port"))
        if self.wan.address.network.overlaps(self.lan.address.network):
            refuse((("lan", "address"), f"must not overlap with the WAN network {self.wan.address.network}"))
        return self
