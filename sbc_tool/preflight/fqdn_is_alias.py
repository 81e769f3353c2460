from __future__ import annotations

from collections.abc import Iterator

from sbc_tool.check import Check
from sbc_tool.facts.names import NameFact
from sbc_tool.finding import Finding, Outcome


class FqdnIsAlias(Check):
    """What it finds
      A name of the SBC that is an alias (CNAME) of another name.

    Why it matters
      Whoever holds the other name decides where calls go: a dynamic DNS service, a provider, a hoster. It works until
      they change the address. The certificate must still carry the name in the site file, not the alias's target.

    Example
      sbc.meinefirma.de is an alias of customer17.dyndns.example

    Fix
      Replace the CNAME by an A record with the SBC's fixed address.

    Source
      RFC 1034, section 3.6.2. Microsoft's pages ask for a record to a public address, and name no alias.
    """

    id = "fqdn-is-alias"
    title = "The SBC's name is an alias"
    remedy = "Replace the CNAME of teams.fqdn by an A record."
    source = "RFC 1034, section 3.6.2"
    needs = NameFact

    def judge(self, fact: NameFact) -> Iterator[Finding]:
        aliases = dict.fromkeys(alias for answer in (*fact.public, *fact.own) for alias in answer.aliases)
        evidence = {"fqdn": fact.name, "targets": ", then ".join(aliases)}
        if aliases:
            yield Finding(Outcome.WARN, "{fqdn} is an alias of {targets}", evidence)
        else:
            yield Finding(Outcome.PASS, "{fqdn} is no alias", evidence)
