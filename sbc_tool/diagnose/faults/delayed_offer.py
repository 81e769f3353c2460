from __future__ import annotations

from collections.abc import Iterator

from sbc_tool.diagnose.fault import TraceFault
from sbc_tool.diagnose.trace.trace import Trace
from sbc_tool.diagnose.trace.transactions import transactions
from sbc_tool.finding import Finding, Outcome


class DelayedOffer(TraceFault):
    """What it finds
      An INVITE of the SBC to Microsoft without a session description.

    Why it matters
      Microsoft doesn't support delayed offers: it answers 488 or 400, and no call comes about.

    Example
      INVITE sip:+497123222@sip.pstnhub.microsoft.com with Content-Length: 0

    Fix
      Switch delayed offer off in the SBC, or let it make an offer when the STARFACE sends none.

    Source
      Microsoft, direct-routing-protocols-sip.
    """

    id = "delayed-offer"
    title = "The SBC calls Microsoft without an offer"
    remedy = "Let the SBC send its offer in the INVITE (early offer)."
    source = "Microsoft, direct-routing-protocols-sip"
    settles = "the SBC's INVITE to Microsoft in a trace"
    steps = (
        "Switch early offer on for calls to Microsoft.",
        "Trace a call: the INVITE has SDP.",
    )

    def look(self, trace: Trace) -> Iterator[Finding]:
        for transaction in transactions(trace.teams_legs, "INVITE"):
            if transaction.from_teams or transaction.request.cut:
                continue
            there = transaction.request.sdp is not None
            told = "the SBC's INVITE has an offer" if there else "the SBC's INVITE has no offer"
            yield Finding(Outcome.PASS if there else Outcome.FAIL, told, {}, transaction.request.where)
