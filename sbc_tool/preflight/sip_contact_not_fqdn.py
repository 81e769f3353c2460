from __future__ import annotations

from collections.abc import Iterator

from sbc_tool.check import Check
from sbc_tool.facts.sip import OptionsFact
from sbc_tool.finding import Finding, Outcome


class SipContactNotFqdn(Check):
    """What it finds
      A Contact in the SBC's answer, or a Record-Route, whose host is not the FQDN of the site: an IP address above all.

    Why it matters
      Microsoft finds the tenant by the host in Record-Route or Contact, and compares it with the certificate. With an
      address there it answers 403.

    Example
      Contact: 203.0.113.10; must be sbc.meinefirma.de

    Fix
      The gateway's interface must write the name (`spoofed-contact`, which is assumed for Trinity; see
      `sbc-tool explain syntax-unconfirmed`).

    Source
      Microsoft, direct-routing-protocols-sip (2022): Contact must hold the FQDN, only the first one counts; a
      Record-Route, if there is one, must be the same.
    """

    id = "sip-contact-not-fqdn"
    title = "Contact does not carry the SBC's name"
    remedy = "Make the Teams gateway write the FQDN into Contact (`spoofed-contact`)."
    source = "Microsoft, direct-routing-protocols-sip"
    needs = OptionsFact

    def judge(self, fact: OptionsFact) -> Iterator[Finding]:
        for header, hosts in (("Contact", fact.contacts), ("Record-Route", fact.record_routes)):
            evidence = {"header": header, "hosts": ", ".join(hosts), "fqdn": fact.fqdn}
            if any(host.lower() != fact.fqdn.lower() for host in hosts):
                yield Finding(Outcome.FAIL, "{header}: {hosts}; must be {fqdn}", evidence)
            elif hosts:
                yield Finding(Outcome.PASS, "{header}: {hosts}", evidence)
            elif header == "Contact":
                yield Finding(Outcome.FAIL, "{header}: missing; must be {fqdn}", evidence)
