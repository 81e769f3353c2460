"""What OCSP answers (RFC 6960) and revocation lists (RFC 5280, section 5) say of a certificate, signature and date held
against its issuer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA1, HashAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID

from sbc_tool.tls.reasons import extension, purposes

_SKEW = timedelta(minutes=5)  # between the authority's clock and ours; as much as `openssl ocsp` allows


@dataclass(frozen=True, slots=True)
class Status:
    """`revoked` is when it was; None while it is good."""

    revoked: datetime | None
    reason: str = ""


def ocsp_urls(certificate: x509.Certificate) -> tuple[str, ...]:
    access = extension(certificate, x509.AuthorityInformationAccess) or ()
    return _http(one.access_location for one in access if one.access_method == AuthorityInformationAccessOID.OCSP)


def crl_urls(certificate: x509.Certificate) -> tuple[str, ...]:
    points = extension(certificate, x509.CRLDistributionPoints) or ()
    return _http(name for point in points for name in point.full_name or ())


def _http(names: Iterable[x509.GeneralName]) -> tuple[str, ...]:
    values = (name.value for name in names if isinstance(name, x509.UniformResourceIdentifier))
    return tuple(url for url in values if url.lower().startswith("http://"))


def question(certificate: x509.Certificate, issuer: x509.Certificate) -> bytes:
    """An OCSP request; SHA-1 names the certificate, as all responders know it (RFC 5019, section 2.1.1)."""
    builder = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer, SHA1())  # noqa: S303
    return builder.build().public_bytes(Encoding.DER)


def from_ocsp(answer: bytes, certificate: x509.Certificate, issuer: x509.Certificate, at: datetime) -> Status:
    """ValueError says why the answer is worth nothing."""
    response = ocsp.load_der_ocsp_response(answer)
    if response.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
        raise ValueError(f"it answers {response.response_status.name.lower().replace('_', ' ')}")
    if response.serial_number != certificate.serial_number:
        raise ValueError("it answers for another certificate")
    _check_signer(response, issuer, at)
    _check_dates(response.this_update_utc, response.next_update_utc, at)
    if response.certificate_status is ocsp.OCSPCertStatus.UNKNOWN:
        raise ValueError("it does not know the certificate")
    if response.certificate_status is ocsp.OCSPCertStatus.REVOKED:
        reason = response.revocation_reason.value if response.revocation_reason else ""
        return Status(response.revocation_time_utc or at, reason)
    return Status(None)


def _check_signer(response: ocsp.OCSPResponse, issuer: x509.Certificate, at: datetime) -> None:
    """The issuer itself, or one whom it has given that right (RFC 6960, section 4.2.2.2)."""
    signers = [issuer]
    for delegate in response.certificates:
        try:
            delegate.verify_directly_issued_by(issuer)
        except (ValueError, TypeError, InvalidSignature):
            continue
        valid = delegate.not_valid_before_utc <= at <= delegate.not_valid_after_utc
        if valid and ExtendedKeyUsageOID.OCSP_SIGNING in (purposes(delegate) or ()):
            signers.append(delegate)
    hashed = response.signature_hash_algorithm
    if not any(_signed(response, signer, hashed) for signer in signers):
        raise ValueError("its signature is not the issuer's")


def _signed(response: ocsp.OCSPResponse, signer: x509.Certificate, hashed: HashAlgorithm | None) -> bool:
    key = signer.public_key()
    try:
        if isinstance(key, rsa.RSAPublicKey) and hashed:
            key.verify(response.signature, response.tbs_response_bytes, PKCS1v15(), hashed)
        elif isinstance(key, ec.EllipticCurvePublicKey) and hashed:
            key.verify(response.signature, response.tbs_response_bytes, ec.ECDSA(hashed))
        else:
            return False
    except (InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


def from_crl(data: bytes, certificate: x509.Certificate, issuer: x509.Certificate, at: datetime) -> Status:
    """ValueError says why the list is worth nothing."""
    pem = data.lstrip().startswith(b"-----BEGIN")
    crl = x509.load_pem_x509_crl(data) if pem else x509.load_der_x509_crl(data)
    key = issuer.public_key()
    if crl.issuer != issuer.subject or not isinstance(key, (rsa.RSAPublicKey, ec.EllipticCurvePublicKey)):
        raise ValueError("it is another authority's list")
    if not crl.is_signature_valid(key):
        raise ValueError("its signature is not the issuer's")
    _check_dates(crl.last_update_utc, crl.next_update_utc, at)
    entry = crl.get_revoked_certificate_by_serial_number(certificate.serial_number)
    if entry is None:
        return Status(None)
    try:
        reason = entry.extensions.get_extension_for_class(x509.CRLReason).value.reason.value
    except (x509.ExtensionNotFound, ValueError):
        reason = ""
    return Status(entry.revocation_date_utc, reason)


def _check_dates(start: datetime, end: datetime | None, at: datetime) -> None:
    if at < start - _SKEW:
        raise ValueError(f"it is from {start:%Y-%m-%d %H:%M} UTC, which is yet to come")
    if end is not None and at > end + _SKEW:
        raise ValueError(f"it ended on {end:%Y-%m-%d %H:%M} UTC")
