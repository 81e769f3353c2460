from __future__ import annotations

from collections.abc import Iterator

from cryptography import x509

from sbc_tool import teams
from sbc_tool.check import Check
from sbc_tool.facts.tls import Chain, TlsFact
from sbc_tool.finding import Finding, Outcome
from sbc_tool.preflight.chains import each_chain, path_of
from sbc_tool.tls.chain import called


class TlsCertificateExpiresSoon(Check):
    """What it finds
      A certificate of which less than a fifth of its lifetime is left, or an intermediate that ends before it.

    Why it matters
      Public certificates live 200 days since March 2026, 100 from March 2027, 47 from March 2029. A limit in days fits
      none of them: a fifth is 40, 20 or 9 days, in which an automatic renewal should long have happened. Microsoft's
      admin centre warns 30 days before the end, whatever the lifetime.

    Example
      fullchain.pem: sbc.meinefirma.de has 12 of 200 d left (until 2026-12-03)

    Fix
      Renew now, deploy, and drop the old TLS connections, which keep using the old certificate. Automate the renewal.

    Source
      CA/Browser Forum, Baseline Requirements 6.3.2 (lifetimes); Microsoft, direct-routing-health-dashboard (30 days).
      The fifth is this tool's own: certificate.expires_soon_share in teams/rules.yaml.
    """

    id = "tls-certificate-expires-soon"
    title = "A certificate expires soon"
    remedy = "Renew and deploy it, drop the old TLS connections, and automate the renewal."
    source = "CA/Browser Forum, Baseline Requirements 6.3.2; Microsoft, direct-routing-health-dashboard"
    needs = TlsFact

    def judge(self, fact: TlsFact) -> Iterator[Finding]:
        return each_chain(fact, lambda chain: self._left(fact, chain))

    def _left(self, fact: TlsFact, chain: Chain) -> Iterator[Finding]:
        own, *authorities = path_of(fact, chain).certificates
        start, end = own.not_valid_before_utc, own.not_valid_after_utc
        evidence = {
            "origin": chain.origin,
            "subject": called(own.subject),
            "left": (end - fact.at).days,
            "lifetime": (end - start).days,
            "end": f"{end:%Y-%m-%d}",
        }
        if not start <= fact.at <= end:
            yield Finding(Outcome.NA, "{origin}: is not valid now, which tls-certificate-expired judges", evidence)
            return
        soon = (end - fact.at) < teams.load().certificate.expires_soon_share * (end - start)
        message = "{origin}: {subject} has {left} of {lifetime} d left (until {end})"
        yield Finding(Outcome.WARN if soon else Outcome.PASS, message, evidence)
        yield from (_ends_first(one, evidence) for one in authorities if fact.at <= one.not_valid_after_utc < end)


def _ends_first(authority: x509.Certificate, evidence: dict[str, object]) -> Finding:
    first = {"authority": called(authority.subject), "first": f"{authority.not_valid_after_utc:%Y-%m-%d}"}
    message = "{origin}: {authority} ends on {first}, before {subject} does ({end})"
    return Finding(Outcome.WARN, message, evidence | first)
