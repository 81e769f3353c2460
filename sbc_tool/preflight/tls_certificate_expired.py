from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sbc_tool.check import Check
from sbc_tool.facts.tls import Chain, TlsFact
from sbc_tool.finding import Finding, Outcome
from sbc_tool.preflight.chains import each_chain, path_of
from sbc_tool.tls.chain import called


class TlsCertificateExpired(Check):
    """What it finds
      A certificate that is no longer valid, or not yet; the SBC's own, or an intermediate on the way to the root.

    Why it matters
      Microsoft refuses the handshake from the minute on: no calls, in either direction.

    Example
      fullchain.pem: sbc.meinefirma.de expired on 2026-11-01 12:00 UTC, 21 d ago

    Fix
      Renew the certificate, deploy it, and drop the old TLS connections, which keep using the old one. If it is not
      valid yet, look at the clock first. Since March 2026 public certificates live 200 days at most: automate renewal.

    Source
      RFC 5280, section 4.1.2.5. Microsoft, sip-options-tls-certificate-issues (2023-10-30).
    """

    id = "tls-certificate-expired"
    title = "A certificate is not valid now"
    remedy = "Renew the certificate and deploy it; if it is not valid yet, set the clock."
    source = "RFC 5280, section 4.1.2.5; Microsoft, sip-options-tls-certificate-issues (2023-10-30)"
    needs = TlsFact

    def judge(self, fact: TlsFact) -> Iterator[Finding]:
        return each_chain(fact, lambda chain: self._dates(fact, chain))

    def _dates(self, fact: TlsFact, chain: Chain) -> Iterator[Finding]:
        path = path_of(fact, chain)
        sound = True
        for one in path.certificates:
            start, end = one.not_valid_before_utc, one.not_valid_after_utc
            evidence: dict[str, Any] = {"origin": chain.origin, "subject": called(one.subject), "now": _minute(fact.at)}
            if fact.at > end:
                message = "{origin}: {subject} expired on {end}, {days} d ago"
                yield Finding(Outcome.FAIL, message, evidence | {"end": _minute(end), "days": (fact.at - end).days})
                sound = False
            elif fact.at < start:
                message = "{origin}: {subject} is valid from {start} only; it is {now}"
                yield Finding(Outcome.FAIL, message, evidence | {"start": _minute(start)})
                sound = False
        if sound:
            end = min(one.not_valid_after_utc for one in path.certificates)
            evidence = {"origin": chain.origin, "end": _minute(end), "days": (end - fact.at).days}
            yield Finding(Outcome.PASS, "{origin}: valid until {end}, {days} d from now", evidence)


def _minute(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
