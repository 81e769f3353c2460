from __future__ import annotations

from ipaddress import IPv4Address, IPv4Interface

from sample_site import sample_site

from sbc_tool.check import NotApplicable, Unknown
from sbc_tool.facts.addresses import AddressFact, compose
from sbc_tool.facts.device import DeviceAddress, DeviceFact
from sbc_tool.facts.dns import DnsAnswer, DnsFact

WAN = DeviceAddress("WAN", "0 1", IPv4Interface("123.123.123.123/29"))
LAN = DeviceAddress("LAN", "0 0", IPv4Interface("192.168.1.1/24"))
DNS = DnsFact("sbc.meinefirma.de", (DnsAnswer("a", ("1.1.1.1",)), DnsAnswer("b", ("1.1.1.1", "2.2.2.2"))))


def test_three_sides() -> None:
    fact = compose(sample_site(), DNS, DeviceFact((LAN, WAN)))
    assert fact == AddressFact(
        fqdn="sbc.meinefirma.de",
        port="0 1",
        site=IPv4Address("123.123.123.123"),
        dns=("1.1.1.1", "2.2.2.2"),
        device="123.123.123.123",
    )


def test_wan_port_without_address() -> None:
    assert compose(sample_site(), DNS, DeviceFact((LAN,))).device is None


def test_what_is_not_known_stays_so() -> None:
    fact = compose(sample_site(), Unknown("no DNS"), NotApplicable("--offline"))
    assert isinstance(fact.dns, Unknown)
    assert isinstance(fact.device, NotApplicable)
