from __future__ import annotations

from collections.abc import Iterator

from sbc_tool.diagnose.fault import TraceFault
from sbc_tool.diagnose.trace.calls import Leg
from sbc_tool.diagnose.trace.sip import Message
from sbc_tool.diagnose.trace.trace import Trace
from sbc_tool.diagnose.trace.transactions import Transaction, transactions
from sbc_tool.finding import Finding, Outcome

_NO_LATER = 0.6  # of the interval; a refresh comes at half of it (RFC 4028, section 10)


class SessionTimerMishandled(TraceFault):
    """What it finds
      A session that its refresher doesn't refresh in time, a refresh that is refused, or 422 that ends the call.

    Why it matters
      Microsoft asks for session timers (1800 s in its samples). The refresher that both agreed on must repeat INVITE
      or UPDATE by half that time; otherwise the other side ends the call, after 10 to 60 minutes.

    Example
      Session-Expires: 1800;refresher=uac, no UPDATE, BYE after 1790 s.

    Fix
      Switch session timers on in the SBC's Teams gateway, and let it answer a refresh itself instead of passing it to
      the STARFACE.

    Source
      Microsoft, issues-with-inbound-calls (2025-02-07) and direct-routing-protocols-sip; RFC 4028, sections 7 to 10.
    """

    id = "session-timer-mishandled"
    title = "Calls end because the session isn't refreshed"
    remedy = "Let the SBC refresh sessions on the Teams side by itself, and answer Microsoft's refresh."
    source = "RFC 4028; Microsoft, direct-routing-protocols-sip"
    settles = "Session-Expires and refresher in the 200 OK, and what comes at half that time"
    steps = (
        "Switch session timers on in the SBC's Teams gateway, with the refresher that the 200 OK names.",
        "Keep a call up for longer than half of Session-Expires, and trace the refresh.",
    )

    def look(self, trace: Trace) -> Iterator[Finding]:
        for leg in trace.legs:
            repeats = [one for one in transactions([leg]) if one.request.method in ("INVITE", "UPDATE")]
            agreed = next((one.final for one in repeats if one.final and 200 <= one.final.code < 300), None)
            if agreed is None:
                short = next((one.final for one in repeats if one.final and one.final.code == 422), None)
                if short:
                    evidence = {"least": short.header("min-se")}
                    yield Finding(
                        Outcome.FAIL, "422 ends the call: at least {least} s are asked for", evidence, short.where
                    )
                continue
            interval = _seconds(agreed)
            if interval:
                refreshes = [one for one in repeats if one.request.tag("to") and one.final]
                yield from _kept(leg, agreed, interval, refreshes)


def _seconds(answer: Message) -> int:
    """Session-Expires; 0 where there is none."""
    text = answer.header("session-expires").partition(";")[0].strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else 0


def _kept(leg: Leg, agreed: Message, interval: int, refreshes: list[Transaction]) -> Iterator[Finding]:
    bye = next(leg.requests("BYE"), None)
    for one in refreshes:
        if one.final and one.final.code >= 400 and one.final.code not in (401, 407, 491):
            evidence = {"code": one.final.code, "method": one.request.method, "who": leg.sender(one.final)}
            yield Finding(Outcome.FAIL, "{who} answers the refresh ({method}) with {code}", evidence, one.final.where)
    lasted = (bye.time or 0.0) - (agreed.time or 0.0) if bye else 0.0
    kept = any(one.final and one.final.code < 300 for one in refreshes)
    evidence = {"interval": interval, "lasted": round(lasted), "who": leg.sender(bye) if bye else ""}
    if bye and not kept and lasted >= interval * _NO_LATER:
        told = "no refresh within {interval} s; {who} ends the call after {lasted} s"
        yield Finding(Outcome.FAIL, told, evidence, bye.where)
    elif kept:
        yield Finding(Outcome.PASS, "the session of {interval} s was refreshed", evidence, agreed.where)
