"""Who issued whom, and why a chain is not trusted.

`cryptography.x509.verification` gives the verdict, but says the same of a missing intermediate, an unknown root and a
self-signed certificate; the explanation is made here, from names, key identifiers and signatures.
"""

from __future__ import annotations

import re
import threading
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.utils import CryptographyDeprecationWarning
from cryptography.x509.oid import NameOID
from cryptography.x509.verification import (
    ClientVerifier,
    Criticality,
    ExtensionPolicy,
    PolicyBuilder,
    ServerVerifier,
    Store,
    VerificationError,
)

_warnings = threading.Lock()  # catch_warnings swaps a global


@contextmanager
def quiet(kind: type[Warning]) -> Iterator[None]:
    """Leave out the warnings of that kind, in all threads."""
    with _warnings, warnings.catch_warnings():
        warnings.simplefilter("ignore", kind)
        yield


@lru_cache(maxsize=1024)
def load(certificate: bytes) -> x509.Certificate:
    """From DER or PEM; ValueError when it is neither."""
    pem = certificate.startswith(b"-----BEGIN")
    with quiet(CryptographyDeprecationWarning):  # six old roots, GoDaddy's among them, have the serial number 0
        return x509.load_pem_x509_certificate(certificate) if pem else x509.load_der_x509_certificate(certificate)


@lru_cache(maxsize=8)
def load_anchors(anchors: tuple[bytes, ...]) -> tuple[x509.Certificate, ...]:
    """Those that can be read: a later cryptography refuses the roots with the serial number 0."""
    loaded = []
    for anchor in anchors:
        try:
            loaded.append(load(anchor))
        except ValueError:
            continue
    return tuple(loaded)


def called(name: x509.Name) -> str:
    """The common name, or else the whole name: GoDaddy's and SECOM's old roots have no common name."""
    common = name.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(common[0].value) if common else name.rfc4514_string()


def dns_names(certificate: x509.Certificate) -> tuple[str, ...]:
    """Of the subjectAltName extension; empty when there is none that can be read."""
    try:
        extension = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except (x509.ExtensionNotFound, ValueError):
        return ()
    return tuple(extension.value.get_values_for_type(x509.DNSName))


def covers(pattern: str, fqdn: str) -> bool:
    """A wildcard stands for exactly one label, the leftmost (RFC 6125, section 6.4.3)."""
    pattern, fqdn = pattern.lower().rstrip("."), fqdn.lower().rstrip(".")
    star, _, parent = pattern.partition(".")
    return pattern == fqdn or (star == "*" and parent != "" and parent == fqdn.partition(".")[2])


def leaf(certificates: Sequence[x509.Certificate]) -> x509.Certificate:
    """The server's own: the first that is no authority, wherever it stands; the first if all are."""
    return next((one for one in certificates if not is_authority(one)), certificates[0])


