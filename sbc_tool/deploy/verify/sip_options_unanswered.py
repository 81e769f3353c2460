from __future__ import annotations

from collections.abc import Iterator

from sbc_tool.check import Check
from sbc_tool.deploy.verify.facts import Answered
from sbc_tool.finding import Finding, Outcome


class SipOptionsUnanswered(Check):
    """What it finds
      An answer to OPTIONS over TLS that is not 200.

    Why it matters
      Microsoft sends OPTIONS of its own to the SBC and calls it active only after a 200.

    Example
      OPTIONS to sbc.example.de:5061 is answered with 503.

    Fix
      See whether the gateway and `context cs SWITCH` are `no shutdown`, and whether session licences are installed.

    Source
      Microsoft, sip-options-tls-certificate-issues.
    """

    id = "sip-options-unanswered"
    title = "SIP OPTIONS is not answered with 200"
    remedy = "See whether gateway and context cs are `no shutdown`, and the session licences."
    source = "Microsoft, sip-options-tls-certificate-issues"
    needs = Answered

    def judge(self, fact: Answered) -> Iterator[Finding]:
        outcome = Outcome.PASS if fact.options.code == 200 else Outcome.FAIL
        yield Finding(outcome, "OPTIONS: {code} {phrase}", {"code": fact.options.code, "phrase": fact.options.phrase})
