"""The SBC that a configuration brings alive: seen by Python's ssl, by openssl s_client, and by SIP."""

from __future__ import annotations

import contextlib
import re
import socket
import ssl
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import openssl
import pytest
from sample_site import sample_site
from sipmessage import Message, Response

from sbc_tool import teams
from sbc_tool.lab.configuration import Editor
from sbc_tool.lab.factory import factory_configuration
from sbc_tool.lab.pki import LabCa
from sbc_tool.lab.sbc import Sbc
from sbc_tool.lab.service import Dead, Service, read_service
from sbc_tool.lab.smartnode import Nameplate, SmartNode

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


@pytest.fixture(scope="module")
def ca() -> LabCa:
    return LabCa()


@pytest.fixture(scope="module")
def pair(ca: LabCa) -> tuple[bytes, bytes]:
    return ca.mint(FQDN)


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


@pytest.fixture
def bench(no_thread_left: None, tmp_path: Path, ca: LabCa, pair: tuple[bytes, bytes]) -> Iterator[Bench]:
    device = SmartNode(factory_configuration(sample_site(), "x"), Nameplate("192.168.1.1", "SN5500"))
    sbc = Sbc(("123.123.123.123", 5061), tmp_path, lambda: read_service(device.running, device.store, ca.root_pem))
    device.watchers.append(sbc.update)
    device.store.write("pki:certificate/SBC", pair[0])
    device.store.write("pki:private-key/SBC", pair[1])
    device.store.write(f"pki:certificate/{ROOT.pki_name}", ROOT.pem.encode())
    yield Bench(device, sbc, tmp_path, ca)
    sbc.stop()


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


def test_a_factory_box_is_no_sbc(bench: Bench) -> None:
    bench.device.settle()
    assert "transport-protocol tls" in bench.dead()


def test_options_are_answered_with_the_fqdn_in_contact(bench: Bench) -> None:
    bench.type(*LIVE.splitlines())
    with bench.call() as caller:
        response = answer(caller, options())
    assert (response.code, response.phrase) == (200, "OK")
    assert response.headers["Contact"] == f"<sip:{FQDN}:5061;transport=tls>"
    assert response.contact[0].uri.host == FQDN
    assert [via.parameters["branch"] for via in response.via] == ["z9hG4bK1", "z9hG4bK2"]
    assert response.call_id == "5c05"
    assert response.cseq.method == "OPTIONS"
    assert response.from_address.parameters["tag"] == "1c5"
    assert response.to_address.parameters["tag"]
    assert response.content_length == 0
    assert "OPTIONS" in response.headers["Allow"]


def test_without_spoofed_contact_the_address_stands_there(bench: Bench) -> None:
    bench.type(*LIVE.splitlines(), "context sip-gateway GW_TEAMS", "interface IF", "no spoofed-contact")
    with bench.call() as caller:
        assert answer(caller, options()).contact[0].uri.host == "123.123.123.123"


def test_a_connection_carries_many_messages_however_they_are_cut(bench: Bench) -> None:
    bench.type(*LIVE.splitlines())
    with bench.call() as caller, bench.call() as other:
        for byte in ("\r\n\r\n" + options("v=0\r\n\r\n") + "\r\n").encode()[:-1]:
            caller.sendall(bytes([byte]))
        assert answer(caller, "\n").code == 200
        two = options().replace("OPTIONS", "BYE") + options()
        caller.sendall(two.encode())
        said = b""
        while said.count(b"\r\n\r\n") < 2:
            said += caller.recv(1 << 16)
        assert re.findall(rb"SIP/2.0 (\d+)", said) == [b"405", b"200"]
        assert answer(other, options()).code == 200


@pytest.mark.parametrize("rubbish", ["GET / HTTP/1.1\r\n", "x" * 70000, "OPTIONS sip:a SIP/2.0\r\nno header\r\n\r\n",
                                     "OPTIONS sip:a SIP/2.0\r\nVia: x\r\n\r\n", options().replace(": 0", ": -1"),
                                     options().replace(": 0", ": \xff")])  # fmt: skip
def test_rubbish_is_hung_up_on(bench: Bench, rubbish: str) -> None:
    bench.type(*LIVE.splitlines())
    with bench.call() as caller:
        caller.sendall(rubbish.encode("latin-1"))
        caller.settimeout(20)
        with contextlib.suppress(ConnectionResetError):
            assert caller.recv(100) == b""
    with bench.call() as caller:
        assert answer(caller, options()).code == 200


@pytest.mark.parametrize("version", ["tls1_2", "tls1_3"])
def test_openssl_sees_the_delivered_chain(bench: Bench, pair: tuple[bytes, bytes], version: str) -> None:
    bench.type(*LIVE.splitlines())
    said = s_client(bench, f"-{version}")
    assert "".join(re.findall(r"-----BEGIN CERT.*?-----END CERTIFICATE-----\n", said, re.DOTALL)) == pair[0].decode()
    assert "Verify return code: 0 (ok)" in said


