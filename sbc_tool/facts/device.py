"""What the device says of itself."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Interface


@dataclass(frozen=True, slots=True)
class DeviceAddress:
    """An address that the device holds; `port` is the Ethernet port of the interface, such as "0 1"."""

    interface: str
    port: str
    address: IPv4Interface


@dataclass(frozen=True, slots=True)
class DeviceFact:
    addresses: tuple[DeviceAddress, ...]
