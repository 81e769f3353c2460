from __future__ import annotations

from collections.abc import Iterator

from sbc_tool.check import Check
from sbc_tool.finding import Finding, Outcome
from sbc_tool.waivers.judge.use import Use


class WaiverUnused(Check):
    """What it finds
      A waiver, in a comment or in the baseline file, although its check ran and found nothing there.

    Why it matters
      The fault is gone, or the waiver stands in the wrong line. If it stays, it hides the next fault of that kind.

    Example
      # sbc-tool: waive srtp-not-forced until 2027-01-31: old gateway
      profile voip PF_TEAMS
        srtp transmission forced

    Fix
      Remove it. A comment waives what is found in the line below it; in a site file, what is found in its rendering.

    Source
      Practice of linters that report suppressions without effect.
    """

    id = "waiver-unused"
    title = "A waiver that waives nothing"
    remedy = "Remove it, or move it to the line above the one that is found."
    source = "README, lint"
    needs = Use

    def judge(self, fact: Use) -> Iterator[Finding]:
        for waiver in fact.idle:
            message = "{check}: nothing is found here that it waives"
            yield Finding(Outcome.WARN, message, {"check": waiver.check}, waiver.where)
        if not fact.idle:
            yield Finding(Outcome.PASS, "every waiver is needed")
