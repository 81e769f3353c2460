from __future__ import annotations

from collections.abc import Iterator

from sbc_tool.diagnose.fault import TraceFault
from sbc_tool.diagnose.trace.trace import Trace
from sbc_tool.finding import Finding, Outcome


class CarrierRefuses(TraceFault):
    """What it finds
      402, 403 or 603 of the STARFACE to a call that the SBC passes on from Teams.

    Why it matters
      The STARFACE, or the carrier behind it, doesn't let the call out: no credit, a blocked destination, a caller's
      number that the line doesn't own. Microsoft notes 560402 or 560403.

    Example
      INVITE to the STARFACE answered by 403 Forbidden, which the SBC passes on to Microsoft.

    Fix
      Dial the same number from a STARFACE phone of the same user; if that fails, too, ask the carrier.

    Source
      Microsoft, support articles microsoft-sip-response-codes-402 and -403; RFC 3261, section 21.4.4.
    """

    id = "carrier-refuses"
    title = "The telephone network refuses the call"
    remedy = "Dial the number from the user's STARFACE phone; if that fails, too, it is the line or the carrier."
    source = "Microsoft, codes 560402 and 560403"
    settles = "the same call from a STARFACE phone of the same user"
    steps = (
        "Dial the number from a STARFACE phone of the same user.",
        "If it fails, too: look at the user's dialling rights and the line's numbers, then ask the carrier.",
    )
    side = "carrier"

    def look(self, trace: Trace) -> Iterator[Finding]:
        for call in trace.calls:
            if not call.legs[0].faces_teams:
                continue
            for leg in (leg for leg in call.legs if not leg.faces_teams):
                final = leg.final()
                if final is None:
                    continue
                evidence = {"code": final.code, "phrase": final.phrase, "called": leg.called}
                refused = final.code in (402, 403, 603)
                told = "the STARFACE answers {code} {phrase} to the call to {called}"
                yield Finding(Outcome.WARN if refused else Outcome.PASS, told, evidence, final.where)
