from __future__ import annotations

from collections.abc import Iterator

from sbc_tool.check import Check
from sbc_tool.deploy.verify.facts import Answered
from sbc_tool.finding import Finding, Outcome


class SipContactNotFqdn(Check):
    """What it finds
      A Contact in the SBC's answer whose host is not the FQDN of the site, an IP address above all.

    Why it matters
      Microsoft finds the tenant by the host in Contact, and compares it with the certificate. With an address there
      it answers 403.

    Example
      `Contact: <sip:203.0.113.10:5061;transport=tls>`.

    Fix
      The gateway's interface must write the name (`spoofed-contact`, which is assumed for Trinity; see `sbc-tool
      explain syntax-unconfirmed`).

    Source
      Microsoft, direct-routing-protocols-sip (Contact must hold the FQDN).
    """

    id = "sip-contact-not-fqdn"
    title = "Contact does not carry the SBC's name"
    remedy = "Make the Teams gateway write the FQDN into Contact (`spoofed-contact`)."
    source = "Microsoft, direct-routing-protocols-sip"
    needs = Answered

    def judge(self, fact: Answered) -> Iterator[Finding]:
        hosts = fact.options.contacts
        good = bool(hosts) and all(host.lower() == fact.fqdn.lower() for host in hosts)
        evidence = {"contact": ", ".join(hosts), "fqdn": fact.fqdn}
        if good:
            yield Finding(Outcome.PASS, "Contact: {contact}", evidence)
        else:
            message = "Contact: {contact}; must be {fqdn}" if hosts else "Contact: missing; must be {fqdn}"
            yield Finding(Outcome.FAIL, message, evidence)
