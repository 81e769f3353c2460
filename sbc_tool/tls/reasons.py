"""What stands against a path, certificate by certificate: the verifier names neither culprit nor cure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from sbc_tool.tls.chain import Path, called, dns_names

_Extension = TypeVar("_Extension", bound=x509.ExtensionType)

_WEAK = ("md2", "md4", "md5", "sha1")  # collisions can be made; no public authority signs with them since 2016
PURPOSES = {
    ExtendedKeyUsageOID.SERVER_AUTH: "servers",
    ExtendedKeyUsageOID.CLIENT_AUTH: "clients",
    ExtendedKeyUsageOID.CODE_SIGNING: "programs",
    ExtendedKeyUsageOID.EMAIL_PROTECTION: "e-mail",
    ExtendedKeyUsageOID.TIME_STAMPING: "time stamps",
    ExtendedKeyUsageOID.OCSP_SIGNING: "OCSP",
    ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE: "anything",
}


@dataclass(frozen=True, slots=True)
class Reason:
    """`message` is a format string over `evidence`."""

    message: str
    evidence: dict[str, str]


def extension(certificate: x509.Certificate, kind: type[_Extension]) -> _Extension | None:
    """None as well when it is there and cannot be read."""
    try:
        return certificate.extensions.get_extension_for_class(kind).value
    except (x509.ExtensionNotFound, ValueError):
        return None


def purposes(certificate: x509.Certificate) -> tuple[x509.ObjectIdentifier, ...] | None:
    """Of extendedKeyUsage; None without one, which restricts nothing."""
    usage = extension(certificate, x509.ExtendedKeyUsage)
    return None if usage is None else tuple(usage)


def told(usages: tuple[x509.ObjectIdentifier, ...]) -> str:
    return ", ".join(PURPOSES.get(usage, usage.dotted_string) for usage in usages)


def weak_signature(certificate: x509.Certificate) -> str:
    """The hash that it is signed with, if that is weak; else empty."""
    # by name: newer versions of cryptography do not know the oldest algorithms any more
    name = certificate.signature_algorithm_oid._name.lower()
    return next((weak for weak in _WEAK if weak in name.replace("-", "")), "")


def reasons(path: Path) -> Iterator[Reason]:
    """What RFC 5280, section 6, has against the authorities of a path; dates and the leaf's own purpose aside."""
    server = path.certificates[0]
    authorities = [*path.certificates[1:], *([path.anchor] if path.anchor and path.anchor != path.last else [])]
    for above, authority in enumerate(authorities):
        evidence = {"authority": called(authority.subject), "server": called(server.subject)}
        yield from _no_authority(authority, above, evidence)
        usages = purposes(authority)
        wanted = (ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE)
        if usages is not None and not set(usages) & set(wanted):
            yield Reason(
                "{authority} may issue certificates for {purposes}, not for servers",
                evidence | {"purposes": told(usages)},
            )
        for name in dns_names(server):
            if limit := _forbidden(name, extension(authority, x509.NameConstraints)):
                yield Reason(
                    "{authority} may not issue for {name}: its name constraint says {limit}",
                    evidence | {"name": name, "limit": limit},
                )


def _no_authority(authority: x509.Certificate, below: int, evidence: dict[str, str]) -> Iterator[Reason]:
    """`below`: how many authorities stand between it and the server."""
    basic = extension(authority, x509.BasicConstraints)
    usage = extension(authority, x509.KeyUsage)
    # A root of version 1 has no extensions at all; that it is an anchor is enough
    if authority.version is x509.Version.v3 and not (basic and basic.ca):
        yield Reason("{authority} is no authority (basicConstraints), but has issued a certificate", evidence)
    elif usage and not usage.key_cert_sign:
        yield Reason("{authority} may not sign certificates (keyUsage)", evidence)
    elif basic and basic.path_length is not None and below > basic.path_length:
        most = str(basic.path_length)
        yield Reason("{authority} allows {most} authorities below it, there are {below}",
                     evidence | {"most": most, "below": str(below)})  # fmt: skip


def _forbidden(name: str, limits: x509.NameConstraints | None) -> str:
    """The constraint that a DNS name breaks (RFC 5280, section 4.2.1.10); empty for none."""
    if limits is None:
        return ""
    excluded = [one.value for one in limits.excluded_subtrees or () if isinstance(one, x509.DNSName)]
    if broken := next((tree for tree in excluded if _within(name, tree)), None):
        return f"all but {broken}"
    permitted = [one.value for one in limits.permitted_subtrees or () if isinstance(one, x509.DNSName)]
    if permitted and not any(_within(name, tree) for tree in permitted):
        return f"only {', '.join(permitted)}"
    return ""


def _within(name: str, tree: str) -> bool:
    name, tree = name.lower(), tree.lower().lstrip(".")
    return tree == "" or name == tree or name.endswith(f".{tree}")
