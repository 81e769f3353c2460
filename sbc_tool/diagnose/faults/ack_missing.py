from __future__ import annotations

from collections.abc import Iterator

from sbc_tool.diagnose.fault import TraceFault
from sbc_tool.diagnose.trace.sip import Message
from sbc_tool.diagnose.trace.trace import Trace
from sbc_tool.finding import Finding, Outcome


class AckMissing(TraceFault):
    """What it finds
      A 200 OK to INVITE after which no ACK comes.

    Why it matters
      Without ACK the one who answered repeats the 200 OK and ends the call after some seconds (Microsoft: 408, code
      1106; about 4 s where 100 Trying is lost, too).

    Example
      200 OK at 2.1, 2.6, 3.6 and 5.6 s, then BYE.

    Fix
      Find out where the ACK goes: it follows Contact and Record-Route of the 200 OK. Let a firewall that closes idle
      or half-seen connections pass SIP in both directions.

    Source
      Microsoft, support article microsoft-sip-response-codes-408 (1106), issues-with-inbound-calls (2025-02-07); RFC
      3261, section 13.2.2.4.
    """

    id = "ack-missing"
    title = "The 200 OK of a call is not acknowledged"
    remedy = "Follow the ACK: it goes where Contact and Record-Route of the 200 OK lead; let firewalls pass it."
    source = "RFC 3261, section 13.2.2.4; Microsoft code 1106"
    settles = "an ACK with the CSeq of the 200 OK, in a trace on either side of the SBC"
    steps = (
        "Compare Contact and Record-Route of the 200 OK with where the other side sends.",
        "Let the firewall pass SIP both ways, without SIP helpers (ALG).",
        "Trace again: an ACK follows the 200 OK.",
    )

    def look(self, trace: Trace) -> Iterator[Finding]:
        for leg in trace.legs:
            answers: dict[int, list[Message]] = {}
            for message in leg.messages:
                if message.method == "INVITE" and 200 <= message.code < 300:
                    answers.setdefault(message.cseq, []).append(message)
            acknowledged = {message.cseq for message in leg.requests("ACK")}
            for number, copies in answers.items():
                evidence = {"count": len(copies), "who": leg.sender(copies[0])}
                if number in acknowledged:
                    yield Finding(Outcome.PASS, "the 200 OK of {who} is acknowledged", evidence, copies[0].where)
                elif len(copies) > 1:
                    told = "{who} sends 200 OK {count} times, and no ACK comes"
                    yield Finding(Outcome.FAIL, told, evidence, copies[-1].where)
                else:
                    told = "no ACK to the 200 OK of {who} is in the trace"
                    yield Finding(Outcome.WARN, told, evidence, copies[0].where)
