from __future__ import annotations

from collections.abc import Iterator

from sbc_tool.check import Check
from sbc_tool.facts.names import NameFact
from sbc_tool.finding import Finding, Outcome


class FqdnMultipleAddresses(Check):
    """What it finds
      More than one IPv4 address behind the SBC's name.

    Why it matters
      Microsoft supports exactly one address behind the name of an SBC. With two, each connection goes to either: one
      that isn't the SBC's leaves calls unanswered, every other time.

    Example
      sbc.meinefirma.de has 2 addresses: 123.123.123.123, 217.1.2.3 (Quad9, ns1.meinefirma.de)

    Fix
      Leave one A record, that of the SBC. For a second SBC use a second name and a second gateway in the tenant.

    Source
      Microsoft, direct-routing-connect-the-sbc (2022-11-16): several addresses behind one FQDN are not supported.
    """

    id = "fqdn-multiple-addresses"
    title = "The SBC's name has more than one address"
    remedy = "Leave exactly one A record for teams.fqdn; a second SBC needs a name of its own."
    source = "Microsoft, direct-routing-connect-the-sbc (2022-11-16): one FQDN, one address"
    needs = NameFact

    def judge(self, fact: NameFact) -> Iterator[Finding]:
        heard = (*fact.public, *fact.own)
        several = [answer for answer in heard if len(answer.records) > 1]
        most = max(heard, key=lambda answer: len(answer.records))
        evidence = {
            "fqdn": fact.name,
            "count": len(most.records),
            "addresses": ", ".join(most.records),
            "who": ", ".join(answer.resolver for answer in several or heard),
        }
        if several:
            yield Finding(Outcome.FAIL, "{fqdn} has {count} addresses: {addresses} ({who})", evidence)
        elif most.records:
            yield Finding(Outcome.PASS, "{fqdn} has one address, say {who}", evidence)
        else:
            yield Finding(Outcome.NA, "{fqdn} has no address at all", evidence)
