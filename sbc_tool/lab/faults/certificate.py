"""What goes wrong with the SBC's certificate and key."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat

from sbc_tool.finding import Outcome
from sbc_tool.lab import pki
from sbc_tool.lab.faults.fault import Fault
from sbc_tool.lab.pki import CLIENT, Host, Issued, LabCa, PrivateKey

if TYPE_CHECKING:
    from sbc_tool.lab.lab import Lab

_REFUSED = ("microsoft-proxy-unreachable",)  # Microsoft's edge refuses it as well


def _use(lab: Lab, chain: bytes, key: PrivateKey) -> None:
    """Put a chain and its key into the site's files, and into the device in place of the deployed ones."""
    private = pki.key_pem(key)
    (lab.folder / "fullchain.pem").write_bytes(chain)
    pki.write_private(lab.folder / "key.pem", private)
    store = lab.device.store
    for area, content in (("pki:private-key/", private), ("pki:certificate/", chain)):
        for name in store.names(area):
            if name.startswith("SBC-"):
                store.write(area + name, content)


def _issue(lab: Lab, host: Host, key: PrivateKey | None = None, ca: LabCa | None = None) -> None:
    ca = ca or lab.ca
    issued = ca.issue(host, key)
    _use(lab, pki.pem(issued, ca.intermediate), issued.key)


def _host(lab: Lab) -> Host:
    return Host(lab.site.teams.fqdn)


def _expired(lab: Lab) -> None:
    _issue(lab, Host(lab.site.teams.fqdn, age=timedelta(days=200), left=timedelta(days=-1)))


def _ending(lab: Lab) -> None:
    _issue(lab, Host(lab.site.teams.fqdn, age=timedelta(days=190), left=timedelta(days=10)))


def _self_signed(lab: Lab) -> None:
    key = rsa.generate_private_key(65537, 2048)
    chain, _ = pki.self_signed(lab.site.teams.fqdn, key)
    _use(lab, chain, key)


def _of_a_firm(lab: Lab) -> None:
    """From an authority of a firm's own, which nobody else knows; its root is sent along."""
    ca = LabCa()
    issued = ca.issue(Host(lab.site.teams.fqdn, status=False))
    _use(lab, pki.pem(issued, ca.intermediate, ca.root), issued.key)


def _alone(lab: Lab) -> None:
    issued = lab.ca.issue(_host(lab))
    _use(lab, pki.pem(issued), issued.key)


def _upside_down(lab: Lab) -> None:
    issued = lab.ca.issue(_host(lab))
    _use(lab, pki.pem(issued, lab.ca.root, lab.ca.intermediate), issued.key)


def _elliptic(lab: Lab) -> None:
    _issue(lab, _host(lab), ec.generate_private_key(ec.SECP256R1()))


def _small(lab: Lab) -> None:
    _issue(lab, _host(lab), rsa.generate_private_key(65537, 1024))  # noqa: S505 - that is the fault


def _for_clients(lab: Lab) -> None:
    _issue(lab, Host(lab.site.teams.fqdn, purposes=(CLIENT,)))


def _other_name(lab: Lab) -> None:
    _issue(lab, Host(f"www.{lab.site.teams.fqdn.partition('.')[2]}"))


def _weak(lab: Lab) -> None:
    """Signed with SHA-1, which no library does any more: the signature is made by hand."""
    issued = lab.ca.issue(_host(lab))
    chain = _signed_with_sha1(issued, lab.ca.intermediate) + pki.pem(lab.ca.intermediate)
    _use(lab, chain, issued.key)


_SHA256_WITH_RSA = bytes.fromhex("06092a864886f70d01010b")  # object identifiers: RFC 8017, appendix A.2.4
_SHA1_WITH_RSA = bytes.fromhex("06092a864886f70d010105")


def _signed_with_sha1(issued: Issued, issuer: Issued) -> bytes:
    assert isinstance(issuer.key, rsa.RSAPrivateKey)
    whole, signed = issued.certificate.public_bytes(Encoding.DER), issued.certificate.tbs_certificate_bytes
    weak = signed.replace(_SHA256_WITH_RSA, _SHA1_WITH_RSA)
    signature = issuer.key.sign(weak, padding.PKCS1v15(), SHA1())  # noqa: S303
    forged = whole.replace(signed, weak).replace(_SHA256_WITH_RSA, _SHA1_WITH_RSA)
    forged = forged.replace(issued.certificate.signature, signature)
    body = base64.encodebytes(forged)
    return b"-----BEGIN CERTIFICATE-----\n" + body + b"-----END CERTIFICATE-----\n"


def _revoked(lab: Lab) -> None:
    issued = lab.ca.issue(_host(lab))
    lab.authority.revoked.add(issued.certificate.serial_number)
    _use(lab, pki.pem(issued, lab.ca.intermediate), issued.key)


def _key_inside(lab: Lab) -> None:
    chain, key = (lab.folder / name for name in ("fullchain.pem", "key.pem"))
    chain.write_bytes(chain.read_bytes() + key.read_bytes())


def _other_key(lab: Lab) -> None:
    pki.write_private(lab.folder / "key.pem", pki.key_pem(rsa.generate_private_key(65537, 2048)))


def _locked_key(lab: Lab) -> None:
    key = rsa.generate_private_key(65537, 2048)
    locked = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"forgotten"))
    pki.write_private(lab.folder / "key.pem", locked)


FAULTS = (
    Fault("certificate-expired", "the certificate has expired", "tls-certificate-expired", _REFUSED, after=_expired),
    Fault(
        "certificate-ending", "the certificate has 10 of 200 days left", "tls-certificate-expires-soon",
        outcome=Outcome.WARN, after=_ending,
    ),
    Fault("certificate-self-signed", "the certificate is self-signed", "tls-self-signed", _REFUSED, after=_self_signed),
    Fault(
        "certificate-of-a-firm", "the certificate is from a firm's own authority", "tls-chain-untrusted", _REFUSED,
        after=_of_a_firm,
    ),
    Fault("intermediate-missing", "the intermediate is missing", "tls-chain-incomplete", _REFUSED, after=_alone),
    Fault("chain-out-of-order", "the root stands before the intermediate", "tls-chain-misordered", after=_upside_down),
    Fault(
        "key-elliptic", "the certificate is for an elliptic key", "tls-key-not-rsa",
        ("tls-protocol-or-cipher-refused",), after=_elliptic,
    ),
    Fault("key-small", "the RSA key has 1024 bits", "tls-key-too-small", after=_small),
    Fault("certificate-for-clients", "the certificate is not for servers", "tls-server-auth-missing",
          after=_for_clients),
    Fault("certificate-for-another", "the certificate is for the web server's name", "tls-name-mismatch",
          after=_other_name),
    Fault("signature-weak", "the certificate is signed with SHA-1", "tls-signature-weak", after=_weak),
    Fault("certificate-revoked", "the certificate has been revoked", "tls-certificate-revoked", after=_revoked),
    Fault("key-in-chain-file", "the certificates' file holds the key, too", "tls-key-in-chain-file",
          outcome=Outcome.WARN, after=_key_inside),
    Fault("key-of-another", "the key's file holds another key", "tls-key-mismatch", after=_other_key),
    Fault("key-locked", "the key's file is encrypted", "tls-key-mismatch", after=_locked_key),
)  # fmt: skip
