from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from sbc_tool import teams
from sbc_tool.check import Check
from sbc_tool.facts.tls import Chain, TlsFact
from sbc_tool.finding import Finding, Outcome
from sbc_tool.preflight.chains import each_chain, path_of
from sbc_tool.tls.chain import Path, called, is_authority, load, load_anchors, objection
from sbc_tool.tls.reasons import reasons, weak_signature


class TlsChainUntrusted(Check):
    """What it finds
      A chain that ends in no root that Microsoft is likely to trust, or that a link on the way spoils: an authority
      that may not issue for this name or for servers, or is none. Dates, the SBC's own purpose and self-signed
      certificates are the business of other checks.

    Why it matters
      Microsoft takes certificates only from authorities of its Trusted Root Program; with any other the handshake fails
      and the gateway stays inactive.

    Example
      fullchain.pem: ends in the root Firma Root CA, which is neither in Microsoft's list of 2026-03-28 nor in Mozilla's

    Fix
      Order the certificate from a public authority. Roots are held against a dated copy of Microsoft's list and
      against Mozilla's, an approximation; --ca-bundle adds others, for a laboratory, and the result says so.

    Source
      Microsoft, direct-routing-plan (2024-06-17): an authority of the Microsoft Trusted Root Certificate Program,
      since 2022-02-01. RFC 5280, section 6 (path validation). teams/microsoft-program.txt says where the list is from.
    """

    id = "tls-chain-untrusted"
    title = "The certificate is from no trusted authority"
    remedy = "Get a certificate from a public authority of the Microsoft Trusted Root Certificate Program."
    source = "Microsoft, direct-routing-plan (2024-06-17): certificate of the SBC; RFC 5280, section 6"
    needs = TlsFact

    def judge(self, fact: TlsFact) -> Iterator[Finding]:
        return each_chain(fact, lambda chain: self._trust(fact, chain))

    def _trust(self, fact: TlsFact, chain: Chain) -> Iterator[Finding]:
        path = path_of(fact, chain)
        evidence = {
            "origin": chain.origin,
            "last": called(path.last.subject),
            "issuer": called(path.last.issuer),
            "anchors": fact.anchors_from,
            "date": teams.program().date,
        }
        if path.anchor is None:
            yield _no_anchor(path, evidence)
        elif found := next(reasons(path), None):
            yield Finding(Outcome.FAIL, "{origin}: " + found.message, evidence | found.evidence)
        else:
            yield _verified(fact, chain, path, path.anchor, evidence)


def _verified(fact: TlsFact, chain: Chain, path: Path, anchor: x509.Certificate, evidence: dict[str, Any]) -> Finding:
    """What the verifier says, to whom dates, names and the leaf's purpose are not shown."""
    if (when := path.moment(fact.at)) is None:
        return Finding(Outcome.UNKNOWN, "{origin}: there is no moment at which all its parts are valid", evidence)
    reason = objection([load(one) for one in chain.certificates], load_anchors(fact.anchors), when)
    if reason and any(weak_signature(one) for one in path.certificates):
        return Finding(Outcome.UNKNOWN, "{origin}: with a weak signature on the way nothing is proved", evidence)
    if reason:
        return Finding(Outcome.FAIL, "{origin}: refused: {reason}", evidence | {"reason": reason})
    return _trusted(fact, anchor, evidence)


def _no_anchor(path: Path, evidence: dict[str, Any]) -> Finding:
    if path.self_signed and len(path.certificates) == 1:
        return Finding(Outcome.NA, "{origin}: {last} is self-signed, which tls-self-signed judges", evidence)
    if path.self_signed:
        message = "{origin}: ends in the root {last}, which is neither in Microsoft's list of {date} nor in {anchors}"
        return Finding(Outcome.FAIL, message, evidence)
    if is_authority(path.last) and evidence["issuer"] in teams.program().roots.values():
        message = (
            "{origin}: {last} is issued by {issuer}, a name in Microsoft's list of {date}; that certificate is not at "
            "hand to prove it: add it to the chain"
        )
        return Finding(Outcome.UNKNOWN, message, evidence)
    if is_authority(path.last):
        message = (
            "{origin}: {last} is issued by {issuer}, which is neither in Microsoft's list of {date} nor in {anchors}"
        )
        return Finding(Outcome.FAIL, message, evidence)
    message = "{origin}: {issuer}, who issued {last}, is missing: the way to a root cannot be seen"
    return Finding(Outcome.UNKNOWN, message, evidence)


def _trusted(fact: TlsFact, anchor: x509.Certificate, evidence: dict[str, Any]) -> Finding:
    evidence |= {"root": called(anchor.subject)}
    if hashlib.sha256(anchor.public_bytes(Encoding.DER)).hexdigest() in teams.program().roots:
        message = "{origin}: trusted through {root}, in Microsoft's list of {date}"
        return Finding(Outcome.PASS, message, evidence)
    if anchor in load_anchors(fact.extra_anchors):
        return Finding(Outcome.PASS, "{origin}: trusted through {root}, which only --ca-bundle vouches for", evidence)
    message = "{origin}: {root} is in {anchors}, but not in Microsoft's list of {date}"
    return Finding(Outcome.WARN, message, evidence)
