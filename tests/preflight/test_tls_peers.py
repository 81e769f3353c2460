"""From openssl's server to the verdict, and the verdict against openssl's verifier."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from certificates import DAY, FQDN, NOW, PrivateKey, key, key_pem, pem, root, rsa_key, self_signed
from cryptography import x509
from judged import judged, said
from openssl import s_server, verify
from sample_site import sample_site

from sbc_tool.facts.tls import probe
from sbc_tool.finding import Outcome
from sbc_tool.preflight.sip_port_closed import SipPortClosed
from sbc_tool.preflight.tls_certificate_expired import TlsCertificateExpired
from sbc_tool.preflight.tls_chain_incomplete import TlsChainIncomplete
from sbc_tool.preflight.tls_chain_untrusted import TlsChainUntrusted
from sbc_tool.preflight.tls_key_mismatch import TlsKeyMismatch
from sbc_tool.preflight.tls_name_mismatch import TlsNameMismatch
from sbc_tool.preflight.tls_self_signed import TlsSelfSigned
from sbc_tool.world import ConnectTo, World

ROOT = root()
INTERMEDIATE = ROOT.below("Lab Intermediate")
STRANGER = root("Strange Root")
ALL = (
    TlsKeyMismatch,
    TlsNameMismatch,
    TlsCertificateExpired,
    TlsSelfSigned,
    TlsChainIncomplete,
    TlsChainUntrusted,
    SipPortClosed,
)


SERVER_KEY = key("server")


@dataclass(frozen=True)
class Case:
    """A chain to present; the checks that do not pass, with their outcome; and what openssl finds wrong with it."""

    leaf: x509.Certificate
    others: tuple[x509.Certificate, ...] = (INTERMEDIATE.certificate,)
    faults: tuple[str, ...] = ()
    openssl: str = ""
    key: PrivateKey = SERVER_KEY


CASES = {
    "good": Case(INTERMEDIATE.server()),
    "wildcard": Case(INTERMEDIATE.server(["*.meinefirma.de"])),
    "rsa": Case(INTERMEDIATE.server(private=rsa_key("server")), key=rsa_key("server")),
    "root-sent": Case(INTERMEDIATE.server(), (INTERMEDIATE.certificate, ROOT.certificate)),
    "intermediate-missing": Case(
        INTERMEDIATE.server(),
        (),
        ("tls-chain-incomplete fail", "tls-chain-untrusted unknown"),
        "unable to get local issuer certificate",
    ),
    "expired": Case(
        INTERMEDIATE.server(valid=(NOW - 90 * DAY, NOW - DAY)),
        faults=("tls-certificate-expired fail",),
        openssl="certificate has expired",
    ),
    "not-yet-valid": Case(
        INTERMEDIATE.server(valid=(NOW + DAY, NOW + 90 * DAY)),
        faults=("tls-certificate-expired fail",),
        openssl="certificate is not yet valid",
    ),
    "wrong-name": Case(
        INTERMEDIATE.server(["www.meinefirma.de"]),
        faults=("tls-name-mismatch fail",),
        openssl="hostname mismatch",
    ),
    "wildcard-too-high": Case(
        INTERMEDIATE.server(["*.de"]), faults=("tls-name-mismatch fail",), openssl="hostname mismatch"
    ),
    "self-signed": Case(
        self_signed(), (), ("tls-self-signed fail", "tls-chain-untrusted n/a"), "self-signed certificate"
    ),
    "unknown-root": Case(
        STRANGER.server(),
        (STRANGER.certificate,),
        ("tls-chain-untrusted fail",),
        "self-signed certificate in certificate chain",
    ),
    "key-of-another": Case(
        INTERMEDIATE.server(private=key("other")), faults=("tls-key-mismatch warn",), key=key("other")
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_as_presented_by_openssl(case: Case, tmp_path: Path) -> None:
    """The site's own key is that of `case`, but for the last one."""
    (tmp_path / "lab-ca.pem").write_bytes(pem(ROOT.certificate))
    own = case.key if case.key is rsa_key("server") else SERVER_KEY
    with s_server(tmp_path, key_pem(case.key), pem(case.leaf), pem(*case.others)) as port:
        there = (ConnectTo(FQDN, 5061, "127.0.0.1", port),)
        world = World(tmp_path, connect_to=there, ca_bundle=tmp_path / "lab-ca.pem", now=lambda: NOW, resolvers=())
        (tmp_path / "fullchain.pem").write_bytes(pem(case.leaf, *case.others))
        fact = probe(sample_site(tmp_path / "fullchain.pem"), world, key_pem(own))
    results = [judged(check(), fact) for check in ALL]
    # the file has the same chain, so it has the same faults; a key that does not fit is worse there
    expected = {fault.replace("mismatch warn", "mismatch fail") for fault in case.faults}
    assert {f"{r.check} {r.outcome}" for r in results if r.outcome is not Outcome.PASS} == expected
    for result in results:
        if f"{result.check} {result.outcome}" in case.faults:
            assert f"{FQDN}:5061: " in said(result, result.outcome)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_openssl_verify_agrees(case: Case, tmp_path: Path) -> None:
    anchors = pem(ROOT.certificate)
    told = verify(
        tmp_path, pem(case.leaf), pem(*case.others), anchors, "-verify_hostname", FQDN, "-purpose", "sslserver"
    )
    assert told.replace("self signed", "self-signed") == case.openssl  # spelt so until OpenSSL 3.0
    about_the_chain = {fault.partition(" ")[0] for fault in case.faults} - {"tls-key-mismatch"}
    assert bool(told) == bool(about_the_chain)
