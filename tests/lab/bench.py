"""A device with an SBC in front of a caller: what makes it live, and how it is called."""

from __future__ import annotations

import socket
import ssl
from dataclasses import dataclass
from pathlib import Path

import pytest
from sipmessage import Message, Response

from sbc_tool import teams
from sbc_tool.lab.configuration import Editor
from sbc_tool.lab.pki import LabCa
from sbc_tool.lab.sbc import Sbc
from sbc_tool.lab.service import Dead
from sbc_tool.lab.smartnode import SmartNode

FQDN = "sbc.meinefirma.de"
ROOT = teams.load().roots[0]
LIVE = f"""
profile tls DEFAULT
  private-key pki:private-key/SBC
  own-certificate 1 pki:certificate/SBC
  trusted-certificate 1 pki:certificate/{ROOT.pki_name}
context ip ROUTER
  interface WAN
    ipaddress WAN 123.123.123.123 255.255.255.248
context sip-gateway GW_TEAMS
  interface IF
    no transport-protocol udp+tcp
    transport-protocol tls 5061
    spoofed-contact {FQDN}
    bind ipaddress ROUTER WAN WAN
  no shutdown
context sip-gateway GW_STARFACE
  interface IF
    transport-protocol udp+tcp 5060
    no transport-protocol tls
    bind ipaddress ROUTER LAN LAN
  no shutdown
port ethernet 0 1
  bind interface ROUTER WAN
  no shutdown
"""
OPTIONS = (
    "OPTIONS sip:sbc.meinefirma.de:5061;transport=tls SIP/2.0\r\n"
    "FROM: <sip:sip.pstnhub.microsoft.com:5061>;tag=1c5\r\n"
    "TO: <sip:sbc.meinefirma.de:5061;transport=tls>\r\n"
    "CSEQ: 1 OPTIONS\r\nCALL-ID: 5c05\r\n"
    "VIA: SIP/2.0/TLS 52.112.0.1:5061;branch=z9hG4bK1\r\nVIA: SIP/2.0/TLS 52.112.0.2:5061;branch=z9hG4bK2\r\n"
    "MAX-FORWARDS: 70\r\nCONTENT-LENGTH: {length}\r\n\r\n{body}"
)


@dataclass
class Bench:
    device: SmartNode
    sbc: Sbc
    folder: Path
    ca: LabCa

    def type(self, *lines: str) -> None:
        editor = Editor(self.device.running)
        for line in lines:
            assert editor.type_line(line) is None, line
        self.device.settle()

    def dead(self) -> str:
        assert isinstance(self.sbc.state, Dead)
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", self.sbc.port), timeout=20)
        return str(self.sbc.state)

    def call(self, pair: tuple[bytes, bytes] | None = None, at_most: ssl.TLSVersion | None = None) -> ssl.SSLSocket:
        """A caller that trusts the lab; `pair` is what it shows of itself."""
        context = ssl.create_default_context(cadata=self.ca.root_pem.decode())
        context.maximum_version = at_most or ssl.TLSVersion.TLSv1_3
        if pair:
            (self.folder / "caller.pem").write_bytes(b"".join(pair))
            context.load_cert_chain(self.folder / "caller.pem")
        raw = socket.create_connection(("127.0.0.1", self.sbc.port), timeout=20)
        return context.wrap_socket(raw, server_hostname=FQDN)


def answer(caller: ssl.SSLSocket, text: str) -> Response:
    caller.sendall(text.encode())
    data = b""
    while b"\r\n\r\n" not in data:
        more = caller.recv(1 << 16)
        assert more
        data += more
    response = Message.parse(data)
    assert isinstance(response, Response)
    return response


def options(body: str = "") -> str:
    return OPTIONS.format(length=len(body), body=body)
