from __future__ import annotations

from collections.abc import Iterator
from math import inf

from sbc_tool.diagnose.fault import TraceFault
from sbc_tool.diagnose.trace.flows import Flow, flows
from sbc_tool.diagnose.trace.sip import Message
from sbc_tool.diagnose.trace.trace import Trace
from sbc_tool.diagnose.trace.transactions import transactions
from sbc_tool.finding import Finding, Outcome


class RingbackMissing(TraceFault):
    """What it finds
      183 with a session description before the answer, but no audio behind it; also 183 after 180, which stops the
      ringing that the phone makes by itself.

    Why it matters
      After 183 with SDP the caller's phone plays what comes over RTP. If nothing comes, or silence, the caller hears
      nothing until somebody answers.

    Example
      180 Ringing, then 183 Session Progress with SDP; no RTP before 200 OK.

    Fix
      Let the SBC pass on the first of 180 and 183 only, or turn 183 into 180 without SDP.

    Source
      Microsoft, direct-routing-protocols-sip and issues-with-inbound-calls (2025-02-07): ringback; RFC 3960.
    """

    id = "ringback-missing"
    title = "The caller hears no ringing"
    remedy = "Let the SBC pass on the first 18x only, or turn 183 with SDP into 180 without."
    source = "Microsoft, issues-with-inbound-calls; RFC 3960"
    settles = "the order of 180 and 183, and RTP to the caller before the 200 OK"
    steps = (
        "Drop the SDP of 183 in the SBC, or pass on the first 18x only.",
        "Trace a call: 180 without SDP, or RTP that isn't silent after 183.",
    )

    def look(self, trace: Trace) -> Iterator[Finding]:
        for flow in flows(trace):
            answer = flow.exchange.answer
            if answer and answer.method == "INVITE" and 100 < answer.code < 200:
                yield from _early(flow, answer, bool(trace.streams))
        for transaction in transactions(trace.legs, "INVITE"):
            ringing = transaction.ringing
            if any(one.code == 180 for one in ringing) and all(one.sdp is None for one in ringing):
                yield Finding(Outcome.PASS, "180 without SDP: the phone rings by itself", {}, ringing[0].where)


def _early(flow: Flow, answer: Message, heard: bool) -> Iterator[Finding]:
    """Of an answer that describes audio before the call is taken; `heard`: the trace holds RTP at all."""
    leg = flow.exchange.leg
    final = leg.final()
    end = final.time if final and final.time is not None else inf
    early = [stream for stream in flow.to_offerer if stream.begin <= end]
    rung = [one for one in leg.messages if one.code == 180 and (one.time or 0.0) <= (answer.time or 0.0)]
    evidence = {"code": answer.code, "who": leg.sender(answer)}
    if heard and not early:
        told = "{who} says {code} with SDP, and no RTP comes before the answer"
        yield Finding(Outcome.FAIL, told, evidence, answer.where)
    elif early and all(stream.silent or (stream.sounded or 0.0) > end for stream in early):
        yield Finding(Outcome.FAIL, "{who} says {code} with SDP, and sends silence", evidence, answer.where)
    elif rung:
        told = "{who} says {code} with SDP after 180, which stops local ringing"
        yield Finding(Outcome.WARN, told, evidence, answer.where)
    elif early:
        yield Finding(Outcome.PASS, "{who} says {code} with SDP, and RTP comes", evidence, answer.where)
