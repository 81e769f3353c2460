from __future__ import annotations

from collections.abc import Iterator

from sbc_tool.check import Check
from sbc_tool.finding import Finding, Outcome
from sbc_tool.lint.doors import Door, lets_in, ranges_of, tls_doors
from sbc_tool.trinity.tree import Config


class AclDropsTeams(Check):
    """What it finds
      An access list on the interface that faces Microsoft which drops SIP or media from one of Microsoft's
      ranges (a warning), or from all of them (a fault).

    Why it matters
      Calls come from any address of the ranges, not only from those that the proxies' names resolve to. With
      half of them let in, some calls fail and most don't.

    Example
      ```bad
      profile acl ACL
        permit tcp any eq 443 any
      context ip ROUTER
        interface WAN
          ipaddress WAN 123.123.123.123 255.255.255.248
          use profile acl ACL in
      context sip-gateway GW
        interface IF
          transport-protocol tls 5061
          bind ipaddress ROUTER WAN WAN
      ```

      ```good
      profile acl ACL
        permit ip 52.112.0.0 0.3.255.255 any
        permit ip 52.120.0.0 0.3.255.255 any
      context ip ROUTER
        interface WAN
          ipaddress WAN 123.123.123.123 255.255.255.248
          use profile acl ACL in
      context sip-gateway GW
        interface IF
          transport-protocol tls 5061
          bind ipaddress ROUTER WAN WAN
      ```

    Fix
      `network.wan.filter: microsoft-only` renders such a list.

    Source
      The ranges of the rule pack (teams/rules.yaml); SW4110 p.256-262 for the lists.
    """

    id = "acl-drops-teams"
    title = "The access list keeps Microsoft out"
    remedy = "Permit TCP to the SBC's TLS port and UDP from all of Microsoft's ranges."
    source = "Microsoft, direct-routing-plan (2024-06-17)"
    needs = Config

    def judge(self, fact: Config) -> Iterator[Finding]:
        doors = list(tls_doors(fact))
        if not doors:
            yield Finding(Outcome.NA, "no access list stands before a TLS port")
        for door in doors:
            yield _judged(fact, door)


def _judged(config: Config, door: Door) -> Finding:
    answers = {net: lets_in(door, net) for net in ranges_of(config)}
    dropped = [str(net) for net, let_in in answers.items() if let_in is False]
    evidence = {"list": door.profile.name, "port": door.port, "dropped": ", ".join(dropped)}
    outcome, message = Outcome.PASS, "{list} lets Microsoft in"
    if dropped:
        outcome = Outcome.FAIL if len(dropped) == len(answers) else Outcome.WARN
        message = "{list} drops SIP (TCP {port}) or media from {dropped}"
    elif None in answers.values():
        outcome, message = Outcome.UNKNOWN, "{list} has a rule that can't be read: whom it lets in isn't known"
    return Finding(outcome, message, evidence, config.place(door.profile))
