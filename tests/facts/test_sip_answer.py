"""The answer to OPTIONS, head and body, however it arrives."""

from __future__ import annotations

import socket
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sample_site import sample_site

from sbc_tool.check import NotApplicable
from sbc_tool.facts.addresses import compose
from sbc_tool.facts.device import DeviceFact, held_addresses
from sbc_tool.facts.dns import DnsAnswer, DnsFact
from sbc_tool.facts.sip import OptionsFact, receive
from sbc_tool.finding import Outcome
from sbc_tool.preflight.sbc_behind_dnat import SbcBehindDnat
from sbc_tool.trinity.tree import parse

HEAD = (
    "SIP/2.0 200 OK\r\nVia: SIP/2.0/TLS sbc-tool.invalid;branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\n"
    "To: <sip:c@d>;tag=2\r\nCall-ID: 1@a\r\nCSeq: 1 OPTIONS\r\nContact: <sip:sbc.meinefirma.de:5061;transport=tls>\r\n"
)
SDP = "v=0\r\no=- 1 1 IN IP4 192.168.1.1\r\ns=-\r\nc=IN IP4 192.168.1.1\r\nt=0 0\r\nm=audio 0 RTP/SAVP 8\r\n"


def heard(text: str, size: int = 4096) -> OptionsFact:
    """What is read of these bytes when they come in pieces of a size."""
    here, there = socket.socketpair()
    with here, there, ThreadPoolExecutor(1) as sender:  # small pieces fill a socket before they are read
        sent = sender.submit(_send, there, text.encode(), size)
        seen = receive(here)
        sent.result()
    return OptionsFact("sbc.meinefirma.de", seen.code, seen.phrase, seen.contacts, seen.record_routes, b"", seen.media)


def _send(there: socket.socket, data: bytes, size: int) -> None:
    for at in range(0, len(data), size):
        there.sendall(data[at : at + size])
    there.shutdown(socket.SHUT_WR)


@pytest.mark.parametrize("size", [1, 7, 4096])
def test_addresses_in_sdp(size: int) -> None:
    fact = heard(f"{HEAD}Content-Type: application/sdp\r\nContent-Length: {len(SDP)}\r\n\r\n{SDP}", size)
    assert (fact.code, fact.contacts, fact.media) == (200, ("sbc.meinefirma.de",), ("192.168.1.1",))


def test_no_body_and_one_that_is_cut_off() -> None:
    assert heard(f"{HEAD}Content-Length: 0\r\n\r\n").media == ()
    with pytest.raises(ValueError, match="the connection was closed"):
        heard(f"{HEAD}Content-Length: 500\r\n\r\n{SDP}")


def test_a_private_address_in_sdp_means_nat(tmp_path: Path) -> None:
    """Contact carries the name, DNS and device agree: only SDP gives it away."""
    site = sample_site()
    address = str(site.network.wan.address.ip)
    dns = DnsFact(site.teams.fqdn, (DnsAnswer("one", (address,)),))
    running = parse((Path(__file__).parents[2] / "examples" / "musterfirma" / "rendered.cfg").read_text("utf-8"))
    device = DeviceFact(tuple(held_addresses(running)))
    nothing = NotApplicable("not asked")
    options = heard(f"{HEAD}Content-Length: {len(SDP)}\r\n\r\n{SDP}")
    fact = compose(site, dns, device, nothing, options, nothing)
    (finding,) = [one for one in SbcBehindDnat().judge(fact) if one.outcome is Outcome.FAIL]
    assert "192.168.1.1" in finding.text
    clean = compose(site, dns, device, nothing, heard(f"{HEAD}Content-Length: 0\r\n\r\n"), nothing)
    assert not [one for one in SbcBehindDnat().judge(clean) if one.outcome is Outcome.FAIL]
