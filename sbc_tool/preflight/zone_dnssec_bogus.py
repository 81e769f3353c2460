from __future__ import annotations

from collections.abc import Iterator

from sbc_tool.check import Check, Unknown
from sbc_tool.facts.zone import ZoneFact
from sbc_tool.finding import Finding, Outcome


class ZoneDnssecBogus(Check):
    """What it finds
      A zone whose DNSSEC signatures do not hold: expired, or made with a key that the parent zone does not know.

    Why it matters
      Resolvers that validate answer SERVFAIL, as if the name did not exist. Whether Microsoft's do is not known; those
      of certificate authorities do, so that no certificate can be had. A zone without signatures is fine.

    Example
      meinefirma.de is bogus: validating resolvers answer SERVFAIL, and the address when told not to check

    Fix
      Sign the zone anew, or have the registrar remove the DS record, often left after a move to another provider.

    Source
      RFC 4035, section 5; RFC 6840, section 5.9 (CD bit).
    """

    id = "zone-dnssec-bogus"
    title = "The zone's DNSSEC signatures do not hold"
    remedy = "Sign the zone anew, or remove the DS record at the registrar."
    source = "RFC 4035, section 5"
    needs = ZoneFact

    def judge(self, fact: ZoneFact) -> Iterator[Finding]:
        evidence = {"apex": fact.apex, "why": str(fact.dnssec)}
        if isinstance(fact.dnssec, Unknown):
            yield Finding(Outcome.UNKNOWN, "whether the signatures of {apex} hold is not known: {why}", evidence)
        elif fact.dnssec == "bogus":
            message = (
                "{apex}: validating resolvers refuse the answer (SERVFAIL), and give it when told not to check: bogus"
            )
            yield Finding(Outcome.FAIL, message, evidence)
        elif fact.dnssec == "valid":
            yield Finding(Outcome.PASS, "{apex} is signed, and a resolver has validated it", evidence)
        else:
            message = "{apex}: no resolver vouches for signatures: the zone is unsigned, or none of them validates"
            yield Finding(Outcome.PASS, message, evidence)
