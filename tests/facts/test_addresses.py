from __future__ import annotations

from ipaddress import IPv4Address, IPv4Interface

import pytest
from sample_site import sample_site

from sbc_tool.check import NotApplicable, Unknown
from sbc_tool.facts.addresses import AddressFact, compose
from sbc_tool.facts.device import DeviceAddress, DeviceFact
from sbc_tool.facts.dns import DnsAnswer, DnsFact
from sbc_tool.facts.stun import StunAnswer, StunFact

WAN = DeviceAddress("WAN", "0 1", IPv4Interface("123.123.123.123/29"))
LAN = DeviceAddress("LAN", "0 0", IPv4Interface("192.168.1.1/24"))
DNS = DnsFact("sbc.meinefirma.de", (DnsAnswer("a", ("1.1.1.1",)), DnsAnswer("b", ("1.1.1.1", "2.2.2.2"))))


OFF = NotApplicable("--offline")


def sides(
    dns: DnsFact | Unknown, device: DeviceFact | NotApplicable, stun: StunFact | NotApplicable = OFF
) -> AddressFact:
    return compose(sample_site(), dns, device, stun, OFF, OFF)


def test_three_sides() -> None:
    fact = sides(DNS, DeviceFact((LAN, WAN)))
    assert fact == AddressFact(
        fqdn="sbc.meinefirma.de",
        port="0 1",
        site=IPv4Address("123.123.123.123"),
        dns=("1.1.1.1", "2.2.2.2"),
        device="123.123.123.123",
        stun=OFF,
        contacts=OFF,
        own_certificate=OFF,
    )


def test_wan_port_without_address() -> None:
    assert sides(DNS, DeviceFact((LAN,))).device is None


def test_what_is_not_known_stays_so() -> None:
    fact = sides(Unknown("no DNS"), OFF)
    assert isinstance(fact.dns, Unknown)
    assert isinstance(fact.device, NotApplicable)


@pytest.mark.parametrize(("local", "near"), [("192.168.1.77", True), ("123.123.123.124", True), ("10.9.9.9", False)])
def test_what_stun_tells_is_of_the_computers_network(local: str, near: bool) -> None:
    answer = StunAnswer("stun.example:3478", "1.1.1.1", local)
    fact = sides(DNS, DeviceFact((LAN, WAN)), StunFact((answer, StunAnswer("mute:3478", error="no answer"))))
    assert (fact.stun, fact.near) == ((answer,), near)
