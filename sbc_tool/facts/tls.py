"""The certificates of the SBC: those in the site's file, and those that its TLS port presents."""

from __future__ import annotations

import hashlib
import socket
import ssl
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

from sbc_tool import teams
from sbc_tool.check import NotApplicable, Unknown
from sbc_tool.errors import InputError, Unreachable
from sbc_tool.site.model import Site
from sbc_tool.tls import pem
from sbc_tool.tls.chain import leaf, load
from sbc_tool.world import World

# Microsoft takes SBC certificates under its Trusted Root Program, whose list is no file to verify with. Mozilla's has
# nearly the same public roots; DigiCert Global Root CA, gone from certifi in 2026, comes from the rule pack.
PUBLIC_ANCHORS = "Mozilla (certifi) + roots.pem"  # names only: findings show it in every language


class KeyFault(Unknown):
    """The private key was there, but it is none that can be used."""


class PortClosed(Unknown):
    """The host answered that nothing listens there, which is more than no answer."""


@dataclass(frozen=True, slots=True)
class Chain:
    """Certificates as DER, in the order given. `key_matches` is None when the site's key cannot be compared."""

    origin: str  # the file's name, or host:port
    certificates: tuple[bytes, ...]
    key_matches: bool | None
    holds_key: bool = False  # a private key stands in the file, too
    spelling: tuple[str, ...] = ()  # what is odd about the file's text, such as "Windows line ends (CRLF)"


@dataclass(frozen=True, slots=True)
class TlsFact:
    fqdn: str
    port: int
    at: datetime
    anchors: tuple[bytes, ...]  # DER, all of them
    anchors_from: str
    extra_anchors: tuple[bytes, ...]  # those of `anchors` that came from --ca-bundle
    key: str | Unknown  # the kind of the site's private key, such as "RSA 2048", or why there is nothing to compare
    file: Chain | Unknown
    presented: Chain | Unknown | NotApplicable

    @property
    def chains(self) -> tuple[Chain, ...]:
        return tuple(chain for chain in (self.file, self.presented) if isinstance(chain, Chain))


def probe(site: Site, world: World, key_pem: str | Unknown, look_at_port: bool = True) -> TlsFact:
    """Read the site's file and look at its port, on one connection. InputError: --ca-bundle cannot be read."""
    key = _key(key_pem, str(site.tls.private_key))
    presented = _presented(site, world, key) if look_at_port else NotApplicable("the TLS port is not looked at yet")
    return _fact((site.teams.fqdn, site.teams.tls_port), world, key, _file(site.tls.certificate, key), presented)


def of_file(path: Path, fqdn: str, world: World, key_pem: str | Unknown, key_from: str = "") -> TlsFact:
    """The same of files alone. InputError: one of them cannot be read."""
    key = _key(key_pem, key_from)
    chain = _read(path, key)
    return _fact((fqdn, 0), world, key, chain, NotApplicable("only the file is looked at"))


def of_site_file(site: Site, world: World) -> TlsFact:
    """The site's file without its key; `file` is Unknown when it cannot be read."""
    key = Unknown("the key is not looked at")
    chain = _file(site.tls.certificate, key)
    return _fact((site.teams.fqdn, site.teams.tls_port), world, key, chain, NotApplicable("not looked at"))


def _fact(
    at: tuple[str, int],
    world: World,
    key: PrivateKeyTypes | Unknown,
    file: Chain | Unknown,
    presented: Chain | Unknown | NotApplicable,
) -> TlsFact:
    extra: tuple[bytes, ...] = ()
    anchors_from = PUBLIC_ANCHORS
    if world.ca_bundle is not None:
        extra = pem.read_chain(_bytes(world.ca_bundle), world.ca_bundle.name)
        anchors_from = f"{PUBLIC_ANCHORS} + {world.ca_bundle.name} (--ca-bundle)"
    return TlsFact(
        fqdn=at[0],
        port=at[1],
        at=world.now(),
        anchors=(*_public_anchors(), *extra, *_of_the_program(file, presented)),
        anchors_from=anchors_from,
        extra_anchors=extra,
        key=key if isinstance(key, Unknown) else pem.kind(key.public_key()),
        file=file,
        presented=presented,
    )


@cache
def _public_anchors() -> tuple[bytes, ...]:
    import certifi

    mozilla = pem.read_anchors(Path(certifi.where()).read_bytes())
    pack = pem.read_anchors("".join(root.pem for root in teams.load().roots).encode())
    return tuple(dict.fromkeys((*mozilla, *pack)))


