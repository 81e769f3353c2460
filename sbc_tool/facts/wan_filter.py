"""What the device lets in on its WAN side."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address

from sbc_tool.check import NotApplicable, Unknown
from sbc_tool.facts.device import DeviceFact
from sbc_tool.site.model import Site


@dataclass(frozen=True, slots=True)
class FilterFact:
    """`rules` as the device prints them, in order; None when nothing is filtered."""

    cloud: str
    address: IPv4Address
    tls_port: int
    rules: tuple[str, ...] | None


def compose(site: Site, device: DeviceFact | Unknown | NotApplicable) -> FilterFact | Unknown | NotApplicable:
    if not isinstance(device, DeviceFact):
        return device
    return FilterFact(site.teams.cloud, site.network.wan.address.ip, site.teams.tls_port, device.wan_rules)
