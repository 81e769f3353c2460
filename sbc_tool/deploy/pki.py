"""Certificate, key and Microsoft's roots in the device's `pki:` areas."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from cryptography.hazmat.primitives.serialization import Encoding

from sbc_tool import teams
from sbc_tool.errors import InputError
from sbc_tool.site.model import Site
from sbc_tool.site.secrets import Vault
from sbc_tool.tls import chain, pem

CERTIFICATES = "pki:certificate"  # firmware since 3.17 (NV)
KEYS = "pki:private-key"


@dataclass(frozen=True, slots=True, repr=False)
class Material:
    """What the device must hold. `name` carries the certificate's fingerprint, so a new one never overwrites."""

    name: str
    leaf: bytes  # DER
    key_pem: str
    chain_pem: str

    @property
    def files(self) -> dict[str, bytes]:
        """Device path -> content; the key first, so that a certificate is never there without it."""
        roots = {f"{CERTIFICATES}/{root.pki_name}": root.pem.encode() for root in teams.load().roots}
        mine = {f"{KEYS}/{self.name}": self.key_pem.encode(), f"{CERTIFICATES}/{self.name}": self.chain_pem.encode()}
        return {**mine, **roots}


def material(site: Site, vault: Vault) -> Material:
    """Read certificate and key; InputError when they can't be used or don't belong together."""
    text = vault.resolve(site.tls.private_key, "private key of the SBC's certificate")
    key = pem.read_private_key(text, str(site.tls.private_key))
    try:
        data = site.tls.certificate.read_bytes()
    except OSError as error:
        what = f"tls.certificate: {site.tls.certificate.name}: {(error.strerror or str(error)).lower()}"
        raise InputError(what, f"looked for it at {site.tls.certificate}") from None
    certificates = pem.read_chain(data, site.tls.certificate.name)
    leaf = chain.leaf([chain.load(one) for one in certificates])
    if not pem.belongs(key, leaf):
        hint = "the key that the certificate was requested with is needed"
        raise InputError(f"tls.private_key does not belong to the certificate in {site.tls.certificate.name}", hint)
    own = leaf.public_bytes(Encoding.DER)
    rest = [one for one in certificates if one != own]
    chain_pem = "".join(chain.load(one).public_bytes(Encoding.PEM).decode() for one in (own, *rest))
    return Material(certificate_name(own), own, text, chain_pem)


def certificate_name(leaf: bytes) -> str:
    """The name of certificate and key in the device's areas: SBC- and the start of its SHA-256."""
    return f"SBC-{hashlib.sha256(leaf).hexdigest()[:8]}"


def name_of_file(site: Site) -> str | None:
    """The name that the site's certificate will have; None while its file is not there."""
    if not site.tls.certificate.is_file():
        return None
    certificates = pem.read_chain(site.tls.certificate.read_bytes(), site.tls.certificate.name)
    return certificate_name(chain.leaf([chain.load(one) for one in certificates]).public_bytes(Encoding.DER))
