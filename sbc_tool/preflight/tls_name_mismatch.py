from __future__ import annotations

from collections.abc import Iterator

from sbc_tool.check import Check
from sbc_tool.facts.tls import Chain, TlsFact
from sbc_tool.finding import Finding, Outcome
from sbc_tool.preflight.chains import each_chain, leaf_of
from sbc_tool.tls.chain import called, covers, dns_names


class TlsNameMismatch(Check):
    """What it finds
      A certificate that is not for the SBC's name.

    Why it matters
      Microsoft compares the name in the Contact header with those in the certificate and refuses the SBC if none is
      the same. A wildcard stands for one label: *.meinefirma.de covers sbc.meinefirma.de, not sbc.voip.meinefirma.de.
      Names belong into the subjectAltName extension: Microsoft's page still allows the common name, but today's TLS
      software does not look at it.

    Example
      fullchain.pem: is for www.meinefirma.de, not for sbc.meinefirma.de

    Fix
      Have a certificate issued with teams.fqdn as a subjectAltName, or correct teams.fqdn.

    Source
      Microsoft, direct-routing-plan (2024-06-17): certificate of the SBC. RFC 6125, section 6.4; RFC 9525.
    """

    id = "tls-name-mismatch"
    title = "The certificate is not for the SBC's name"
    remedy = "Have a certificate issued with teams.fqdn as a subjectAltName."
    source = "Microsoft, direct-routing-plan (2024-06-17): certificate of the SBC; RFC 6125, section 6.4"
    needs = TlsFact

    def judge(self, fact: TlsFact) -> Iterator[Finding]:
        return each_chain(fact, lambda chain: self._names(fact.fqdn, chain))

    def _names(self, fqdn: str, chain: Chain) -> Iterator[Finding]:
        certificate = leaf_of(chain)
        names, common = dns_names(certificate), called(certificate.subject)
        covering = next((name for name in names if covers(name, fqdn)), "")
        evidence = {
            "origin": chain.origin,
            "fqdn": fqdn,
            "covering": covering,
            "names": ", ".join(names) or common,
            "wildcard": next((name for name in names if name.startswith("*.") and fqdn.endswith(name[1:])), ""),
        }
        if covering:
            yield Finding(Outcome.PASS, "{origin}: {covering} covers {fqdn}", evidence)
        elif not names and covers(common, fqdn):
            message = "{origin}: has {names} as its common name only, and no subjectAltName, which is what counts"
            yield Finding(Outcome.FAIL, message, evidence)
        elif evidence["wildcard"]:
            message = "{origin}: {wildcard} stands for one label, so it does not cover {fqdn}"
            yield Finding(Outcome.FAIL, message, evidence)
        else:
            yield Finding(Outcome.FAIL, "{origin}: is for {names}, not for {fqdn}", evidence)
