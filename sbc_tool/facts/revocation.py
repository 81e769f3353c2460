"""Whether the certificates of the site's file have been revoked: asked of their authorities over HTTP."""

from __future__ import annotations

import http.client
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from cryptography import x509

from sbc_tool import teams
from sbc_tool.check import NotApplicable, Unknown
from sbc_tool.errors import Unreachable
from sbc_tool.facts import tls
from sbc_tool.facts.budget import within
from sbc_tool.site.model import Site
from sbc_tool.tls import revocation
from sbc_tool.tls.chain import called, follow, load, load_anchors
from sbc_tool.world import World

_LARGEST = 1 << 25  # bytes: the lists of large authorities have some ten million


@dataclass(frozen=True, slots=True)
class Asked:
    """One certificate, and what its authority says of it; `why` is filled when nothing could be learnt."""

    subject: str
    source: str  # such as "OCSP ocsp.example.com"
    revoked: datetime | None = None
    reason: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class RevocationFact:
    origin: str
    asked: tuple[Asked, ...]


def probe(site: Site, world: World) -> RevocationFact | Unknown | NotApplicable:
    """OCSP first, else the revocation list; the SBC's certificate and every intermediate of which that can be asked."""
    if world.offline:
        return NotApplicable("revocation is not asked for: --offline")
    fact = tls.of_site_file(site, world)
    if not isinstance(fact.file, tls.Chain):
        return Unknown(str(fact.file))
    path = follow([load(one) for one in fact.file.certificates], load_anchors(fact.anchors))
    issuers = [*path.certificates[1:], *([path.anchor] if path.anchor else [])]
    asked = tuple(_asked(world, one, issuer) for one, issuer in zip(path.certificates, issuers, strict=False))
    answers = tuple(one for one in asked if one is not None)
    if answers:
        return RevocationFact(fact.file.origin, answers)
    if not issuers:
        return Unknown(f"{called(path.last.issuer)}, who could tell, is missing in {fact.file.origin}")
    return NotApplicable(f"{fact.file.origin}: short-lived, or says nowhere where revocation can be asked for")


def _asked(world: World, certificate: x509.Certificate, issuer: x509.Certificate) -> Asked | None:
    """None when there is nobody to ask, or no need to."""
    lifetime = certificate.not_valid_after_utc - certificate.not_valid_before_utc
    if certificate == issuer or lifetime <= timedelta(days=teams.load().certificate.short_lived_days):
        return None
    subject, last = called(certificate.subject), None
    for source, url, ask in _ways(world, certificate, issuer):
        try:
            status = ask(url)
        except Unreachable as error:
            last = Asked(subject, source, why=error.what)
        except TimeoutError:
            last = Asked(subject, source, why=f"no answer within {world.timeout:g} s")
        except (OSError, ValueError, http.client.HTTPException) as error:
            last = Asked(subject, source, why=str(error))
        else:
            return Asked(subject, source, status.revoked, status.reason)
    return last


def _ways(
    world: World, certificate: x509.Certificate, issuer: x509.Certificate
) -> Iterator[tuple[str, str, Callable[[str], revocation.Status]]]:
    question = revocation.question(certificate, issuer)

    def by_ocsp(url: str) -> revocation.Status:
        return revocation.from_ocsp(_fetch(world, url, question), certificate, issuer, world.now())

    def by_list(url: str) -> revocation.Status:
        return revocation.from_crl(_fetch(world, url), certificate, issuer, world.now())

    for url in revocation.ocsp_urls(certificate):
        yield f"OCSP {urlsplit(url).hostname}", url, by_ocsp
    for url in revocation.crl_urls(certificate):
        yield f"CRL {urlsplit(url).hostname}", url, by_list


def _fetch(world: World, url: str, question: bytes | None = None) -> bytes:
    """GET, or POST of an OCSP question. ValueError for any answer but 200."""
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or 80
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    headers = {"Content-Type": "application/ocsp-request"} if question else {}
    connection = http.client.HTTPConnection(host, port)
    with world.connect(host, port) as connection.sock, within(connection.sock, world.timeout):
        connection.request("POST" if question else "GET", target, question, headers)
        response = connection.getresponse()
        body = response.read(_LARGEST + 1)
    if response.status != http.HTTPStatus.OK:
        raise ValueError(f"it answers HTTP {response.status}")
    if len(body) > _LARGEST:
        raise ValueError("its answer has no end")
    return body
