"""Certificates and keys out of whatever form people get them in, and a chain put in order."""

from __future__ import annotations

import base64
import codecs
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
    load_pem_private_key,
    pkcs7,
    pkcs12,
)

from sbc_tool.errors import InputError
from sbc_tool.tls.chain import called, follow, is_authority, load, quiet
from sbc_tool.tls.pem import BLOCK, CERTIFICATES, belongs

_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
Password = Callable[[str], str]  # gets what it is for


@dataclass(frozen=True, slots=True, repr=False)
class Contents:
    """What one file holds."""

    certificates: tuple[x509.Certificate, ...] = ()
    keys: tuple[PrivateKeyTypes, ...] = ()


@dataclass(frozen=True, slots=True)
class Bundle:
    """A chain from the server's certificate upwards, its root left out; what was given and is not in it, by name."""

    chain: tuple[x509.Certificate, ...]
    root: x509.Certificate | None
    left_out: tuple[str, ...] = ()
    missing: str = ""  # the issuer of the last one, if that is no root and was not given
    pem: bytes = field(init=False)

    def __post_init__(self) -> None:
        text = b"".join(one.public_bytes(Encoding.PEM) for one in self.chain)
        object.__setattr__(self, "pem", text)


def contents(data: bytes, name: str, password: Password) -> Contents:
    """PEM in any spelling, DER, PKCS#7 and PKCS#12; InputError names what cannot be read.

    `password` is asked only for what is encrypted.
    """
    if data.startswith(_UTF16):
        data = data.decode("utf-16", "replace").encode()
    if b"-----BEGIN " in data:
        return _joined([_block(match, name, password) for match in BLOCK.finditer(data)], name)
    for read in (_der_certificate, _der_pkcs7, _der_key):
        if found := read(data):
            return found
    return _pkcs12(data, name, password)


def _joined(parts: list[Contents], name: str) -> Contents:
    if not parts:
        raise InputError(f"{name}: a block is cut off: BEGIN without its END", "copy the file again, all of it")
    certificates = tuple(one for part in parts for one in part.certificates)
    return Contents(certificates, tuple(key for part in parts for key in part.keys))


def _block(match: re.Match[bytes], name: str, password: Password) -> Contents:
    label, block = match[1], match[0].replace(b"\r", b"")
    try:
        if label in CERTIFICATES:
            return Contents((load(block.replace(b"X509 ", b"")),))
        if label == b"TRUSTED CERTIFICATE":  # OpenSSL's own: a certificate, and what OpenSSL trusts it for
            return Contents((_first_value(block),))
        if label in (b"PKCS7", b"CMS"):
            return _pkcs7(pkcs7.load_pem_pkcs7_certificates, block.replace(b" CMS-", b" PKCS7-"))
        if label.endswith(b"PRIVATE KEY"):
            return Contents(keys=(_pem_key(block, name, password),))
    except ValueError:
        what = f"{name}: a block of the kind {label.decode()} cannot be read: damaged"
        raise InputError(what, "copy the file again; nothing may be cut, wrapped or added") from None
    return Contents()  # requests, parameters: nothing for a chain


def _first_value(block: bytes) -> x509.Certificate:
    """The certificate at the front of a `TRUSTED CERTIFICATE`: an ASN.1 value says how long it is (X.690, 8.1.3)."""
    data = base64.b64decode(b"".join(block.splitlines()[1:-1]))
    octets = data[1] & 0x7F if data[1:2] >= b"\x80" else 0
    length = int.from_bytes(data[2 : 2 + octets]) if octets else data[1]
    return load(data[: 2 + octets + length])


