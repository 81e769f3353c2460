from __future__ import annotations

from collections.abc import Iterator

from sbc_tool import teams
from sbc_tool.diagnose.fault import TraceFault
from sbc_tool.diagnose.trace.offers import exchanges
from sbc_tool.diagnose.trace.sdp import Medium
from sbc_tool.diagnose.trace.sip import Message
from sbc_tool.diagnose.trace.trace import Trace
from sbc_tool.diagnose.trace.transactions import transactions
from sbc_tool.finding import Finding, Outcome

_NO_SPEECH = {"TELEPHONE-EVENT", "CN", "RED"}


class CodecNotCommon(TraceFault):
    """What it finds
      An offer of the SBC without any codec of Microsoft's, an answer that takes none of the offered codecs, or 488 to
      an offer.

    Why it matters
      Without a common codec there is no call: 488, code 531000. A Patton without DSPs doesn't transcode, so the
      STARFACE must speak what Microsoft takes.

    Example
      m=audio 10000 RTP/SAVP 0 8 answered by m=audio 0.

    Fix
      Leave G.711 A-law in the VoIP profiles of both sides and in the STARFACE's account.

    Source
      Microsoft, direct-routing-plan (2024-06-17): codecs; RFC 3264, section 6; RFC 3261, section 21.4.26.
    """

    id = "codec-not-common"
    title = "There is no codec that both sides speak"
    remedy = "Leave the same codec, G.711 A-law, in both VoIP profiles and in the STARFACE's accounts."
    source = "Microsoft, direct-routing-plan; RFC 3264"
    settles = "the m=audio lines of offer and answer on both legs"
    steps = (
        "Put g711alaw64k into both VoIP profiles, teams.codecs in the site file, and deploy.",
        "Let the STARFACE's accounts offer G.711 A-law.",
    )
    ours = True

    def look(self, trace: Trace) -> Iterator[Finding]:
        for exchange in exchanges(trace.legs):
            offered = _speech(exchange.offered)
            evidence = {"offered": _listed(offered), "who": exchange.leg.sender(exchange.offer)}
            if exchange.leg.faces_teams and not exchange.from_teams and not offered & set(teams.load().codecs):
                told = "{who} offers {offered}; Microsoft takes none of them"
                yield Finding(Outcome.FAIL, told, evidence, exchange.offer.where)
            elif exchange.answer and exchange.answered:
                yield self._answered(offered, exchange.answered, evidence, exchange.answer)
        for transaction in transactions(trace.legs, "INVITE"):
            final, sdp = transaction.final, transaction.request.sdp
            if final and final.code in (415, 488, 606) and sdp and sdp.audio:
                evidence = {"code": str(final.code), "offered": _listed(_speech(sdp.audio))}
                yield Finding(Outcome.WARN, "{code} to an offer of {offered}", evidence, final.where)

    @staticmethod
    def _answered(offered: set[str], audio: Medium, evidence: dict[str, str], answer: Message) -> Finding:
        common = offered & _speech(audio) if audio.port else set()
        evidence = {**evidence, "common": _listed(common)}
        told = "both speak {common}" if common else "the answer takes nothing of what {who} offers: {offered}"
        return Finding(Outcome.PASS if common else Outcome.FAIL, told, evidence, answer.where)


def _speech(audio: Medium) -> set[str]:
    """Names of the codecs, such as PCMA, without those that carry no speech."""
    return {encoding.partition("/")[0].upper() for encoding in audio.codecs.values()} - _NO_SPEECH


def _listed(names: set[str]) -> str:
    return ", ".join(sorted(names)) or "nothing"
