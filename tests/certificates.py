"""Certificates for tests, minted here: authorities, servers, and everything that can be wrong with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import NameOID

NOW = datetime.now(UTC).replace(microsecond=0)  # openssl compares with the real clock
DAY = timedelta(days=1)
FQDN = "sbc.meinefirma.de"

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


@cache
def key(owner: str) -> ec.EllipticCurvePrivateKey:
    """The same key for the same owner, all through the run."""
    return ec.generate_private_key(ec.SECP256R1())


@cache
def rsa_key(owner: str) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


@dataclass(frozen=True)
class Authority:
    certificate: x509.Certificate
    key: PrivateKey

    def server(
        self,
        names: Sequence[str] = (FQDN,),
        *,
        common_name: str = FQDN,
        valid: tuple[datetime, datetime] = (NOW - DAY, NOW + 90 * DAY),
        private: PrivateKey | None = None,
        usage: Sequence[x509.ObjectIdentifier] = (),
        extras: Sequence[x509.ExtensionType] = (),
    ) -> x509.Certificate:
        """A server's certificate; no names: no subjectAltName."""
        own = private or key("server")
        builder = _builder(common_name, self.certificate.subject, own, valid)
        if names:
            builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(n) for n in names]), False)
        if usage:
            builder = builder.add_extension(x509.ExtendedKeyUsage(usage), False)
        for extra in extras:
            builder = builder.add_extension(extra, False)
        builder = builder.add_extension(x509.BasicConstraints(False, None), True)
        return _sign(builder, own, self)

    def below(
        self,
        name: str,
        valid: tuple[datetime, datetime] = (NOW - 900 * DAY, NOW + 900 * DAY),
        *limits: x509.ExtensionType,
    ) -> Authority:
        """An intermediate authority; `limits` on what it may issue."""
        builder = _authority(_builder(name, self.certificate.subject, key(name), valid))
        for limit in limits:
            builder = builder.add_extension(limit, isinstance(limit, x509.NameConstraints))
        return Authority(_sign(builder, key(name), self), key(name))


def root(name: str = "Lab Root", valid: tuple[datetime, datetime] = (NOW - 3000 * DAY, NOW + 3000 * DAY)) -> Authority:
    builder = _authority(_builder(name, _name(name), key(name), valid))
    return Authority(_sign(builder, key(name), None), key(name))


def bare_authority(*, critical: bool = True) -> Authority:
    """An intermediate without keyUsage and key identifiers, which RFC 5280 wants; `critical`: its basicConstraints."""
    above, own = root(), key("bare")
    builder = _builder("Bare", above.certificate.subject, own, (NOW - DAY, NOW + 900 * DAY))
    builder = builder.add_extension(x509.BasicConstraints(True, None), critical)
    return Authority(builder.sign(above.key, hashes.SHA256()), own)


def self_signed(names: Sequence[str] = (FQDN,)) -> x509.Certificate:
    builder = _builder(names[0], _name(names[0]), key("server"), (NOW - DAY, NOW + 90 * DAY))
    builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(n) for n in names]), False)
    return _sign(builder, key("server"), None)


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _builder(
    common_name: str, issuer: x509.Name, own: PrivateKey, valid: tuple[datetime, datetime]
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(_name(common_name))
        .issuer_name(issuer)
        .public_key(own.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(valid[0])
        .not_valid_after(valid[1])
    )


def _authority(builder: x509.CertificateBuilder) -> x509.CertificateBuilder:
    usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)  # signs certificates and CRLs
    return builder.add_extension(x509.BasicConstraints(True, None), True).add_extension(usage, True)


def _sign(builder: x509.CertificateBuilder, own: PrivateKey, issuer: Authority | None) -> x509.Certificate:
    signer = issuer.key if issuer else own
    identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key())
    builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(own.public_key()), False)
    return builder.add_extension(identifier, False).sign(signer, hashes.SHA256())


def pem(*certificates: x509.Certificate) -> bytes:
    return b"".join(one.public_bytes(Encoding.PEM) for one in certificates)


def der(*certificates: x509.Certificate) -> tuple[bytes, ...]:
    return tuple(one.public_bytes(Encoding.DER) for one in certificates)


def key_pem(private: PrivateKey | None = None, passphrase: bytes = b"") -> str:
    """The server's key, unless another is given; encrypted if there is a passphrase."""
    lock = BestAvailableEncryption(passphrase) if passphrase else NoEncryption()
    return (private or key("server")).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, lock).decode()
