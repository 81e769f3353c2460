from __future__ import annotations

from collections.abc import Iterator

from sbc_tool.check import Check
from sbc_tool.finding import Finding, Outcome
from sbc_tool.waivers.judge.use import Use


class WaiverExpired(Check):
    """What it finds
      A waiver, in a comment or in the baseline file, whose day has passed. The finding that it was for counts again.

    Why it matters
      Somebody said until when a fault may stay. Without a reminder, "until" becomes "for ever", and nobody knows why.

    Example
      # sbc-tool: waive srtp-not-forced until 2026-06-30: the gateway in the warehouse is replaced in May

    Fix
      Mend what the finding says and remove the waiver; or give it a new day, with a reason that holds today.

    Source
      Practice of audited exceptions: owner, reason, expiry.
    """

    id = "waiver-expired"
    title = "A waiver's day has passed"
    remedy = "Mend the fault and remove the waiver, or decide anew: another day, and a reason that holds today."
    source = "README, lint"
    needs = Use

    def judge(self, fact: Use) -> Iterator[Finding]:
        for waiver in fact.expired:
            evidence = {"check": waiver.check, "until": str(waiver.until), "reason": waiver.reason}
            yield Finding(Outcome.WARN, "{check} was waived until {until}: {reason}", evidence, waiver.where)
        if not fact.expired:
            yield Finding(Outcome.PASS, "no waiver has expired")
