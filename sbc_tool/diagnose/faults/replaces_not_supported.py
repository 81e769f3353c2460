from __future__ import annotations

from collections.abc import Iterator

from sbc_tool.diagnose.fault import TraceFault
from sbc_tool.diagnose.trace.trace import Trace
from sbc_tool.diagnose.trace.transactions import transactions
from sbc_tool.finding import Finding, Outcome


class ReplacesNotSupported(TraceFault):
    """What it finds
      420 of the SBC that names replaces, or a refused INVITE of Microsoft with Replaces.

    Why it matters
      Microsoft joins calls in attended transfers and in call parking with Replaces. An SBC that lacks it answers 420
      (code 560420), and the transfer fails.

    Example
      SIP/2.0 420 Bad Extension with Unsupported: replaces

    Fix
      Update the firmware to one that is certified for Teams (3.18.1 or later), and let the SBC say Supported:
      replaces.

    Source
      Microsoft, direct-routing-protocols-sip; support article microsoft-sip-response-codes-420 (2024-11-22); RFC
      3891.
    """

    id = "replaces-not-supported"
    title = "The SBC doesn't understand Replaces"
    remedy = "Update the SBC's firmware to one that supports Replaces, and leave the extension on."
    source = "Microsoft, code 560420; RFC 3891"
    settles = "the SBC's answer to an INVITE of Microsoft with Replaces"
    steps = (
        "Look at the firmware: 3.18.1 or later knows Replaces.",
        "Transfer a call in Teams, and trace: the SBC answers 200 to the INVITE with Replaces.",
    )

    def look(self, trace: Trace) -> Iterator[Finding]:
        for transaction in transactions(trace.teams_legs):
            request, final = transaction.request, transaction.final
            if not transaction.from_teams or final is None:
                continue
            asked = bool(request.header("replaces"))
            unsupported = final.code == 420 and "replaces" in final.header("unsupported").lower()
            evidence = {"code": final.code, "phrase": final.phrase}
            if unsupported or (asked and final.code >= 400):
                outcome = Outcome.FAIL if unsupported else Outcome.WARN
                yield Finding(outcome, "the SBC answers {code} {phrase} to Replaces", evidence, final.where)
            elif asked:
                yield Finding(Outcome.PASS, "the SBC takes Replaces", evidence, final.where)
