from __future__ import annotations

from collections.abc import Iterator

from sbc_tool.check import Check
from sbc_tool.facts.dns import DnsAnswer
from sbc_tool.facts.names import NameFact
from sbc_tool.finding import Finding, Outcome


class FqdnResolverDisagreement(Check):
    """What it finds
      Servers that answer differently for the SBC's name: public resolvers, the zone's own servers, and the resolver
      of the computer that looks.

    Why it matters
      Microsoft asks a resolver of its own. As long as answers differ, some of its data centres may look for the SBC at
      the old address, which shows as a gateway that is active now and then.

    Example
      Google still gives 217.1.2.3, the zone's servers 123.123.123.123; it may keep the old answer for another 3,312 s

    Fix
      An old answer: wait until it has expired, and lower the TTL before the next change. Servers of the zone that
      differ: see why the secondary does not take over the zone (SOA serial, transfer). Split horizon: give the inside
      name server the public address, too, or know that what is looked at from inside is not what Microsoft sees.

    Source
      RFC 1034 (TTL), RFC 2308 (negative answers are kept, too), RFC 1996 (how secondaries hear of a change).
    """

    id = "fqdn-resolver-disagreement"
    title = "Name servers disagree on the SBC's name"
    remedy = "Wait for old answers to expire; bring the zone's servers, and the inside one, to the same A record."
    source = "RFC 1034, RFC 2308"
    needs = NameFact

    def judge(self, fact: NameFact) -> Iterator[Finding]:
        sides = (fact.own, fact.public)
        reference = next((side[0] for side in sides if side), None)
        told = [(answer.resolver, answer.told) for side in sides for answer in side]
        evidence = {"fqdn": fact.name, "told": "; ".join(f"{who}: {what}" for who, what in told), "count": len(told)}
        differ = list(_differences(fact))
        for outcome, message, more in differ:
            yield Finding(outcome, message, evidence | more)
        if differ or reference is None:
            return
        if len(told) < 2:
            message = "only one server was heard, so there is nothing to compare ({told}; {unheard})"
            yield Finding(Outcome.UNKNOWN, message, evidence | {"unheard": "; ".join(fact.unheard)})
        else:
            yield Finding(Outcome.PASS, "{count} servers agree on {fqdn} ({told})", evidence)


def _differences(fact: NameFact) -> Iterator[tuple[Outcome, str, dict[str, object]]]:
    if _differ(fact.own):
        yield Outcome.FAIL, "the zone's own servers disagree on {fqdn} ({told})", {}
    elif not fact.own and _differ(fact.public):
        yield Outcome.FAIL, "public resolvers disagree on {fqdn} ({told})", {}
    elif fact.own:
        new = fact.own[0]
        for old in fact.public:
            if old.records != new.records:
                yield (
                    Outcome.WARN,
                    _old(old),
                    {"resolver": old.resolver, "old": old.told, "new": new.told, "s": old.ttl},
                )
    world = (*fact.own, *fact.public)[0]
    for inside in fact.local:
        if inside.records != world.records and all(inside.records != one.records for one in fact.public):
            message = "{inside} of this computer gives {old}, the world {new}: a split horizon"
            yield Outcome.WARN, message, {"inside": inside.resolver, "old": inside.told, "new": world.told}


def _old(answer: DnsAnswer) -> str:
    start = "{resolver} gives {old}, the zone's servers {new}"
    return f"{start}; it may keep the old answer for another {{s}} s" if answer.ttl is not None else start


def _differ(answers: tuple[DnsAnswer, ...]) -> bool:
    return len({answer.records for answer in answers}) > 1
