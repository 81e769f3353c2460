from __future__ import annotations

from collections.abc import Iterator

from sbc_tool.diagnose.fault import TraceFault
from sbc_tool.diagnose.trace.offers import described
from sbc_tool.diagnose.trace.trace import Trace
from sbc_tool.finding import Finding, Outcome


class PayloadTypeRepeated(TraceFault):
    """What it finds
      A payload type that stands twice in an m= line, or that two a=rtpmap lines map to different codecs.

    Why it matters
      Microsoft refuses such an offer with 488: it can't tell the codecs apart.

    Example
      a=rtpmap:101 telephone-event/8000 and a=rtpmap:101 SILK/16000 in one description.

    Fix
      Leave only the codecs that are needed in the Teams VoIP profile, each with a payload type of its own.

    Source
      thorpick.de (field report on 488 by repeated payload types); RFC 8866, section 6.6.
    """

    id = "payload-type-repeated"
    title = "A payload type stands for two codecs"
    remedy = "Give each codec of the VoIP profile a payload type of its own, or leave out what isn't needed."
    source = "RFC 8866, section 6.6"
    settles = "the m=audio and a=rtpmap lines of the SBC's SDP"
    steps = (
        "Find the two codecs of that payload type in the VoIP profile.",
        "Remove one, or give it another payload type, and deploy.",
    )

    def look(self, trace: Trace) -> Iterator[Finding]:
        for leg in trace.legs:
            for message, audio in described(leg):
                repeated = audio.repeated_types
                evidence = {"types": ", ".join(map(str, repeated)), "who": leg.sender(message)}
                if repeated:
                    told = "payload types that {who} uses twice: {types}"
                    outcome = Outcome.FAIL if leg.faces_teams and not leg.from_teams(message) else Outcome.WARN
                    yield Finding(outcome, told, evidence, message.where)
                else:
                    yield Finding(
                        Outcome.PASS, "{who} gives every codec a payload type of its own", evidence, message.where
                    )
