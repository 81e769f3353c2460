"""A certificate authority of the lab's own: a root, an intermediate, and the SBC's certificate with its key."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_BITS = 2048
_LIFE = timedelta(days=180)
_CA_USE = x509.KeyUsage(False, False, False, False, False, True, True, False, False)  # signs certificates, CRLs
_LEAF_USE = x509.KeyUsage(True, False, True, False, False, False, False, False, False)  # signs, wraps keys
# Public CAs issue for servers only since 2026. This one adds clients, because the lab has nobody else's certificate
# to play Microsoft with when the SBC asks its caller for one.
_LEAF_PURPOSES = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH])


@dataclass(frozen=True, slots=True, repr=False)
class Issued:
    certificate: x509.Certificate
    key: RSAPrivateKey


class LabCa:
    """Root and intermediate, made anew for each lab."""

    def __init__(self) -> None:
        self.root = _issue(None, "sbc-tool lab root", path_length=1)
        self.intermediate = _issue(self.root, "sbc-tool lab intermediate", path_length=0)

    @property
    def root_pem(self) -> bytes:
        return _pem(self.root)

    def mint(self, fqdn: str, *others: str) -> tuple[bytes, bytes]:
        """Chain (leaf, intermediate) and private key for one or more host names, both PEM."""
        issued = _issue(self.intermediate, fqdn, path_length=None, others=others)
        return _pem(issued) + _pem(self.intermediate), _key_pem(issued)


def self_signed(name: str) -> tuple[bytes, bytes]:
    """Certificate and private key, both PEM, as a device makes them for itself."""
    issued = _issue(None, name, path_length=None)
    return _pem(issued), _key_pem(issued)


def _pem(issued: Issued) -> bytes:
    return issued.certificate.public_bytes(Encoding.PEM)


def _key_pem(issued: Issued) -> bytes:
    return issued.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _issue(issuer: Issued | None, name: str, path_length: int | None, others: tuple[str, ...] = ()) -> Issued:
    """A certificate and its key: an authority's when `path_length` is given, else a host's."""
    key = generate_private_key(65537, _BITS)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    signer = issuer.key if issuer else key
    now = datetime.now(UTC)
    authority = path_length is not None
    builder = (
        x509.CertificateBuilder(issuer.certificate.subject if issuer else subject, subject, key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + _LIFE)
        .add_extension(x509.BasicConstraints(authority, path_length), critical=True)
        .add_extension(_CA_USE if authority else _LEAF_USE, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
    )
    if not authority:
        names = [x509.DNSName(one) for one in (name, *others)]
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        builder = builder.add_extension(_LEAF_PURPOSES, critical=False)
    return Issued(builder.sign(signer, SHA256()), key)


def write_private(path: Path, content: bytes) -> Path:
    """Into a file that nobody else can read, at no moment."""
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
    return path
