from __future__ import annotations

from collections.abc import Iterator

from sbc_tool.diagnose.fault import TraceFault
from sbc_tool.diagnose.trace.offers import exchanges
from sbc_tool.diagnose.trace.sdp import Medium
from sbc_tool.diagnose.trace.trace import Trace
from sbc_tool.finding import Finding, Outcome


class DtmfInBand(TraceFault):
    """What it finds
      An offer or an answer without telephone-event, so that digits travel as tones within the audio.

    Why it matters
      Microsoft doesn't support DTMF in band. Conference pins, menus and door openers don't work.

    Example
      m=audio 10000 RTP/SAVP 8 without a=rtpmap:101 telephone-event/8000.

    Fix
      Switch DTMF relay by RTP (RFC 4733) on in both VoIP profiles and in the STARFACE's accounts.

    Source
      Microsoft, direct-routing-protocols (2022-08-07); RFC 4733.
    """

    id = "dtmf-in-band"
    title = "Keys that are pressed during a call don't arrive"
    remedy = "Switch DTMF relay by RTP (RFC 4733) on in both VoIP profiles."
    source = "Microsoft, direct-routing-protocols; RFC 4733"
    settles = "telephone-event in the SDP of both sides"
    steps = (
        "Switch `dtmf-relay rtp` on in both VoIP profiles.",
        "Trace a call: offer and answer name telephone-event on both legs.",
    )

    def look(self, trace: Trace) -> Iterator[Finding]:
        for exchange in exchanges(trace.legs):
            leg, offered, answered = exchange.leg, exchange.offered, exchange.answered
            if not _has_events(offered):
                evidence = {"who": leg.sender(exchange.offer), "what": "offer"}
                where = exchange.offer.where
            elif exchange.answer and answered and not _has_events(answered):
                evidence = {"who": leg.sender(exchange.answer), "what": "answer"}
                where = exchange.answer.where
            else:
                yield Finding(Outcome.PASS, "telephone-event is offered and taken", {}, exchange.offer.where)
                continue
            certain = leg.faces_teams and evidence["who"] == "the SBC"
            told = "the {what} of {who} has no telephone-event"
            yield Finding(Outcome.FAIL if certain else Outcome.WARN, told, evidence, where)


def _has_events(audio: Medium) -> bool:
    return audio.port == 0 or any(name.lower().startswith("telephone-event") for name in audio.codecs.values())
