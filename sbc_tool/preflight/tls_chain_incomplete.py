from __future__ import annotations

from collections.abc import Iterator

from sbc_tool.check import Check
from sbc_tool.facts.tls import Chain, TlsFact
from sbc_tool.finding import Finding, Outcome
from sbc_tool.preflight.chains import each_chain, path_of
from sbc_tool.tls.chain import called, is_authority


class TlsChainIncomplete(Check):
    """What it finds
      A chain in which the issuer of a certificate is missing: neither sent along nor a known root.

    Why it matters
      Microsoft gets the intermediates from the SBC. If one is missing, some of its servers still have it from elsewhere
      and others do not: the SBC is inactive now and then, and calls fail without a pattern.

    Example
      fullchain.pem: Sectigo RSA Domain Validation Secure Server CA, who issued sbc.meinefirma.de, is missing: neither
      sent along nor a known root

    Fix
      Put all of them into the file, each after the one that it issued: the SBC's own first, then the intermediates. The
      authority sends them as "chain", "CA bundle" or "full chain"; the root may be left out.

    Source
      Microsoft, sip-options-tls-certificate-issues (2023-10-30): intermediates must be sent. RFC 5246, section
      7.4.2; RFC 5280, sections 4.2.1.1 and 4.2.1.2 (key identifiers).
    """

    id = "tls-chain-incomplete"
    title = "An intermediate certificate is missing"
    remedy = "Add the intermediates to the file of tls.certificate, after the SBC's own certificate."
    source = "Microsoft, sip-options-tls-certificate-issues (2023-10-30); RFC 5246, section 7.4.2"
    needs = TlsFact

    def judge(self, fact: TlsFact) -> Iterator[Finding]:
        return each_chain(fact, lambda chain: self._links(fact, chain))

    def _links(self, fact: TlsFact, chain: Chain) -> Iterator[Finding]:
        path = path_of(fact, chain)
        evidence = {
            "origin": chain.origin,
            "last": called(path.last.subject),
            "issuer": called(path.last.issuer),
            "count": len(path.certificates),
        }
        if path.anchor is not None:
            evidence["root"] = called(path.anchor.subject)
            message = "{origin}: complete up to {root} (certificates on the way: {count})"
            yield Finding(Outcome.PASS, message, evidence)
        elif path.self_signed:
            yield Finding(Outcome.PASS, "{origin}: {last} issued itself: nothing is missing above it", evidence)
        elif is_authority(path.last):
            # Public chains seldom have two intermediates: this is rather a root that nobody knows
            message = "{origin}: {issuer}, who issued {last}, is not there; if it is no root, it is missing"
            yield Finding(Outcome.UNKNOWN, message, evidence)
        else:
            message = "{origin}: {issuer}, who issued {last}, is missing: neither sent along nor a known root"
            yield Finding(Outcome.FAIL, message, evidence)
