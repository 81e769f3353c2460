"""PEM files, and by name what is wrong with them. No message holds key material."""

from __future__ import annotations

import codecs
import re

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes, PublicKeyTypes
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from sbc_tool.errors import InputError
from sbc_tool.tls.chain import called, dns_names, load

BLOCK = re.compile(rb"-----BEGIN ([A-Z0-9 ]+)-----.*?-----END \1-----", re.DOTALL)
CERTIFICATES = (b"CERTIFICATE", b"X509 CERTIFICATE")  # labels of RFC 7468, section 5

_INSTEAD = {  # what else people save under the certificate's name: label, how to say it, what to do
    b"PRIVATE KEY": ("a private key, no certificate", "give the file that the certificate authority sent"),
    b"CERTIFICATE REQUEST": (
        "a request, not a certificate",
        "give the file that the certificate authority sent back",
    ),
    b"PKCS7": ("PKCS#7", "BUNDLE"),
    b"CMS": ("PKCS#7", "BUNDLE"),
    b"TRUSTED CERTIFICATE": ("a certificate in OpenSSL's own form", "BUNDLE"),
}
_BUNDLE = "convert it: sbc-tool cert bundle FILE -o chain.pem"


def read_chain(data: bytes, name: str) -> tuple[bytes, ...]:
    """DER of every certificate of a PEM file, in the order given; InputError names the fault, and the file by `name`.

    A private key in the same file is passed over (`holds_private_key` tells).
    """
    blocks = [(match[1], match[0]) for match in BLOCK.finditer(data)]
    certificates = [block for label, block in blocks if label in CERTIFICATES]
    if data.count(b"-----BEGIN ") != len(blocks):
        raise InputError(f"{name}: a block is cut off: BEGIN without its END", "copy the file again, all of it")
    if not certificates:
        raise InputError(*_not_a_chain(data, [label for label, _ in blocks], name))
    return tuple(_der(block, number, name) for number, block in enumerate(certificates, 1))


def _der(block: bytes, number: int, name: str) -> bytes:
    try:
        return load(block).public_bytes(Encoding.DER)
    except ValueError:
        what = f"{name}: certificate {number} cannot be read: damaged"
        raise InputError(what, "copy the file again; nothing may be cut, wrapped or added") from None


def _not_a_chain(data: bytes, labels: list[bytes], name: str) -> tuple[str, str]:
    for label in labels:
        for ending, (what, hint) in _INSTEAD.items():
            if label.endswith(ending):
                return f"{name}: holds {what}", hint.replace("BUNDLE", _BUNDLE).replace("FILE", name)
    if not data.strip():
        return f"{name}: empty", "give a PEM file: the certificate, then its intermediates"
    convert = _BUNDLE.replace("FILE", name)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return f"{name}: text in UTF-16, not PEM", convert
    if data.startswith(b"\x30"):  # an ASN.1 SEQUENCE: some binary form
        return f"{name}: {_binary(data)}, not PEM", convert
    return f"{name}: no certificate in it", "give a PEM file: the certificate, then its intermediates"


_PKCS7_SIGNED = bytes.fromhex("06092a864886f70d010702")  # the object identifier 1.2.840.113549.1.7.2
_PKCS12_START = re.compile(rb"\x30.{1,5}\x02\x01\x03\x30", re.DOTALL)  # SEQUENCE { version 3, SEQUENCE … (RFC 7292)


def _binary(data: bytes) -> str:
    if _PKCS12_START.match(data):
        return "PKCS#12 (.p12, .pfx)"
    if _PKCS7_SIGNED in data[:20]:
        return "PKCS#7 (.p7b)"
    try:
        load(data)
    except ValueError:
        return "binary"
    return "DER"


def read_anchors(data: bytes) -> tuple[bytes, ...]:
    """DER of each certificate of a bundle that can be read: one that cannot must not cost the others."""
    anchors = []
    for match in BLOCK.finditer(data):
        try:
            anchors.append(load(match[0]).public_bytes(Encoding.DER))
        except ValueError:
            continue
    return tuple(anchors)


def holds_private_key(data: bytes) -> bool:
    return any(match[1].endswith(b"PRIVATE KEY") for match in BLOCK.finditer(data))


def spelling(data: bytes) -> tuple[str, ...]:
    """What is odd about a PEM file's text, though it can be read."""
    odd = {"Windows line ends (CRLF)": b"\r\n" in data, "a byte order mark": data.startswith(codecs.BOM_UTF8)}
    return tuple(name for name, there in odd.items() if there)


def read_private_key(pem: str, origin: str) -> PrivateKeyTypes:
    """InputError says whether it is encrypted, of an unknown kind, or no private key at all.

    `origin`: where it was found, for the message.
    """
    try:
        return load_pem_private_key(pem.encode(), password=None)
    except TypeError:  # cryptography's way to say that a password is missing
        what, hint = (
            "is encrypted with a passphrase",
            "take that off: sbc-tool cert bundle key.pem --key-output plain.pem",
        )
    except UnsupportedAlgorithm:
        what, hint = "is of a kind that is not supported", "use an RSA key of 2048 bits or more"
    except ValueError:
        what, hint = _not_a_key(pem), "give the private key as PEM: -----BEGIN PRIVATE KEY-----"
    raise InputError(f"{origin}: the private key {what}", hint)


def _not_a_key(pem: str) -> str:
    forms = {
        "-----BEGIN OPENSSH PRIVATE KEY": "is in OpenSSH's form, not in PEM form",
        "PRIVATE KEY-----": "is damaged",
        "PUBLIC KEY-----": "is a public key",
        "-----BEGIN CERTIFICATE": "is a certificate, not a key",
    }
    return next((what for mark, what in forms.items() if mark in pem), "is not in PEM form")


def belongs(key: PrivateKeyTypes, certificate: x509.Certificate) -> bool:
    """Whether the certificate was made for that key."""
    try:
        return _spki(key.public_key()) == _spki(certificate.public_key())
    except (UnsupportedAlgorithm, ValueError):  # a certificate for some other kind of key
        return False


def _spki(key: PublicKeyTypes) -> bytes:
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def kind(key: PublicKeyTypes) -> str:
    """Such as `RSA 2048` or `EC secp256r1`."""
    if isinstance(key, rsa.RSAPublicKey):
        return f"RSA {key.key_size}"
    if isinstance(key, ec.EllipticCurvePublicKey):
        return f"EC {key.curve.name}"
    return type(key).__name__.lstrip("_").removesuffix("PublicKey")


def summary(certificate: x509.Certificate) -> tuple[str, ...]:
    """What a person wants to know of it, a line each."""
    names = ", ".join(dns_names(certificate))
    return (
        called(certificate.subject) + (f" ({names})" if names else ""),
        f"issued by {called(certificate.issuer)}",
        f"valid {certificate.not_valid_before_utc:%Y-%m-%d} to {certificate.not_valid_after_utc:%Y-%m-%d}",
        f"{kind(certificate.public_key())}, SHA-256 {certificate.fingerprint(SHA256()).hex()}",
    )
