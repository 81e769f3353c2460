from __future__ import annotations

from collections.abc import Iterator

from sbc_tool.diagnose.evidence import Evidence
from sbc_tool.diagnose.fault import TraceFault
from sbc_tool.diagnose.trace.offers import Exchange, exchanges
from sbc_tool.diagnose.trace.trace import Trace
from sbc_tool.finding import Finding, Outcome
from sbc_tool.lint.rtcp_mux_disabled import RtcpMuxDisabled as Rule


class RtcpMuxDisabled(TraceFault):
    __doc__ = Rule.__doc__

    id = Rule.id
    title = Rule.title
    remedy = Rule.remedy
    source = Rule.source
    settles = "the SBC's SDP towards Microsoft in a trace, or `rtp rtcp-multiplexing` in its VoIP profile"
    steps = (
        "Add `rtp rtcp-multiplexing` to the VoIP profile that faces Microsoft.",
        "Make a call, hang up on either side, and trace again: both descriptions say a=rtcp-mux.",
    )
    ours = True

    def judge(self, fact: Evidence) -> Iterator[Finding]:
        if fact.config is not None:
            yield from Rule().judge(fact.config)
        if fact.config is None or fact.traced:
            yield from super().judge(fact)

    def look(self, trace: Trace) -> Iterator[Finding]:
        for exchange in exchanges(trace.teams_legs):
            yield from self._multiplexed(exchange)
            yield from self._apart(exchange, trace)

    @staticmethod
    def _multiplexed(exchange: Exchange) -> Iterator[Finding]:
        offer, answered = exchange.offer, exchange.answered
        if not exchange.from_teams:
            there, what, where = exchange.offered.rtcp_mux, "offer", offer.where
        elif exchange.answer and answered and exchange.offered.rtcp_mux:
            there, what, where = answered.rtcp_mux, "answer", exchange.answer.where
        else:
            return
        message = "the SBC's {what} has a=rtcp-mux" if there else "the SBC's {what} has no a=rtcp-mux"
        yield Finding(Outcome.PASS if there else Outcome.FAIL, message, {"what": what}, where)

    @staticmethod
    def _apart(exchange: Exchange, trace: Trace) -> Iterator[Finding]:
        for medium in filter(None, (exchange.offered, exchange.answered)):
            for control in trace.control_beside(medium):
                evidence = {"target": str(control.target), "packets": control.packets, "port": medium.port}
                message = "RTCP goes to {target}, beside RTP's port {port}: {packets} packets"
                yield Finding(Outcome.WARN, message, evidence, exchange.offer.where)
