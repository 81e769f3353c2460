from __future__ import annotations

from collections.abc import Iterator

from sbc_tool.check import Check
from sbc_tool.facts.revocation import RevocationFact
from sbc_tool.finding import Finding, Outcome


class TlsCertificateRevoked(Check):
    """What it finds
      A certificate of the chain that its authority has revoked.

    Why it matters
      Authorities revoke when a key was lost, but also when an order was not paid or a name was not proved. Who checks,
      refuses the handshake; who does not, goes on: calls fail now and then, without a pattern.

    Example
      fullchain.pem: sbc.meinefirma.de was revoked on 2026-11-20 (keyCompromise), says OCSP ocsp.sectigo.com

    Fix
      Ask the authority why; have the certificate reissued, with a new key if the old one was lost, and deploy it.

    Source
      RFC 6960 (OCSP); RFC 5280, section 5 (revocation lists). That Microsoft checks is not documented. An authority
      that cannot be reached leaves it unknown; certificates of a week or less are not revoked (Baseline Requirements).
    """

    id = "tls-certificate-revoked"
    title = "A certificate has been revoked"
    remedy = "Ask the authority why, have the certificate reissued, and deploy it."
    source = "RFC 6960; RFC 5280, section 5"
    needs = RevocationFact

    def judge(self, fact: RevocationFact) -> Iterator[Finding]:
        for asked in fact.asked:
            evidence = {"origin": fact.origin, "subject": asked.subject, "source": asked.source, "why": asked.why}
            if asked.why:
                yield Finding(Outcome.UNKNOWN, "{origin}: {subject}: {source}: {why}", evidence)
            elif asked.revoked is None:
                yield Finding(Outcome.PASS, "{origin}: {subject} is not revoked, says {source}", evidence)
            else:
                when = {"day": f"{asked.revoked:%Y-%m-%d}", "reason": asked.reason or "no reason given"}
                message = "{origin}: {subject} was revoked on {day} ({reason}), says {source}"
                yield Finding(Outcome.FAIL, message, evidence | when)
