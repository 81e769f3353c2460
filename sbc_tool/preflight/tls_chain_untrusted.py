from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cryptography import x509

from sbc_tool.check import Check
from sbc_tool.facts.tls import Chain, TlsFact
from sbc_tool.finding import Finding, Outcome
from sbc_tool.preflight.chains import each_chain
from sbc_tool.tls.chain import Path, called, follow, is_authority, load, load_anchors, objection


class TlsChainUntrusted(Check):
    """What it finds
      A chain that ends in no root that Microsoft is likely to trust: self-signed, from a company's own authority, or
      refused by the verifier. Dates and names are the business of other checks.

    Why it matters
      Microsoft takes certificates only from authorities of its Trusted Root Program; with any other the handshake fails
      and the gateway stays inactive.

    Example
      fullchain.pem: sbc.meinefirma.de is self-signed: no authority vouches for it

    Fix
      Buy or order the certificate from a public authority. Roots are held against Mozilla's list, which is nearly
      Microsoft's; --ca-bundle adds others, for a laboratory, and the result says so.

    Source
      Microsoft, direct-routing-plan (2024-06-17): an authority of the Microsoft Trusted Root Certificate Program,
      since 2022-02-01. RFC 5280, section 6 (path validation).
    """

    id = "tls-chain-untrusted"
    title = "The certificate is from no trusted authority"
    remedy = "Get a certificate from a public authority of the Microsoft Trusted Root Certificate Program."
    source = "Microsoft, direct-routing-plan (2024-06-17): certificate of the SBC; RFC 5280, section 6"
    needs = TlsFact

    def judge(self, fact: TlsFact) -> Iterator[Finding]:
        return each_chain(fact, lambda chain: self._trust(fact, chain))

    def _trust(self, fact: TlsFact, chain: Chain) -> Iterator[Finding]:
        certificates, anchors = [load(one) for one in chain.certificates], load_anchors(fact.anchors)
        path = follow(certificates, anchors)
        evidence = {
            "origin": chain.origin,
            "last": called(path.last.subject),
            "issuer": called(path.last.issuer),
            "anchors": fact.anchors_from,
        }
        if path.anchor is None:
            yield _no_anchor(path, evidence)
        elif (when := path.moment(fact.at)) is None:
            yield Finding(Outcome.UNKNOWN, "{origin}: there is no moment at which all its parts are valid", evidence)
        elif reason := objection(certificates, anchors, when):
            yield Finding(Outcome.FAIL, "{origin}: refused: {reason}", evidence | {"reason": reason})
        else:
            yield _trusted(fact, path.anchor, evidence)


def _no_anchor(path: Path, evidence: dict[str, Any]) -> Finding:
    if path.self_signed and len(path.certificates) == 1:
        return Finding(Outcome.FAIL, "{origin}: {last} is self-signed: no authority vouches for it", evidence)
    if path.self_signed:
        message = "{origin}: ends in the root {last}, which is not in {anchors}, an approximation of Microsoft's list"
        return Finding(Outcome.FAIL, message, evidence)
    if is_authority(path.last):
        message = (
            "{origin}: {last} is issued by {issuer}, which is not in {anchors}, an approximation of Microsoft's list"
        )
        return Finding(Outcome.FAIL, message, evidence)
    message = "{origin}: {issuer}, who issued {last}, is missing: the way to a root cannot be seen"
    return Finding(Outcome.UNKNOWN, message, evidence)


def _trusted(fact: TlsFact, anchor: x509.Certificate, evidence: dict[str, Any]) -> Finding:
    evidence |= {"root": called(anchor.subject)}
    if anchor in load_anchors(fact.extra_anchors):
        return Finding(Outcome.PASS, "{origin}: trusted through {root}, which only --ca-bundle vouches for", evidence)
    return Finding(Outcome.PASS, "{origin}: trusted through {root}", evidence)
