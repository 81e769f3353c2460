from __future__ import annotations

from collections.abc import Iterator

from sbc_tool.diagnose.fault import TraceFault
from sbc_tool.diagnose.trace.trace import Trace
from sbc_tool.diagnose.trace.transactions import transactions
from sbc_tool.finding import Finding, Outcome


class PbxDoesNotAnswer(TraceFault):
    """What it finds
      A call from Teams that the SBC passes to the STARFACE, and that the STARFACE doesn't answer, or answers 408.

    Why it matters
      The SBC waits and answers 408 to Microsoft (code 560408) or runs into Microsoft's own time limit.

    Example
      INVITE to 10.108.2.100:5060, sent seven times, no answer.

    Fix
      Look at address, port and transport of the STARFACE in the site file, at filters between both, and whether the
      STARFACE has blocked the SBC after wrong passwords.

    Source
      Microsoft, support article microsoft-sip-response-codes-408 (560408); RFC 3261, section 17.1.1.
    """

    id = "pbx-does-not-answer"
    title = "The STARFACE doesn't answer the SBC"
    remedy = "Check address, port and transport of the STARFACE, and whether it has blocked the SBC."
    source = "Microsoft, code 560408"
    settles = "the STARFACE's answer to the SBC's INVITE or OPTIONS"
    steps = (
        "Look at starface.address, port and transport in the site file.",
        "Look into the STARFACE's list of blocked addresses, and take the SBC out of it.",
        "Trace between both: does the INVITE arrive?",
    )
    side = "pbx"

    def look(self, trace: Trace) -> Iterator[Finding]:
        for call in trace.calls:
            if not call.legs[0].faces_teams:
                continue
            for transaction in transactions([leg for leg in call.legs if not leg.faces_teams], "INVITE"):
                final = transaction.final
                evidence = {
                    "target": str(transaction.request.target or "the STARFACE"),
                    "code": final.code if final else 0,
                }
                if not transaction.answers:
                    yield Finding(Outcome.FAIL, "{target} doesn't answer INVITE", evidence, transaction.request.where)
                elif final and final.code == 408:
                    yield Finding(Outcome.WARN, "{target} answers 408: nobody there in time", evidence, final.where)
                else:
                    yield Finding(Outcome.PASS, "{target} answers INVITE", evidence, transaction.request.where)
