from __future__ import annotations

from collections.abc import Iterator

from sbc_tool.diagnose.fault import TraceFault
from sbc_tool.diagnose.trace.sip import user_of
from sbc_tool.diagnose.trace.trace import Trace
from sbc_tool.finding import Finding, Outcome


class CallerIdDiffers(TraceFault):
    """What it finds
      An INVITE whose From and P-Asserted-Identity name two numbers.

    Why it matters
      Which of them is shown depends on who reads it: the callee sees the main number instead of the extension, or the
      other way round.

    Example
      From: <sip:+497123222@sbc.meinefirma.de>, P-Asserted-Identity: <sip:+4971230@sbc.meinefirma.de>

    Fix
      Remove P-Asserted-Identity in the SBC, or write the same number into both.

    Source
      RFC 3325; Microsoft, issues-with-outbound-calls (2023-10-30): From against P-Asserted-Identity.
    """

    id = "caller-id-differs"
    title = "Two headers name two calling numbers"
    remedy = "Write the same number into From and P-Asserted-Identity, or remove the latter."
    source = "RFC 3325; Microsoft, issues-with-outbound-calls"
    settles = "From and P-Asserted-Identity of the INVITE, on both sides of the SBC"
    steps = (
        "Decide which number is to be shown.",
        "Let the SBC remove P-Asserted-Identity, or write that number into both headers.",
        "Trace a call: both name the same number.",
    )

    def look(self, trace: Trace) -> Iterator[Finding]:
        for leg in trace.legs:
            invite = leg.invite
            asserted = user_of(invite.uri("p-asserted-identity")) if invite else ""
            if invite is None:
                continue
            if not asserted:
                yield Finding(Outcome.PASS, "no P-Asserted-Identity beside From", {}, invite.where)
                continue
            shown = user_of(invite.uri("from"))
            evidence = {"who": leg.sender(invite), "shown": shown or "nobody", "asserted": asserted}
            if shown in ("", "anonymous", asserted):
                yield Finding(Outcome.PASS, "{who} names one caller: {asserted}", evidence, invite.where)
            else:
                told = "{who} says From {shown}, and P-Asserted-Identity {asserted}"
                yield Finding(Outcome.FAIL, told, evidence, invite.where)
