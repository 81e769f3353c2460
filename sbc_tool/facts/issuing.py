"""Who issued the site's certificate, and who may issue the next one."""

from __future__ import annotations

from dataclasses import dataclass

from sbc_tool.check import NotApplicable, Unknown
from sbc_tool.facts.tls import TlsFact
from sbc_tool.facts.zone import ZoneFact
from sbc_tool.site.model import Site


@dataclass(frozen=True, slots=True)
class IssuingFact:
    """`issuer` is the organization that signed the certificate in the site's file."""

    name: str
    wildcard: bool  # the certificate covers the name through a *, for which issuewild counts
    issuer: str | Unknown
    caa: tuple[str, ...] | Unknown | NotApplicable


def compose(
    site: Site, zone: ZoneFact | Unknown | NotApplicable, tls: TlsFact | Unknown | NotApplicable
) -> IssuingFact:
    caa = zone.caa if isinstance(zone, ZoneFact) else zone
    name = site.teams.fqdn
    if not isinstance(tls, TlsFact) or not tls.chains:
        why = tls.file if isinstance(tls, TlsFact) else tls
        return IssuingFact(name, False, Unknown(str(why)), caa)
    from cryptography import x509
    from cryptography.x509.oid import NameOID

    leaf = x509.load_der_x509_certificate(tls.chains[0].certificates[0])
    for oid in (NameOID.ORGANIZATION_NAME, NameOID.COMMON_NAME):
        if named := leaf.issuer.get_attributes_for_oid(oid):
            return IssuingFact(name, _is_wildcard(leaf, name), str(named[0].value), caa)
    return IssuingFact(name, False, Unknown("the certificate names no issuer"), caa)


def _is_wildcard(leaf: object, name: str) -> bool:
    from cryptography import x509

    assert isinstance(leaf, x509.Certificate)
    try:
        names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return False
    held = {one.lower() for one in names.get_values_for_type(x509.DNSName)}
    return name not in held and f"*.{name.partition('.')[2]}" in held
