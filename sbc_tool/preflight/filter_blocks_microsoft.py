from __future__ import annotations

from collections.abc import Iterator
from ipaddress import collapse_addresses

from sbc_tool import teams
from sbc_tool.check import Check
from sbc_tool.facts.wan_filter import FilterFact
from sbc_tool.finding import Finding, Outcome
from sbc_tool.trinity.acl import Rule, Traffic, blocked, rule


class FilterBlocksMicrosoft(Check):
    """What it finds
      An access list on the device's WAN side that keeps out a part of Microsoft's signalling or media.

    Why it matters
      Microsoft calls from any address of its ranges, not only from those that the proxies' names lead to, and media
      come from others still. With a part of them shut out some calls fail, or have no sound in one direction.

    Example
      calls to port 5062 are not let in from 52.120.0.0/14

    Fix
      Deploy: the rendered list permits all of them. With a list of your own, add a `permit` for each range named.

    Source
      Microsoft, direct-routing-plan (2024-06-17): signalling and media, IP addresses and ports; the ranges in
      teams/rules.yaml are the union of what two versions of that page say. The language is SmartWare's (SW4110).
    """

    id = "filter-blocks-microsoft"
    title = "The device's filter keeps a part of Microsoft out"
    remedy = "Deploy, or permit Microsoft's ranges for signalling and media in the WAN's access list."
    source = "Microsoft, direct-routing-plan (2024-06-17): IP addresses and ports"
    needs = FilterFact

    def judge(self, fact: FilterFact) -> Iterator[Finding]:
        if fact.rules is None:
            yield Finding(Outcome.PASS, "nothing is filtered on the WAN side")
            return
        rules = []
        for line in fact.rules:
            try:
                rules.append(rule(line))
            except ValueError:
                yield Finding(
                    Outcome.UNKNOWN, "`{line}` is not understood: what it lets in is not known", {"line": line}
                )
        yield from _judged(fact, rules) if len(rules) == len(fact.rules) else ()


def _judged(fact: FilterFact, rules: list[Rule]) -> Iterator[Finding]:
    ranges = teams.load().clouds[fact.cloud].ranges
    for what, sort in _needed(fact).items():
        shut = [part for source in ranges for part in blocked(Traffic(sort[0], source, fact.address, *sort[1:]), rules)]
        told = ", ".join(str(part) for part in collapse_addresses(shut))
        evidence = {"what": what, "ranges": told or ", ".join(str(one) for one in ranges)}
        if shut:
            yield Finding(Outcome.FAIL, "{what} are not let in from {ranges}", evidence)
        else:
            yield Finding(Outcome.PASS, "{what} are let in from {ranges}", evidence)


def _needed(fact: FilterFact) -> dict[str, tuple[str, tuple[int, int], tuple[int, int]]]:
    """What must get in: protocol, Microsoft's ports, ours. Media go to ports that the SBC chooses: any is a sign."""
    rules = teams.load()
    own, theirs, free = (fact.tls_port, fact.tls_port), (rules.signalling_port,) * 2, (1024, 65535)
    media = {f"media from ports {first}-{last}": ("udp", (first, last), free) for first, last in rules.media_ports}
    return {
        f"calls to port {fact.tls_port}": ("tcp", free, own),
        f"answers from port {rules.signalling_port}": ("tcp", theirs, free),
        **media,
    }
