"""The lab's CA, judged by cryptography's verifier and by openssl."""

from __future__ import annotations

import stat
import sys
from pathlib import Path

import openssl
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.x509.verification import PolicyBuilder, Store

from sbc_tool.lab.pki import LabCa, self_signed, write_private

FQDN = "sbc.meinefirma.de"


def test_a_minted_chain_leads_to_the_root(ca: LabCa) -> None:
    chain, key = ca.mint(FQDN)
    leaf, intermediate = x509.load_pem_x509_certificates(chain)
    store = Store([x509.load_pem_x509_certificate(ca.root_pem)])
    verified = PolicyBuilder().store(store).build_server_verifier(x509.DNSName(FQDN)).verify(leaf, [intermediate])
    assert len(verified) == 3
    PolicyBuilder().store(store).build_client_verifier().verify(leaf, [intermediate])
    assert load_pem_private_key(key, None).public_key() == leaf.public_key()


@pytest.mark.parametrize("purpose", ["sslserver", "sslclient"])
def test_openssl_agrees(ca: LabCa, tmp_path: Path, purpose: str) -> None:
    chain, _ = ca.mint(FQDN)
    options = ["-purpose", purpose, "-x509_strict", "-verify_hostname", FQDN]
    assert openssl.verify(tmp_path, chain, chain, ca.root_pem, *options) == ""
    assert openssl.verify(tmp_path, chain, b"", ca.root_pem, *options) != ""


def test_two_labs_do_not_trust_each_other(ca: LabCa, tmp_path: Path) -> None:
    chain, _ = ca.mint(FQDN)
    assert openssl.verify(tmp_path, chain, chain, LabCa().root_pem) != ""


def test_self_signed() -> None:
    certificate, key = self_signed("00a0ba")
    leaf = x509.load_pem_x509_certificate(certificate)
    leaf.verify_directly_issued_by(leaf)
    assert load_pem_private_key(key, None).public_key() == leaf.public_key()


@pytest.mark.skipif(sys.platform == "win32", reason="no file modes")
def test_private_files_are_private(tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    path.write_text("old")
    path.chmod(0o644)
    assert stat.S_IMODE(write_private(path, b"new").stat().st_mode) == 0o600
    assert path.read_bytes() == b"new"