def is_authority(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except (x509.ExtensionNotFound, ValueError):
        return False


def issuer_of(certificate: x509.Certificate, candidates: Iterable[x509.Certificate]) -> x509.Certificate | None:
    """The candidate whose name and key signed it; of several, as after a renewal, the one that is valid longest."""
    named = [one for one in candidates if one.subject == certificate.issuer and _same_key_id(certificate, one)]
    signers = [one for one in named if _signed_by(certificate, one)]
    return max(signers, key=lambda one: one.not_valid_after_utc, default=None)


def _same_key_id(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    """Whether authority and subject key identifier agree, or one is not there (RFC 5280, section 4.2.1.1)."""
    try:
        theirs = certificate.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value.key_identifier
        own = issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
    except (x509.ExtensionNotFound, ValueError):
        return True
    return theirs is None or theirs == own


def _signed_by(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, UnsupportedAlgorithm):  # other names, or an algorithm that is not supported
        return certificate.issuer == issuer.subject and _weakly_signed_by(certificate, issuer)
    except (TypeError, InvalidSignature):
        return False
    return True


def _weakly_signed_by(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    """By a hash such as SHA-1, which is verified no more; who signed must still be found, to say so."""
    key, hashed = issuer.public_key(), certificate.signature_hash_algorithm
    if not isinstance(key, RSAPublicKey) or hashed is None:
        return False
    try:
        key.verify(certificate.signature, certificate.tbs_certificate_bytes, PKCS1v15(), hashed)
    except (InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


@dataclass(frozen=True, slots=True)
class Path:
    """From the server's certificate upwards, as far as issuers are there; `anchor` is the trusted end, if reached."""

    certificates: tuple[x509.Certificate, ...]
    anchor: x509.Certificate | None

    @property
    def last(self) -> x509.Certificate:
        return self.certificates[-1]

    @property
    def self_signed(self) -> bool:
        """The last one issued itself, so nobody else is missing."""
        return _signed_by(self.last, self.last)

    def moment(self, at: datetime) -> datetime | None:
        """`at`, or the nearest moment at which all are valid: trust is one question, expiry another."""
        start = max(one.not_valid_before_utc for one in self.certificates)
        end = min(one.not_valid_after_utc for one in self.certificates)
        return min(max(at, start), end) if start <= end else None


def follow(certificates: Sequence[x509.Certificate], anchors: Sequence[x509.Certificate]) -> Path:
    """From the leaf to an anchor if there is a way, whatever the order; surplus certificates are passed over."""
    path = [leaf(certificates)]
    while True:
        anchor = path[-1] if path[-1] in anchors else issuer_of(path[-1], anchors)
        if anchor is not None:
            return Path(tuple(path), anchor)
        issuer = issuer_of(path[-1], [one for one in certificates if one not in path])
        if issuer is None:
            return Path(tuple(path), None)
        path.append(issuer)


def objection(certificates: Sequence[x509.Certificate], anchors: Sequence[x509.Certificate], when: datetime) -> str:
    """What the verifier has against the chain then, its server's name and purpose aside; empty for nothing."""
    first = leaf(certificates)
    others = [one for one in certificates if one is not first]
    builder = PolicyBuilder().store(Store(list(anchors))).time(when)
    try:
        _verifier(builder, dns_names(first)).verify(first, others)
    except VerificationError as error:
        return _told(str(error))
    return ""


def _verifier(builder: PolicyBuilder, names: Iterable[str]) -> ServerVerifier | ClientVerifier:
    """For a name that the certificate itself claims, so that no fault is found with the name."""
    issuers = ExtensionPolicy.webpki_defaults_ca()
    for not_demanded in (
        x509.KeyUsage,
        x509.SubjectKeyIdentifier,
    ):  # by RFC 5280, section 6; firms' own roots lack them
        issuers = issuers.may_be_present(not_demanded, Criticality.AGNOSTIC, None)
    any_use = ExtensionPolicy.webpki_defaults_ee().may_be_present(x509.ExtendedKeyUsage, Criticality.AGNOSTIC, None)
    builder_of_servers = builder.extension_policies(ca_policy=issuers, ee_policy=any_use)
    for name in names:
        try:
            return builder_of_servers.build_server_verifier(x509.DNSName(name.replace("*", "any", 1)))
        except ValueError:  # not a host name, such as one with an underscore
            continue
    # A server's verifier wants a name; a client's, with no demands on the leaf, judges the issuers only
    anything = ExtensionPolicy.permit_all()
    return builder.extension_policies(ca_policy=issuers, ee_policy=anything).build_client_verifier()


_EXTENSIONS = {
    "2.5.29.14": "subjectKeyIdentifier",
    "2.5.29.15": "keyUsage",
    "2.5.29.17": "subjectAltName",
    "2.5.29.19": "basicConstraints",
    "2.5.29.30": "nameConstraints",
    "2.5.29.35": "authorityKeyIdentifier",
    "2.5.29.37": "extendedKeyUsage",
}


def _told(reason: str) -> str:
    reason = re.sub(r" \(encountered processing .*\)$", "", reason).removeprefix("validation failed: ")
    reason = re.sub(r"( algorithm): \w+ \{.*", r"\1", reason.removeprefix("candidates exhausted: "), flags=re.DOTALL)
    return re.sub(r"2\.5\.29\.\d+", lambda oid: _EXTENSIONS.get(oid[0], oid[0]), reason)
