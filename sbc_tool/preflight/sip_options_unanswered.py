from __future__ import annotations

from collections.abc import Iterator

from sbc_tool.check import Check
from sbc_tool.facts.sip import OptionsFact
from sbc_tool.finding import Finding, Outcome


class SipOptionsUnanswered(Check):
    """What it finds
      An answer to OPTIONS over TLS that is not 200. No answer at all decides nothing: an SBC that lets only Microsoft
      in, or takes only certificates under Microsoft's roots, does not answer a laptop.

    Why it matters
      Microsoft sends OPTIONS of its own to the SBC, and calls it active only after a 200.

    Example
      OPTIONS to sbc.meinefirma.de: 503 Service Unavailable

    Fix
      See whether the gateway and `context cs SWITCH` are `no shutdown`, and whether session licences are installed.

    Source
      Microsoft, sip-options-tls-certificate-issues (2023-10-30). RFC 3261, section 11.
    """

    id = "sip-options-unanswered"
    title = "SIP OPTIONS is not answered with 200"
    remedy = "See whether gateway and context cs are `no shutdown`, and the session licences."
    source = "Microsoft, sip-options-tls-certificate-issues (2023-10-30)"
    needs = OptionsFact

    def judge(self, fact: OptionsFact) -> Iterator[Finding]:
        evidence = {"fqdn": fact.fqdn, "code": fact.code, "phrase": fact.phrase}
        outcome = Outcome.PASS if fact.code == 200 else Outcome.FAIL
        yield Finding(outcome, "OPTIONS to {fqdn}: {code} {phrase}", evidence)
