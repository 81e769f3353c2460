from __future__ import annotations

from collections.abc import Iterator

from sbc_tool.diagnose.fault import TraceFault
from sbc_tool.diagnose.trace.calls import Call
from sbc_tool.diagnose.trace.sip import Message
from sbc_tool.diagnose.trace.trace import Trace
from sbc_tool.finding import Finding, Outcome

_AT_ONCE_S = 10.0  # a person who dials again takes longer


class MissedCallFlood(TraceFault):
    """What it finds
      A CANCEL to Microsoft without the Reason that somebody else took the call; calls that are tried again after 480,
      486 or 603; Q.850 cause 34 with 480 or 486.

    Why it matters
      Without that Reason every call that rings in parallel and is taken at a phone becomes a missed call in Teams. A
      refusal that is tried again rings on and on.

    Example
      CANCEL without the line: Reason: SIP;cause=200;text="Call completed elsewhere"

    Fix
      Let the SBC pass on the STARFACE's Reason, or set it. Don't try again after 480, 486 and 603; turn Q.850 cause
      34 into 17 (busy) or 20 (absent).

    Source
      Microsoft, direct-routing-call-notifications (2022-08-07); RFC 3326; msxfaq.de on Q.850 in Direct Routing.
    """

    id = "missed-call-flood"
    title = "Teams notes missed calls that others have taken, or is called again at once"
    remedy = "Pass Reason on in CANCEL, and don't repeat calls after 480, 486 or 603."
    source = "Microsoft, direct-routing-call-notifications; RFC 3326"
    settles = "the Reason header of the CANCEL to Microsoft, when another phone has taken the call"
    steps = (
        "Let the SBC pass Reason from the STARFACE to Microsoft.",
        "Switch off retries after 480, 486 and 603.",
        "Call a user with two phones, answer at the other one, and trace: CANCEL has Reason: SIP;cause=200.",
    )

    def look(self, trace: Trace) -> Iterator[Finding]:
        for call in trace.calls:
            yield from _cancelled(call)
        yield from _tried_again(trace)
        for leg, answer in ((leg, leg.final()) for leg in trace.legs):
            reason = answer.header("reason") if answer and answer.code in (480, 486) else ""
            if answer and "Q.850" in reason and "cause=34" in reason.replace(" ", ""):
                evidence = {"code": answer.code, "who": leg.sender(answer)}
                yield Finding(
                    Outcome.WARN, "{code} of {who} says Q.850 cause 34: no channel, try again", evidence, answer.where
                )


def _taken(cancel: Message) -> bool:
    """Whether a CANCEL says that somebody else has taken the call."""
    reasons = (reason.replace(" ", "").lower() for reason in cancel.all("reason"))
    return any(reason.startswith("sip;") and "cause=200" in reason for reason in reasons)


def _cancelled(call: Call) -> Iterator[Finding]:
    cancels = [(leg, next(leg.requests("CANCEL"), None)) for leg in call.legs]
    elsewhere = any(cancel and _taken(cancel) and not leg.faces_teams for leg, cancel in cancels)
    for leg, cancel in cancels:
        if not leg.faces_teams or cancel is None or leg.from_teams(cancel):
            continue
        if _taken(cancel):
            yield Finding(Outcome.PASS, "CANCEL tells Microsoft that the call was taken elsewhere", {}, cancel.where)
        elif elsewhere:
            yield Finding(Outcome.FAIL, "the SBC drops the Reason that the call was taken elsewhere", {}, cancel.where)
        else:
            yield Finding(
                Outcome.WARN, "CANCEL without Reason: a missed call, right if the caller gave up", {}, cancel.where
            )


def _tried_again(trace: Trace) -> Iterator[Finding]:
    refused: dict[str, Message] = {}
    for leg in trace.teams_legs:
        before, final = refused.get(leg.called), leg.final()
        if before and leg.begin and before.time and 0 <= leg.begin - before.time <= _AT_ONCE_S:
            evidence = {"called": leg.called, "code": before.code}
            yield Finding(Outcome.FAIL, "{called} is called again after {code}", evidence, leg.messages[0].where)
        if final and final.code in (480, 486, 603):
            refused[leg.called] = final
