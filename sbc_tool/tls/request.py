"""A key for the SBC, and the request with which an authority certifies it."""

from __future__ import annotations

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_EXPONENT = 65537  # FIPS 186-5, section 5.1: anything smaller is refused by authorities


def new_key(bits: int) -> RSAPrivateKey:
    return generate_private_key(_EXPONENT, bits)


def request(fqdn: str, key: RSAPrivateKey, organization: str = "") -> bytes:
    """PKCS#10 as PEM: the name as common name and, which is what counts, as subjectAltName; for a TLS server."""
    subject = [x509.NameAttribute(NameOID.COMMON_NAME, fqdn)]
    if organization:
        subject.append(x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization))
    builder = (
        x509.CertificateSigningRequestBuilder(x509.Name(subject))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(fqdn)]), critical=False)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    )
    return builder.sign(key, SHA256()).public_bytes(Encoding.PEM)
