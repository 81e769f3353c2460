from __future__ import annotations

from collections.abc import Iterator

from sbc_tool.diagnose.fault import TraceFault
from sbc_tool.diagnose.trace.flows import Flow, flows
from sbc_tool.diagnose.trace.trace import Trace
from sbc_tool.finding import Finding, Outcome

_A_SECOND = 50  # packets, at the usual 20 ms each


class MediaOneWay(TraceFault):
    """What it finds
      An answered call in which RTP comes from one side only, from none, or holds nothing but digital silence.

    Why it matters
      One side hears nothing. Microsoft ends a call without media after 10 to 20 s.

    Example
      1,500 packets from the SBC to Microsoft, none back.

    Fix
      Compare where each side wants its audio (c= and m= lines) with where it is sent; open UDP 3478-3481 and
      49152-53247 to and from Microsoft, and the STARFACE's RTP ports.

    Source
      Microsoft, direct-routing-plan (2024-06-17): media ports; issues-with-inbound-calls (2025-02-07).
    """

    id = "media-one-way"
    title = "Only one side of a call is heard"
    remedy = "Open the media ports in both directions, and compare the addresses in SDP with those that RTP uses."
    source = "Microsoft, direct-routing-plan: media ports"
    settles = "RTP of both directions in a trace at the SBC"
    steps = (
        "Compare c= and m= of both sides with where RTP goes.",
        "Open UDP 3478-3481 and 49152-53247 to and from Microsoft's ranges.",
        "Open the RTP ports between SBC and STARFACE.",
    )

    def look(self, trace: Trace) -> Iterator[Finding]:
        for flow in flows(trace) if trace.streams else ():
            exchange = flow.exchange
            final, answered = exchange.leg.final(), exchange.answered
            if final is None or final.code >= 300 or answered is None:
                continue
            if {exchange.offered.direction, answered.direction} != {"sendrecv"} or not answered.port:
                continue  # held
            yield self._judged(flow)

    @staticmethod
    def _judged(flow: Flow) -> Finding:
        there, back = flow.packets_to_answerer, flow.packets_to_offerer
        exchange = flow.exchange
        offerer = exchange.leg.sender(exchange.offer)
        answerer = exchange.leg.sender(exchange.answer) if exchange.answer else ""
        heard, deaf = (offerer, answerer) if there else (answerer, offerer)
        evidence = {"from": heard, "not_from": deaf, "packets": max(there, back)}
        if not there and not back:
            return Finding(Outcome.WARN, "no RTP of this call is in the trace", evidence, exchange.offer.where)
        if not there or not back:
            outcome = Outcome.FAIL if max(there, back) >= _A_SECOND else Outcome.WARN
            told = "RTP comes from {from} only: {packets} packets, none from {not_from}"
            return Finding(outcome, told, evidence, exchange.offer.where)
        for streams, who in ((flow.to_answerer, offerer), (flow.to_offerer, answerer)):
            if all(stream.silent for stream in streams):
                told = "{from} sends nothing but digital silence"
                return Finding(Outcome.WARN, told, {**evidence, "from": who}, exchange.offer.where)
        return Finding(Outcome.PASS, "RTP goes both ways", evidence, exchange.offer.where)