def test_a_chain_without_its_intermediate_is_presented_as_it_is(bench: Bench, pair: tuple[bytes, bytes]) -> None:
    leaf = pair[0][: pair[0].index(b"-----END CERTIFICATE-----\n") + 26]
    bench.device.store.write("pki:certificate/SBC", leaf)
    bench.type(*LIVE.splitlines(), "profile tls DEFAULT", "authentication incoming")
    said = s_client(bench, "-tls1_2")
    assert said.count("-----BEGIN CERTIFICATE-----") == 1


def s_client(bench: Bench, *arguments: str) -> str:
    (bench.folder / "root.pem").write_bytes(bench.ca.root_pem)
    command = [openssl.program(), "s_client", "-connect", f"127.0.0.1:{bench.sbc.port}", "-servername", FQDN]
    command += ["-showcerts", "-CAfile", str(bench.folder / "root.pem"), "-verify_hostname", FQDN, *arguments]
    done = subprocess.run(command, input="", capture_output=True, text=True, timeout=60, check=False)
    return done.stdout


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_callers_must_show_a_certificate(bench: Bench, pair: tuple[bytes, bytes], version: ssl.TLSVersion) -> None:
    bench.type(*LIVE.splitlines(), "profile tls DEFAULT", "authentication incoming")
    with bench.call(pair, version) as caller:
        assert answer(caller, options()).code == 200
    for stranger in (None, LabCa().mint(FQDN)):
        with pytest.raises((ssl.SSLError, ConnectionError)), bench.call(stranger, version) as caller:  # noqa: PT012
            caller.sendall(options().encode())
            caller.recv(1)


def test_who_trusts_no_root_of_microsofts_does_not_trust_the_lab(bench: Bench, pair: tuple[bytes, bytes]) -> None:
    lines = [line for line in LIVE.splitlines() if "trusted" not in line]
    bench.type(*lines, "profile tls DEFAULT", "authentication incoming")
    with pytest.raises((ssl.SSLError, ConnectionError)), bench.call(pair, ssl.TLSVersion.TLSv1_2):
        pass
    assert isinstance(bench.sbc.state, Service)
    assert bench.sbc.state.clients == ()


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        (["context sip-gateway GW_TEAMS", "shutdown"], "GW_TEAMS is shut down"),
        (["context sip-gateway GW_TEAMS", "interface IF", "no transport-protocol tls"], "transport-protocol tls"),
        (["context sip-gateway GW_TEAMS", "interface IF", "transport-protocol tls"], "has no port"),
        (["context sip-gateway GW_TEAMS", "interface IF", "transport-protocol tls 5062"], "looks for it on"),
        (["context sip-gateway GW_TEAMS", "interface IF", "bind ipaddress ROUTER LAN LAN"], "192.168.1.1:5061"),
        (["context sip-gateway GW_TEAMS", "interface IF", "no bind ipaddress"], "not bound"),
        (["context ip ROUTER", "no interface WAN"], "ROUTER WAN WAN, which does not exist"),
        (["no context ip ROUTER"], "which does not exist"),
        (["port ethernet 0 1", "shutdown"], "no port ethernet that is up"),
        (["profile tls DEFAULT", "no private-key"], "lacks private-key"),
        (["no profile tls DEFAULT"], "lacks private-key"),
        (["profile tls DEFAULT", "private-key pki:private-key/GHOST"], "pki:private-key/GHOST is not there"),
        (["profile tls DEFAULT", f"own-certificate 1 pki:certificate/{ROOT.pki_name}"], "are no pair"),
        (["no context sip-gateway GW_TEAMS"], "no context sip-gateway has"),
    ],
)  # fmt: skip
def test_one_line_less_and_it_is_dead(bench: Bench, lines: list[str], why: str) -> None:
    bench.type(*LIVE.splitlines())
    with bench.call() as caller:
        assert answer(caller, options()).code == 200
        bench.type(*lines)
        assert why in bench.dead()
        assert caller.recv(1) == b""
    bench.type("no profile tls DEFAULT", "no context sip-gateway GW_TEAMS", *LIVE.splitlines())
    with bench.call() as caller:
        assert answer(caller, options()).code == 200


def test_another_certificate_is_presented_at_once(bench: Bench) -> None:
    bench.type(*LIVE.splitlines())
    with bench.call() as caller:
        before = caller.getpeercert()
    chain, key = bench.ca.mint(FQDN)
    bench.device.store.write("pki:certificate/SBC", chain)
    assert "are no pair" in bench.dead()
    bench.device.store.write("pki:private-key/SBC", key)
    with bench.call() as caller:
        assert caller.getpeercert() != before


@pytest.mark.parametrize("content", [b"rubbish", b"", "ä".encode()])
def test_files_that_are_no_certificate(bench: Bench, content: bytes) -> None:
    bench.type(*LIVE.splitlines(), "profile tls DEFAULT", "authentication incoming")
    bench.device.store.write(f"pki:certificate/{ROOT.pki_name}", content)
    assert isinstance(bench.sbc.state, Service)
    assert bench.sbc.state.clients == ()
    bench.device.store.write("pki:private-key/SBC", content)
    assert "are no pair" in bench.dead()


def test_no_key_in_a_repr(bench: Bench) -> None:
    bench.type(*LIVE.splitlines())
    assert "PRIVATE" not in repr(bench.sbc.state)
