from __future__ import annotations

from collections.abc import Iterator

from sbc_tool.check import Check
from sbc_tool.facts.dns import DnsAnswer
from sbc_tool.facts.zone import ZoneFact
from sbc_tool.finding import Finding, Outcome


class ZoneDelegationLame(Check):
    """What it finds
      Name servers listed for the SBC's zone that do not answer for it: refused, silent, or without authority.

    Why it matters
      A resolver that comes to such a server loses seconds, or gives up. The name then resolves now and then, most often
      after a move to another provider when the old servers are still listed.

    Example
      meinefirma.de: ns2.alterprovider.de does not answer for the zone (answered REFUSED)

    Fix
      Have the registrar list only servers that hold the zone, and make the NS records in the zone the same.

    Source
      RFC 1912, section 2.8 (lame delegations); RFC 9499 (the term). The servers listed are those of the zone's NS
      records as resolvers give them; what the parent zone lists was not compared.
    """

    id = "zone-delegation-lame"
    title = "A server listed for the zone does not answer for it"
    remedy = "Correct the zone's NS records at the registrar: only servers that hold the zone."
    source = "RFC 1912, section 2.8"
    needs = ZoneFact

    def judge(self, fact: ZoneFact) -> Iterator[Finding]:
        good = [server for server in fact.servers if server.authoritative and not server.error]
        silent = [server for server in fact.servers if _silent(server)]
        for server in fact.servers:
            if server in good:
                continue
            evidence = {"apex": fact.apex, "server": server.resolver, "why": server.error or "without authority"}
            message = "{apex}: {server} does not answer for the zone ({why})"
            if not good and len(silent) == len(fact.servers):
                message = "{apex}: {server} was not heard ({why}); a firewall here may keep port 53 from it"
                yield Finding(Outcome.UNKNOWN, message, evidence)
            else:
                yield Finding(Outcome.WARN if good else Outcome.FAIL, message, evidence)
        if len(good) == len(fact.servers):
            names = ", ".join(server.resolver for server in good)
            evidence = {"apex": fact.apex, "servers": names}
            yield Finding(Outcome.PASS, "{apex}: {servers} answer for the zone", evidence)


def _silent(server: DnsAnswer) -> bool:
    """No answer of its own: many networks let DNS out to their own resolver only."""
    return bool(server.error) and not server.rcode