def _pem_key(block: bytes, name: str, password: Password) -> PrivateKeyTypes:
    try:
        return load_pem_private_key(block, None)
    except TypeError:  # cryptography's way to say that a password is missing
        pass
    except UnsupportedAlgorithm:
        raise InputError(f"{name}: the private key is of a kind that is not supported", "use an RSA key") from None
    try:
        return load_pem_private_key(block, password(f"passphrase of the key in {name}").encode())
    except (ValueError, UnsupportedAlgorithm):
        raise InputError(f"{name}: the private key cannot be decrypted", "check the passphrase") from None


def _der_certificate(data: bytes) -> Contents | None:
    try:
        return Contents((load(data),))
    except ValueError:
        return None


def _der_pkcs7(data: bytes) -> Contents | None:
    try:
        return _pkcs7(pkcs7.load_der_pkcs7_certificates, data)
    except (ValueError, UnsupportedAlgorithm):
        return None


def _pkcs7(read: Callable[[bytes], list[x509.Certificate]], data: bytes) -> Contents:
    with quiet(UserWarning):  # openssl does not sort the set, as DER would have it
        return Contents(tuple(read(data)))


def _der_key(data: bytes) -> Contents | None:
    try:
        return Contents(keys=(load_der_private_key(data, None),))
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return None


def _pkcs12(data: bytes, name: str, password: Password) -> Contents:
    """A PKCS#12 (.p12, .pfx) is tried without a password, then with an empty one, then a person is asked."""
    if not data.startswith(b"\x30"):
        hint = "give the certificate, its intermediates or a .p12/.pfx file, as the authority sent them"
        raise InputError(f"{name}: neither certificate nor key in it", hint)
    for attempt in (lambda: None, lambda: b"", lambda: password(f"password of {name}").encode()):
        try:
            key, certificate, more = pkcs12.load_key_and_certificates(data, attempt())
        except (ValueError, UnsupportedAlgorithm):
            continue
        certificates = ((certificate,) if certificate else ()) + tuple(more)
        return Contents(certificates, (key,) if key else ())
    what = f"{name}: cannot be opened: no PKCS#12 file, a wrong password, or an encryption of before 2000 (RC2)"
    raise InputError(what, "check the password; else export it again, with AES")


def bundle(given: tuple[x509.Certificate, ...]) -> Bundle:
    """In order, leaf first, each once. InputError when there is none, or when two servers are among them."""
    certificates = tuple(dict.fromkeys(given))
    if not certificates:
        raise InputError("no certificate among the files", "give the certificate that the authority sent back")
    start = _start(certificates)
    path = follow((start, *(one for one in certificates if one != start)), ())
    root = path.last if path.self_signed and len(path.certificates) > 1 else None
    chain = path.certificates[:-1] if root else path.certificates
    strays = tuple(called(one.subject) for one in certificates if one not in path.certificates)
    return Bundle(chain, root, strays, "" if path.self_signed else called(path.last.issuer))


def _start(certificates: tuple[x509.Certificate, ...]) -> x509.Certificate:
    """The server's own; where all are authorities, the one that has issued none of the others."""
    servers = [one for one in certificates if not is_authority(one)]
    servers = [one for one in servers if one.issuer != one.subject] or servers
    if len(servers) > 1:
        names = ", ".join(sorted(called(one.subject) for one in servers))
        raise InputError(f"more than one server's certificate: {names}", "give the files of one chain only")
    issuers = {one.issuer for one in certificates if one.issuer != one.subject}
    return (*servers, *(one for one in certificates if one.subject not in issuers), certificates[0])[0]


def key_for(keys: tuple[PrivateKeyTypes, ...], leaf: x509.Certificate | None) -> PrivateKeyTypes:
    """The key that belongs to the certificate; without one, the only key."""
    fitting = [key for key in keys if leaf is None or belongs(key, leaf)]
    if not fitting:
        what = "no private key that belongs to the certificate among the files" if keys else "no private key in them"
        raise InputError(what, "give the file with the key that the certificate was requested with")
    return fitting[0]


def plain_pem(key: PrivateKeyTypes) -> bytes:
    """PKCS#8, without a passphrase."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
