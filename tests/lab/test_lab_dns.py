"""The lab's name server, asked by dnspython and, where there is one, by dig."""

from __future__ import annotations

import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from ipaddress import ip_address, ip_network

import dns.flags
import dns.message
import dns.query
import dns.rcode
import pytest
from sample_site import sample_site

from sbc_tool.lab.dns import NameServer, Zone, records_of

Ask = Callable[..., dns.message.Message]


@pytest.fixture
def names(no_thread_left: None) -> Iterator[NameServer]:
    server = NameServer(Zone(records_of(sample_site())))
    yield server
    server.stop()


def ask(names: NameServer, name: str, kind: str = "A", over: Ask = dns.query.udp) -> dns.message.Message:
    return over(dns.message.make_query(name, kind), "127.0.0.1", 20, names.port)


def addresses(reply: dns.message.Message) -> list[str]:
    return [record.address for records in reply.answer for record in records]


@pytest.mark.parametrize("over", [dns.query.udp, dns.query.tcp])
def test_the_sites_names(names: NameServer, over: Ask) -> None:
    assert addresses(ask(names, "sbc.meinefirma.de", over=over)) == ["123.123.123.123"]
    assert addresses(ask(names, "STARFACE.meinefirma.DE.", over=over)) == ["10.108.2.100"]
    assert ask(names, "sbc.meinefirma.de", over=over).flags & dns.flags.AA


def test_microsofts_names_lead_into_microsofts_network(names: NameServer) -> None:
    for name in ("sip", "sip2", "sip3"):
        (address,) = addresses(ask(names, f"{name}.pstnhub.microsoft.com"))
        assert ip_address(address) in ip_network("52.112.0.0/14")


def test_nothing_else_exists(names: NameServer) -> None:
    assert ask(names, "www.meinefirma.de").rcode() == dns.rcode.NXDOMAIN
    other = ask(names, "sbc.meinefirma.de", "AAAA")
    assert (other.rcode(), other.answer) == (dns.rcode.NOERROR, [])


def test_records_can_be_replaced(names: NameServer) -> None:
    names.zone.addresses["sbc.meinefirma.de"] = ("192.0.2.1", "192.0.2.2")
    assert sorted(addresses(ask(names, "sbc.meinefirma.de"))) == ["192.0.2.1", "192.0.2.2"]
    del names.zone.addresses["sbc.meinefirma.de"]
    assert ask(names, "sbc.meinefirma.de").rcode() == dns.rcode.NXDOMAIN


def test_a_starface_without_an_address_has_no_record() -> None:
    assert "starface.meinefirma.de" not in records_of(sample_site(starface={"address": "pbx.local"}))


def test_rubbish_is_passed_over(names: NameServer) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        for rubbish in (b"", b"x", bytes(12), bytes(range(200))):
            one.sendto(rubbish, ("127.0.0.1", names.port))
    with socket.create_connection(("127.0.0.1", names.port), timeout=20) as two:
        two.sendall(b"\0\3abc")
        assert two.recv(10) == b""
    assert addresses(ask(names, "sbc.meinefirma.de")) == ["123.123.123.123"]


def test_dig(names: NameServer) -> None:
    if (dig := shutil.which("dig")) is None:
        pytest.skip("no dig")
    command = [dig, "@127.0.0.1", "-p", str(names.port), "+short", "sbc.meinefirma.de"]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "123.123.123.123\n"
