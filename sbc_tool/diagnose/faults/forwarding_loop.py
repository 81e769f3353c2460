from __future__ import annotations

from collections.abc import Iterator

from sbc_tool.diagnose.fault import TraceFault
from sbc_tool.diagnose.trace.calls import Leg
from sbc_tool.diagnose.trace.trace import Trace
from sbc_tool.finding import Finding, Outcome

_WITHIN_S, _TURNS = 5.0, 3


class ForwardingLoop(TraceFault):
    """What it finds
      482 or 483 as an answer, or a number that Microsoft or the SBC calls three times and more within one call.

    Why it matters
      Forwarding in Teams and at the STARFACE lead to each other. It ends with 500 (code 510482), or when the lines
      are all busy.

    Example
      Three INVITEs to +497123222 within two seconds, none of them answered.

    Fix
      Remove one of the two forwardings; let parallel ringing be done on one side only.

    Source
      Microsoft, support article microsoft-sip-response-codes-500 (510482); RFC 3261, sections 16.3 and 21.4.20.
    """

    id = "forwarding-loop"
    title = "A call goes round in circles"
    remedy = "Remove the forwarding in Teams or the one at the STARFACE that leads back."
    source = "Microsoft, code 510482"
    settles = "both forwardings of the called user, in Teams and at the STARFACE"
    steps = (
        "Look at the user's call forwarding in Teams and at the STARFACE.",
        "Remove the one that leads back.",
    )
    side = "pbx"

    def look(self, trace: Trace) -> Iterator[Finding]:
        for final in filter(None, (leg.final() for leg in trace.legs)):
            if final.code in (482, 483):
                yield Finding(
                    Outcome.FAIL, "{code} {phrase}", {"code": final.code, "phrase": final.phrase}, final.where
                )
        begun: dict[str, list[Leg]] = {}
        for leg in (leg for leg in trace.teams_legs if leg.invite and leg.called and not _taken(leg)):
            begun.setdefault(f"{leg.caller} -> {leg.called}", []).append(leg)
        for ways, legs in begun.items():
            near = [leg for leg in legs if (leg.begin or 0.0) - (legs[0].begin or 0.0) <= _WITHIN_S]
            if len(near) >= _TURNS:
                evidence = {"ways": ways, "count": len(near)}
                told = "{ways}: called {count} times within seconds, and never taken"
                yield Finding(Outcome.WARN, told, evidence, near[-1].messages[0].where)


def _taken(leg: Leg) -> bool:
    final = leg.final()
    return final is not None and final.code < 300
