from __future__ import annotations

import re
from collections.abc import Iterator

from sbc_tool.check import Check, NotApplicable, Unknown
from sbc_tool.facts.issuing import IssuingFact
from sbc_tool.finding import Finding, Outcome

# By which names in CAA an organization lets itself be allowed: each CA's own practice statement, as of 2025; those that
# issue for German customers. An organization that is missing here leaves the check undecided, never green.
_CAA_NAMES = {
    "let's encrypt": ("letsencrypt.org",),
    "digicert": ("digicert.com", "thawte.com", "geotrust.com", "rapidssl.com", "symantec.com"),
    "sectigo": ("sectigo.com", "usertrust.com", "trust-provider.com", "comodoca.com", "comodo.com"),
    "globalsign": ("globalsign.com",),
    "google trust services": ("pki.goog",),
    "godaddy": ("godaddy.com", "starfieldtech.com"),
    "starfield": ("godaddy.com", "starfieldtech.com"),
    "d-trust": ("d-trust.net", "dtrust.de", "dtrust.net"),
    "telekom security": ("telesec.de",),
    "swisssign": ("swisssign.com", "swisssign.net", "swisssign.ch"),
    "certum": ("certum.pl", "certum.eu"),
    "asseco": ("certum.pl", "certum.eu"),
    "ssl corp": ("ssl.com",),
    "zerossl": ("sectigo.com", "zerossl.com"),
    "actalis": ("actalis.it",),
    "harica": ("harica.gr",),
    "buypass": ("buypass.com", "buypass.no"),
}
_RECORD = re.compile(r'\d+ (?P<tag>issue|issuewild) "(?P<domain>[^";]*)', re.IGNORECASE)


class CaaForbidsIssuer(Check):
    """What it finds
      CAA records by which the authority that issued the certificate may not issue the next one.

    Why it matters
      The certificate of today stays valid, so nothing is seen before the renewal fails; with certificates of 100 days
      and less that is soon.

    Example
      sbc.meinefirma.de: only letsencrypt.org may issue, and the certificate is from DigiCert Inc

    Fix
      Add a CAA record for the authority (`0 issue "digicert.com"`), or order from one that is allowed.

    Source
      RFC 8659. Which names stand for which authority: their practice statements.
    """

    id = "caa-forbids-issuer"
    title = "CAA records forbid the next certificate"
    remedy = "Add a CAA record for the certificate's authority, before the renewal."
    source = "RFC 8659"
    needs = IssuingFact

    def judge(self, fact: IssuingFact) -> Iterator[Finding]:
        if isinstance(fact.caa, (Unknown, NotApplicable)):
            outcome = Outcome.UNKNOWN if isinstance(fact.caa, Unknown) else Outcome.NA
            yield Finding(outcome, "{why}", {"why": str(fact.caa)})
            return
        allowed = _allowed(fact.caa, fact.wildcard)
        evidence = {"fqdn": fact.name, "issuer": str(fact.issuer), "allowed": ", ".join(allowed or ()) or "nobody"}
        names = _names(fact.issuer)
        if allowed is None:
            yield Finding(Outcome.PASS, "{fqdn}: every authority may issue", evidence)
        elif not allowed:
            yield Finding(Outcome.WARN, "{fqdn}: no authority may issue (CAA)", evidence)
        elif names is None:
            message = "{fqdn}: only {allowed} may issue; what {issuer} is called in CAA is not known here"
            yield Finding(Outcome.UNKNOWN, message, evidence)
        elif set(names) & set(allowed):
            yield Finding(Outcome.PASS, "{fqdn}: {allowed} may issue, and the certificate is from {issuer}", evidence)
        else:
            message = "{fqdn}: only {allowed} may issue, and the certificate is from {issuer}"
            yield Finding(Outcome.WARN, message, evidence)


def _allowed(caa: tuple[str, ...], wildcard: bool) -> tuple[str, ...] | None:
    """The domains that may issue, none for nobody; None when the records don't say (RFC 8659, sections 4.2, 4.3)."""
    found: dict[str, list[str]] = {"issue": [], "issuewild": []}
    for match in filter(None, map(_RECORD.match, caa)):
        found[match["tag"].lower()].append(match["domain"].strip().lower())
    said = found["issuewild"] if wildcard and found["issuewild"] else found["issue"]
    return tuple(domain for domain in said if domain) if said else None


def _names(issuer: str | Unknown) -> tuple[str, ...] | None:
    if isinstance(issuer, Unknown):
        return None
    return next((names for start, names in _CAA_NAMES.items() if issuer.lower().startswith(start)), None)
