from __future__ import annotations

import pytest
from certificates import der, key, key_pem, pem, root, rsa_key
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    pkcs7,
    pkcs12,
)

from sbc_tool.errors import InputError
from sbc_tool.tls import pem as pem_files

ROOT = root()
LEAF = ROOT.server()
REQUEST = x509.CertificateSigningRequestBuilder().subject_name(LEAF.subject).sign(key("server"), hashes.SHA256())
CUT = pem(LEAF)[:-30]
DAMAGED = pem(LEAF).replace(b"MII", b"MIJ", 1)


def test_chain_in_its_order_with_prose_around_and_windows_line_ends() -> None:
    text = (b"subject=sbc\n" + pem(LEAF) + b"\nissuer\n" + pem(ROOT.certificate)).replace(b"\n", b"\r\n")
    assert pem_files.read_chain(b"\xef\xbb\xbf" + text, "chain.pem") == der(LEAF, ROOT.certificate)
    assert pem_files.spelling(b"\xef\xbb\xbf" + text) == ("Windows line ends (CRLF)", "a byte order mark")
    assert pem_files.spelling(pem(LEAF)) == ()


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        pytest.param(b"", "empty", id="empty"),
        pytest.param(b"hello", "no certificate in it", id="text"),
        pytest.param(der(LEAF)[0], "DER, not PEM", id="der"),
        pytest.param(
            pkcs12.serialize_key_and_certificates(None, key("server"), LEAF, None, NoEncryption()),
            "PKCS#12 (.p12, .pfx), not PEM",
            id="pkcs12",
        ),
        pytest.param(pkcs7.serialize_certificates([LEAF], Encoding.PEM), "holds PKCS#7", id="pkcs7"),
        pytest.param(REQUEST.public_bytes(Encoding.PEM), "a request, not a certificate", id="request"),
        pytest.param(key_pem().encode(), "a private key, no certificate", id="key"),
        pytest.param(pem(LEAF).decode().encode("utf-16"), "UTF-16", id="utf-16"),
        pytest.param(CUT, "cut off", id="cut"),
        pytest.param(pem(LEAF) + CUT, "cut off", id="second-cut"),
        pytest.param(pem(LEAF) + DAMAGED, "certificate 2 cannot be read", id="damaged"),
    ],
)
def test_chain_faults_are_named(data: bytes, fault: str) -> None:
    with pytest.raises(InputError) as caught:
        pem_files.read_chain(data, "chain.pem")
    assert caught.value.what.startswith("chain.pem: ")
    assert fault in caught.value.what
    assert caught.value.hint
    assert caught.value.__cause__ is None


def test_bundle_gives_what_can_be_read() -> None:
    assert pem_files.read_anchors(DAMAGED + pem(ROOT.certificate)) == der(ROOT.certificate)


def test_private_key_among_certificates() -> None:
    assert pem_files.holds_private_key(pem(LEAF) + key_pem().encode())
    assert not pem_files.holds_private_key(pem(LEAF, ROOT.certificate))


PUBLIC = key("server").public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
OPENSSH = key("server").private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()).decode()
LEGACY = key("server").private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()).decode()


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        pytest.param(key_pem(passphrase=b"hunter2"), "encrypted", id="encrypted"),
        pytest.param(key_pem()[:80], "damaged", id="cut"),
        pytest.param(PUBLIC, "is a public key", id="public"),
        pytest.param(pem(LEAF).decode(), "a certificate, not a key", id="certificate"),
        pytest.param(OPENSSH, "OpenSSH", id="openssh"),
        pytest.param("", "not in PEM form", id="empty"),
        pytest.param("\udcff", "not in PEM form", id="not-text"),
    ],
)
def test_key_faults_are_told_apart(text: str, fault: str) -> None:
    with pytest.raises(InputError) as caught:
        pem_files.read_private_key(text, "env:KEY")
    assert fault in caught.value.what
    assert caught.value.__context__ is None  # what cryptography says of a key goes nowhere


@pytest.mark.parametrize("text", [key_pem(), LEGACY, pem(LEAF).decode() + key_pem()])
def test_key_belongs(text: str) -> None:
    private = pem_files.read_private_key(text, "env:KEY")
    assert pem_files.belongs(private, LEAF)
    assert not pem_files.belongs(private, ROOT.certificate)


def test_kinds_of_keys() -> None:
    assert pem_files.kind(key("server").public_key()) == "EC secp256r1"
    assert pem_files.kind(rsa_key("server").public_key()) == "RSA 2048"
    assert pem_files.kind(ed25519.Ed25519PrivateKey.generate().public_key()) == "Ed25519"
