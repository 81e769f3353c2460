"""A certificate authority of the lab's own: a root, an intermediate, and the SBC's certificate with its key."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID

_BITS = 2048
_LIFE = timedelta(days=180)
_LIFE_OF_CA = timedelta(days=1800)
_CA_USE = x509.KeyUsage(False, False, False, False, False, True, True, False, False)  # signs certificates, CRLs
_LEAF_USE = x509.KeyUsage(True, False, True, False, False, False, False, False, False)  # signs, wraps keys
SERVER, CLIENT = ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH
OCSP_HOST, CRL_HOST = "ocsp.lab.invalid", "crl.lab.invalid"  # RFC 2606; the lab says where they are

PrivateKey = RSAPrivateKey | EllipticCurvePrivateKey


@dataclass(frozen=True, slots=True, repr=False)
class Issued:
    certificate: x509.Certificate
    key: PrivateKey


@dataclass(frozen=True, slots=True)
class Host:
    """What a host's certificate says; each part can be wrong in its own way.

    Public CAs issue for servers only since 2026. This one adds clients, because OpenSSL, which plays all parts here,
    takes no client's certificate without, as Microsoft does.
    """

    name: str
    more_names: tuple[str, ...] = ()
    purposes: tuple[x509.ObjectIdentifier, ...] = (SERVER, CLIENT)
    age: timedelta = timedelta(days=1)
    left: timedelta = _LIFE
    status: bool = True  # says where its revocation can be asked for


class LabCa:
    """Root and intermediate, made anew for each lab."""

    def __init__(self) -> None:
        self.root = _issue(None, Host("sbc-tool lab root", left=_LIFE_OF_CA), path_length=1)
        self.intermediate = _issue(self.root, Host("sbc-tool lab intermediate", left=_LIFE_OF_CA), path_length=0)

    @property
    def root_pem(self) -> bytes:
        return pem(self.root)

    def mint(self, fqdn: str, *more_names: str) -> tuple[bytes, bytes]:
        """Chain (leaf, intermediate) and private key for a host name, both PEM."""
        issued = self.issue(Host(fqdn, more_names))
        return pem(issued, self.intermediate), key_pem(issued.key)

    def issue(self, host: Host, key: PrivateKey | None = None) -> Issued:
        return _issue(self.intermediate, host, None, key)


def self_signed(name: str, key: PrivateKey | None = None) -> tuple[bytes, bytes]:
    """Certificate and private key, both PEM, as a device makes them for itself."""
    issued = _issue(None, Host(name, status=False), None, key)
    return pem(issued), key_pem(issued.key)


def pem(*issued: Issued) -> bytes:
    return b"".join(one.certificate.public_bytes(Encoding.PEM) for one in issued)


def key_pem(key: PrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _issue(issuer: Issued | None, host: Host, path_length: int | None, key: PrivateKey | None = None) -> Issued:
    """A certificate and its key: an authority's when `path_length` is given, else a host's."""
    key = key or generate_private_key(65537, _BITS)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host.name)])
    signer = issuer.key if issuer else key
    now = datetime.now(UTC)
    authority = path_length is not None
    builder = (
        x509.CertificateBuilder(issuer.certificate.subject if issuer else subject, subject, key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - host.age)
        .not_valid_after(now + host.left)
        .add_extension(x509.BasicConstraints(authority, path_length), critical=True)
        .add_extension(_CA_USE if authority else _LEAF_USE, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
    )
    for extension in () if authority else _of_a_host(host):
        builder = builder.add_extension(extension, critical=False)
    return Issued(builder.sign(signer, SHA256()), key)


def _of_a_host(host: Host) -> Iterator[x509.ExtensionType]:
    yield x509.SubjectAlternativeName([x509.DNSName(name) for name in (host.name, *host.more_names)])
    if host.purposes:
        yield x509.ExtendedKeyUsage(host.purposes)
    if host.status:
        ocsp, crl = (x509.UniformResourceIdentifier(f"http://{name}/") for name in (OCSP_HOST, CRL_HOST))
        yield x509.AuthorityInformationAccess([x509.AccessDescription(AuthorityInformationAccessOID.OCSP, ocsp)])
        yield x509.CRLDistributionPoints([x509.DistributionPoint([crl], None, None, None)])


def write_private(path: Path, content: bytes) -> Path:
    """Into a file that nobody else can read, at no moment."""
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
    return path
