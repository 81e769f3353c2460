"""When the SBC lives, and what its TLS port shows: to Python's ssl and to openssl s_client."""

from __future__ import annotations

import re
import ssl
import subprocess

import openssl
import pytest
from bench import FQDN, LIVE, ROOT, Bench, answer, options

from sbc_tool.lab.pki import LabCa
from sbc_tool.lab.service import Service


def test_a_factory_box_is_no_sbc(bench: Bench) -> None:
    bench.device.settle()
    assert "transport-protocol tls" in bench.dead()


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
