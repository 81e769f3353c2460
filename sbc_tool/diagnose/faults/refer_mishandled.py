from __future__ import annotations

from collections.abc import Iterator

from sbc_tool.diagnose.fault import TraceFault
from sbc_tool.diagnose.trace.sip import Message
from sbc_tool.diagnose.trace.trace import Trace
from sbc_tool.diagnose.trace.transactions import transactions
from sbc_tool.finding import Finding, Outcome


class ReferMishandled(TraceFault):
    """What it finds
      A REFER of Microsoft that the SBC refuses or doesn't report on, or whose new INVITE goes elsewhere or is
      altered.

    Why it matters
      Microsoft transfers by REFER where the SBC allows it. The SBC must answer 202, call Microsoft at the address in
      Refer-To, unchanged, with Referred-By, and report with NOTIFY. Otherwise the transfer ends the call.

    Example
      REFER answered 202; the new INVITE goes to the STARFACE instead of sip.pstnhub.microsoft.com.

    Fix
      Route the INVITE after REFER back to Microsoft with Refer-To unchanged, or leave REFER out of Allow: then
      Microsoft transfers by itself.

    Source
      Microsoft, direct-routing-protocols-sip: call transfer; support article issues-with-call-transfers; RFC 3515,
      RFC 3892.
    """

    id = "refer-mishandled"
    title = "The SBC doesn't carry out Microsoft's REFER"
    remedy = "Route the call that REFER asks for back to Microsoft, unchanged, or leave REFER out of Allow."
    source = "Microsoft, direct-routing-protocols-sip; RFC 3515"
    settles = "what follows Microsoft's REFER in a trace: 202, an INVITE to Microsoft, NOTIFY"
    steps = (
        "Leave REFER out of the SBC's Allow, so that Microsoft carries out transfers.",
        "Or route the new INVITE to Microsoft with Refer-To unchanged and Referred-By.",
        "Transfer a call in Teams, and trace.",
    )

    def look(self, trace: Trace) -> Iterator[Finding]:
        for transaction in transactions(trace.teams_legs, "REFER"):
            if not transaction.from_teams:
                continue
            request, final, leg = transaction.request, transaction.final, transaction.leg
            evidence = {"code": final.code if final else 0}
            if final is None or final.code >= 300:
                yield Finding(Outcome.FAIL, "the SBC answers {code} to REFER", evidence, request.where)
                continue
            yield Finding(Outcome.PASS, "the SBC answers {code} to REFER", evidence, request.where)
            if not any(not leg.from_teams(notify) for notify in leg.requests("NOTIFY")):
                yield Finding(Outcome.FAIL, "no NOTIFY says how the transfer goes", {}, request.where)
            yield self._followed(request, trace)

    @staticmethod
    def _followed(refer: Message, trace: Trace) -> Finding:
        wanted = refer.uri("refer-to")
        later = [leg for leg in trace.legs if leg.invite and (leg.begin or 0.0) >= (refer.time or 0.0)]
        back = [leg.messages[0] for leg in later if leg.faces_teams and not leg.from_teams(leg.messages[0])]
        same = [invite for invite in back if invite.request_uri.partition(";")[0] == wanted]
        evidence = {"wanted": wanted, "sent": back[0].request_uri if back else ""}
        if same and same[0].header("referred-by"):
            return Finding(Outcome.PASS, "the SBC calls {wanted}, with Referred-By", evidence, same[0].where)
        if same:
            return Finding(Outcome.FAIL, "the SBC calls {wanted}, but without Referred-By", evidence, same[0].where)
        if back:
            return Finding(Outcome.FAIL, "REFER asks for {wanted}, the SBC calls {sent}", evidence, back[0].where)
        return Finding(Outcome.FAIL, "the SBC doesn't call Microsoft at {wanted}", evidence, refer.where)
