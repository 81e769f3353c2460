"""Suites and protocols, against openssl's server and hostile ones."""

from __future__ import annotations

from pathlib import Path

import hostile_streams
import pytest
from certificates import FQDN, key_pem, pem, root, rsa_key
from hypothesis import given
from hypothesis import strategies as st
from judged import judged, said
from nameserver import unused_port
from openssl import s_server
from sample_site import sample_site

from sbc_tool import teams
from sbc_tool.check import NotApplicable, Unknown
from sbc_tool.facts.suites import SuitesFact, probe
from sbc_tool.finding import Outcome
from sbc_tool.preflight.tls_protocol_or_cipher_refused import TlsProtocolOrCipherRefused
from sbc_tool.tls import flight
from sbc_tool.world import ConnectTo, World

INTERMEDIATE = root().below("Lab Intermediate")
LEAF = INTERMEDIATE.server(private=rsa_key("server"))
SUITES = teams.load().suites
MUTUAL = ("-Verify", "1", "-verify_return_error")


def world_at(port: int, timeout: float = 5.0) -> World:
    return World(Path(), connect_to=(ConnectTo(FQDN, 5061, "127.0.0.1", port),), timeout=timeout, resolvers=())


def look(folder: Path, *options: str, elliptic: bool = False) -> SuitesFact | Unknown | NotApplicable:
    leaf, key = (INTERMEDIATE.server(), key_pem()) if elliptic else (LEAF, key_pem(rsa_key("server")))
    with s_server(folder, key, pem(leaf), pem(INTERMEDIATE.certificate), *options) as port:
        return probe(sample_site(), world_at(port))


def test_all_four(tmp_path: Path) -> None:
    seen = look(tmp_path, *MUTUAL)
    assert seen == SuitesFact(f"{FQDN}:5061", tuple(suite.iana for suite in SUITES), (), (), True)
    assert judged(TlsProtocolOrCipherRefused(), seen).outcome is Outcome.PASS


@pytest.mark.parametrize("suite", SUITES, ids=lambda suite: suite.openssl)
def test_one_is_enough(tmp_path: Path, suite: teams.Suite) -> None:
    seen = look(tmp_path, "-cipher", suite.openssl, *MUTUAL)
    assert isinstance(seen, SuitesFact)
    assert seen.taken == (suite.iana,)
    assert seen.refused == tuple((one.iana, "handshake failure") for one in SUITES if one != suite)
    assert judged(TlsProtocolOrCipherRefused(), seen).outcome is Outcome.PASS


@pytest.mark.parametrize(
    ("options", "elliptic", "why"),
    [
        (("-cipher", "DHE-RSA-AES256-GCM-SHA384"), False, "handshake failure"),
        (("-tls1_3",), False, "protocol version"),
        (("-tls1_1", "-cipher", "DEFAULT:@SECLEVEL=0"), False, "handshake failure"),
        ((), True, "handshake failure"),  # an ECDSA certificate
    ],
    ids=["other-suites", "tls-1.3-only", "tls-1.1-only", "ecdsa"],
)
def test_refused(tmp_path: Path, options: tuple[str, ...], elliptic: bool, why: str) -> None:
    seen = look(tmp_path, *options, *MUTUAL, elliptic=elliptic)
    assert isinstance(seen, SuitesFact)
    assert seen.taken == ()
    assert {reason for _, reason in seen.refused if why in reason}
    assert "takes none of Microsoft's suites" in said(judged(TlsProtocolOrCipherRefused(), seen), Outcome.FAIL)


def test_no_mutual_tls_is_a_warning(tmp_path: Path) -> None:
    seen = look(tmp_path)
    assert isinstance(seen, SuitesFact)
    assert "no mutual TLS" in said(judged(TlsProtocolOrCipherRefused(), seen), Outcome.WARN)


@pytest.mark.parametrize("behave", hostile_streams.ALL, ids=lambda behave: behave.__name__)
def test_hostile_servers_end_as_unknown(behave: hostile_streams.Behaviour) -> None:
    with hostile_streams.server(behave) as port:
        seen = probe(sample_site(), world_at(port, timeout=0.3))
    assert isinstance(seen, Unknown), seen


def test_nobody_there() -> None:
    assert isinstance(probe(sample_site(), world_at(unused_port())), Unknown)


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        seen = flight.read(data)
    except ValueError:
        return
    assert isinstance(seen, flight.Flight)


@given(st.binary(max_size=120))
def test_any_handshake_is_read_or_refused(body: bytes) -> None:
    for kind in (2, 11, 13, 14):
        stream = bytes([kind]) + len(body).to_bytes(3) + body
        try:
            seen = flight.read(b"\x16\x03\x03" + len(stream).to_bytes(2) + stream)
        except ValueError:
            continue
        assert seen.whole is (kind == 14)
