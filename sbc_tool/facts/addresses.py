"""The WAN address as three sides have it: the site file, the world's DNS, and the device itself."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address

from sbc_tool.check import NotApplicable, Unknown
from sbc_tool.facts.device import DeviceFact
from sbc_tool.facts.dns import DnsFact
from sbc_tool.site.model import Site


@dataclass(frozen=True, slots=True)
class AddressFact:
    """`dns` is empty when the name has no address; `device` is None when the WAN port holds no address yet."""

    fqdn: str
    port: str  # the WAN port, "0 1"
    site: IPv4Address
    dns: tuple[str, ...] | Unknown | NotApplicable
    device: str | Unknown | NotApplicable | None


def compose(
    site: Site, dns: DnsFact | Unknown | NotApplicable, device: DeviceFact | Unknown | NotApplicable
) -> AddressFact:
    wan = site.network.wan
    return AddressFact(
        fqdn=site.teams.fqdn,
        port=wan.port,
        site=wan.address.ip,
        dns=dns.addresses if isinstance(dns, DnsFact) else dns,
        device=_held(device, wan.port) if isinstance(device, DeviceFact) else device,
    )


def _held(device: DeviceFact, port: str) -> str | None:
    return next((str(held.address.ip) for held in device.addresses if held.port == port), None)
