from __future__ import annotations

from collections.abc import Iterator

from sbc_tool.diagnose.fault import TraceFault
from sbc_tool.diagnose.trace.trace import Trace
from sbc_tool.finding import Finding, Outcome

_ROUTING = (403, 404, 480, 484, 604)  # answers of an SBC that found no way


class CallerHasNoRoute(TraceFault):
    """What it finds
      A final answer of 400 and above to Microsoft's INVITE, while the SBC never calls the STARFACE.

    Why it matters
      The SBC found no way: the calling user has no account on it, or no routing table takes the number. Microsoft
      notes 560403 or 560404.

    Example
      INVITE from +497123222; 403 Forbidden 12 ms later; no INVITE to the STARFACE.

    Fix
      Look up the way with `sbc-tool route`; add the user's number and account to the site file, and deploy.

    Source
      Microsoft, support article microsoft-sip-response-codes-403 (560403); Fluxpunkt's documentation: one SIP account
      a user.
    """

    id = "caller-has-no-route"
    title = "The SBC refuses a call by itself"
    remedy = "Add the caller's number and account to the site file's users, and deploy."
    source = "Microsoft, code 560403"
    settles = "whether an INVITE to the STARFACE follows Microsoft's INVITE"
    steps = (
        "Compare the calling number with the users of the site file.",
        "Add what is missing, and deploy.",
    )
    ours = True

    def look(self, trace: Trace) -> Iterator[Finding]:
        beside = any(not leg.faces_teams and leg.invite for leg in trace.legs)
        for call in trace.calls:
            leg, final = call.legs[0], call.legs[0].final()
            if not leg.faces_teams or final is None or leg.from_teams(final) or final.code < 400 or final.code == 487:
                continue
            evidence = {"code": final.code, "phrase": final.phrase, "caller": leg.caller, "called": leg.called}
            if len(call.legs) > 1:
                told = "the SBC answers {code} {phrase} after it has called the STARFACE"
                yield Finding(Outcome.PASS, told, evidence, final.where)
            elif final.code in _ROUTING:
                told = "the SBC refuses {caller} -> {called} with {code} {phrase}, and calls nobody"
                yield Finding(Outcome.FAIL if beside else Outcome.WARN, told, evidence, final.where)
