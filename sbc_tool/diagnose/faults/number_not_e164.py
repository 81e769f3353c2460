from __future__ import annotations

from collections.abc import Iterator

from sbc_tool.diagnose.fault import TraceFault
from sbc_tool.diagnose.trace.sip import user_of
from sbc_tool.diagnose.trace.trace import Trace
from sbc_tool.diagnose.trace.transactions import transactions
from sbc_tool.finding import Finding, Outcome


class NumberNotE164(TraceFault):
    """What it finds
      A called or calling number in the SBC's INVITE to Microsoft that isn't E.164 with a leading +.

    Why it matters
      Microsoft looks for the user by the called number exactly as it is assigned. Another spelling ends with 404
      (511404), 412 or 484, and callers are shown wrongly.

    Example
      INVITE sip:07123222@sip.pstnhub.microsoft.com

    Fix
      Translate numbers to E.164 in the SBC's routing tables before they go to Microsoft, and back for the STARFACE.

    Source
      Microsoft, direct-routing-protocols-sip: Request-URI and From; support article on 404 and 412.
    """

    id = "number-not-e164"
    title = "Numbers reach Microsoft without their +"
    remedy = "Translate both numbers to E.164 with + in the SBC, before the call goes to Microsoft."
    source = "Microsoft, direct-routing-protocols-sip"
    settles = "Request-URI and From of the SBC's INVITE to Microsoft"
    steps = (
        "Let the SBC's routing tables write +49… for both numbers; `sbc-tool deploy` does.",
        "Compare the called number with Get-CsOnlineUser: LineURI.",
    )
    ours = True

    def look(self, trace: Trace) -> Iterator[Finding]:
        for transaction in transactions(trace.teams_legs, "INVITE"):
            request, final = transaction.request, transaction.final
            if transaction.from_teams:
                if final and final.code in (404, 412, 484):
                    evidence = {"code": final.code, "number": user_of(request.request_uri)}
                    yield Finding(Outcome.WARN, "the SBC answers {code} to {number}", evidence, final.where)
                continue
            for what, number in (("called", user_of(request.request_uri)), ("calling", user_of(request.uri("from")))):
                if number.lstrip("+").isdigit():
                    outcome = Outcome.PASS if number.startswith("+") else Outcome.FAIL
                    evidence = {"what": what, "number": number}
                    yield Finding(outcome, "{what} number in the SBC's INVITE: {number}", evidence, request.where)