def _of_the_program(*chains: Chain | Unknown | NotApplicable) -> Iterator[bytes]:
    """Roots of Microsoft's list that were sent along: it has fingerprints only, so here they are at hand."""
    known = teams.program().roots
    for chain in chains:
        if isinstance(chain, Chain):
            yield from (one for one in chain.certificates if hashlib.sha256(one).hexdigest() in known)


def _key(key_pem: str | Unknown, origin: str) -> PrivateKeyTypes | Unknown:
    if isinstance(key_pem, Unknown):
        return key_pem
    try:
        return pem.read_private_key(key_pem, origin)
    except InputError as error:
        return KeyFault(f"{error.what}; {error.hint}")


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise InputError(f"{path.name}: {why}", f"looked for it at {path}") from None


def _file(path: Path, key: PrivateKeyTypes | Unknown) -> Chain | Unknown:
    try:
        return _read(path, key)
    except InputError as error:
        return Unknown(f"{error.what}; {error.hint}")


def _read(path: Path, key: PrivateKeyTypes | Unknown) -> Chain:
    data = _bytes(path)
    certificates = pem.read_chain(data, path.name)
    return Chain(path.name, certificates, _matches(key, certificates), pem.holds_private_key(data), pem.spelling(data))


def _matches(key: PrivateKeyTypes | Unknown, certificates: tuple[bytes, ...]) -> bool | None:
    if isinstance(key, Unknown):
        return None
    return pem.belongs(key, leaf([load(one) for one in certificates]))


def _presented(site: Site, world: World, key: PrivateKeyTypes | Unknown) -> Chain | Unknown | NotApplicable:
    if world.offline:
        return NotApplicable("the TLS port is not looked at: --offline")
    fqdn, port = site.teams.fqdn, site.teams.tls_port
    try:
        connection = world.connect(fqdn, port)
    except Unreachable as error:
        return _no_connection(error)
    with connection:
        certificates, fault = _handshake(connection, fqdn)
    if not certificates:
        return Unknown(f"{fqdn}:{port}: {fault}")
    try:
        return Chain(f"{fqdn}:{port}", certificates, _matches(key, certificates))
    except ValueError:
        return Unknown(f"{fqdn}:{port}: presented a certificate that cannot be read")


def _no_connection(error: Unreachable) -> Unknown:
    if error.kind == "closed":
        return PortClosed(f"{error.what}; {error.hint}")
    if error.kind == "silent":
        return Unknown(f"{error.what}: an SBC that lets only Microsoft in does not answer here, so nothing is known")
    return Unknown(f"{error.what}; {error.hint}")


def _handshake(connection: socket.socket, fqdn: str) -> tuple[tuple[bytes, ...], str]:
    """The chain received, even if the server then hung up; without one, why.

    TLS 1.2 at most: in 1.3 a missing client certificate shows only after the handshake. In 1.2 the server sends its
    chain before it asks for ours, so an SBC that insists on mutual TLS is seen, too.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False  # looking, not trusting: the checks judge what is seen
    context.verify_mode = ssl.CERT_NONE
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    with context.wrap_socket(connection, server_hostname=fqdn, do_handshake_on_connect=False) as tls:
        fault = "no certificate presented"
        try:
            tls.do_handshake()
        except OSError as error:  # ssl.SSLError and time-outs are such
            fault = _handshake_fault(error)
        return _received(tls), fault


def _handshake_fault(error: OSError) -> str:
    reason = getattr(error, "reason", None) or ""
    if isinstance(error, TimeoutError):
        return "connected, but no TLS answer in time"
    if "ALERT_" in reason:
        return f"refused by a TLS alert ({reason.partition('ALERT_')[2].replace('_', ' ').lower()})"
    if isinstance(error, (ConnectionError, ssl.SSLEOFError, ssl.SSLZeroReturnError)):
        return "connected, but it hung up before presenting a certificate"
    return f"connected, but no TLS handshake ({(reason or str(error)).replace('_', ' ').lower()})"


def _received(tls: ssl.SSLSocket) -> tuple[bytes, ...]:
    private: Any = getattr(tls, "_sslobj", None)
    if private is None:  # the peer was gone before the handshake began
        return ()
    if sys.version_info >= (3, 13):
        return tuple(tls.get_unverified_chain())
    from _ssl import ENCODING_DER

    # no public way before 3.13; measured on 3.11 and 3.12
    return tuple(one.public_bytes(ENCODING_DER) for one in private.get_unverified_chain() or ())
