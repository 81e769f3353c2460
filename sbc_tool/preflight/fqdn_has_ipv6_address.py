from __future__ import annotations

from collections.abc import Iterator

from sbc_tool.check import Check, Unknown
from sbc_tool.facts.zone import ZoneFact
from sbc_tool.finding import Finding, Outcome


class FqdnHasIpv6Address(Check):
    """What it finds
      An AAAA record for the SBC's name.

    Why it matters
      The SBC is set up for IPv4 here. Who prefers IPv6, such as a certificate authority that validates the domain or a
      monitoring system, goes to another place than Microsoft; and a gateway with IPAddressVersion IPv6 in the tenant
      would lead Microsoft there, too.

    Example
      sbc.meinefirma.de has the IPv6 address 2001:db8::1, which this installation does not use

    Fix
      Remove the AAAA record, often left by a hoster's default or a wildcard, unless something else needs it.

    Source
      Microsoft, New-CsOnlinePSTNGateway (2026-08): IPAddressVersion, IPv4 by default, never both.
    """

    id = "fqdn-has-ipv6-address"
    title = "The SBC's name has an IPv6 address, too"
    remedy = "Remove the AAAA record of teams.fqdn, and look for a wildcard record that makes it."
    source = "Microsoft, New-CsOnlinePSTNGateway: IPAddressVersion"
    needs = ZoneFact

    def judge(self, fact: ZoneFact) -> Iterator[Finding]:
        if isinstance(fact.ipv6, Unknown):
            message = "whether {fqdn} has an IPv6 address is not known: {why}"
            yield Finding(Outcome.UNKNOWN, message, {"fqdn": fact.name, "why": str(fact.ipv6)})
            return
        evidence = {"fqdn": fact.name, "addresses": ", ".join(fact.ipv6)}
        if fact.ipv6:
            message = "{fqdn} has the IPv6 address {addresses}, which this installation does not use"
            yield Finding(Outcome.WARN, message, evidence)
        else:
            yield Finding(Outcome.PASS, "{fqdn} has no IPv6 address", evidence)
