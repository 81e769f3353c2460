from __future__ import annotations

from collections.abc import Iterator

from sbc_tool.check import Check, Unknown
from sbc_tool.facts.dns import DnsAnswer
from sbc_tool.facts.zone import ZoneFact
from sbc_tool.finding import Finding, Outcome


class ZoneDelegationLame(Check):
    """What it finds
      Name servers listed for the SBC's zone that do not answer for it: refused, silent, or without authority; and lists
      that differ, in the zone and in the one above (the registrar's).

    Why it matters
      A resolver that comes to such a server loses seconds, or gives up. The name then resolves now and then, most often
      after a move to another provider when the old servers are still listed.

    Example
      meinefirma.de: ns2.alterprovider.de does not answer for the zone (answered REFUSED)

    Fix
      Have the registrar list only servers that hold the zone, and make the NS records in the zone the same.

    Source
      RFC 1912, section 2.8 (lame delegations); RFC 9499 (the term); RFC 1034, section 4.2.2 (both lists shall be the
      same). The zone's NS records are those that resolvers give, the other list is what a server of the zone above
      answers; addresses (glue) are not compared.
    """

    id = "zone-delegation-lame"
    title = "A server listed for the zone does not answer for it"
    remedy = "Correct the zone's NS records at the registrar: only servers that hold the zone."
    source = "RFC 1912, section 2.8"
    needs = ZoneFact

    def judge(self, fact: ZoneFact) -> Iterator[Finding]:
        good = [server for server in fact.servers if server.authoritative and not server.error]
        ways_in = fact.listed if isinstance(fact.delegated, Unknown) else fact.delegated
        found = any(server.resolver in ways_in for server in good)  # a resolver gets to the zone
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
                yield Finding(Outcome.WARN if found else Outcome.FAIL, message, evidence)
        lists = tuple(_lists(fact)) if good else ()
        yield from lists
        if len(good) == len(fact.servers) and not lists:
            names = ", ".join(server.resolver for server in good)
            evidence = {"apex": fact.apex, "servers": names}
            yield Finding(
                Outcome.PASS, "{apex}: {servers} answer for the zone, and the zone above lists them", evidence
            )


def _lists(fact: ZoneFact) -> Iterator[Finding]:
    """Where the zone and the one above name other servers."""
    if isinstance(fact.delegated, Unknown):
        evidence = {"apex": fact.apex, "why": str(fact.delegated)}
        yield Finding(Outcome.UNKNOWN, "{apex}: which servers the zone above lists is not known ({why})", evidence)
        return
    above = [name for name in fact.delegated if name not in fact.listed]
    own = [name for name in fact.listed if name not in fact.delegated]
    evidence = {"apex": fact.apex, "above": ", ".join(above), "own": ", ".join(own)}
    if above:
        yield Finding(Outcome.WARN, "{apex}: the zone above lists {above}, the zone itself does not", evidence)
    if own:
        yield Finding(Outcome.WARN, "{apex}: the zone lists {own}, the zone above does not", evidence)


def _silent(server: DnsAnswer) -> bool:
    """No answer of its own: many networks let DNS out to their own resolver only."""
    return bool(server.error) and not server.rcode
