from __future__ import annotations

from collections.abc import Iterator

from sbc_tool.diagnose.evidence import Evidence
from sbc_tool.diagnose.fault import TraceFault
from sbc_tool.diagnose.trace.offers import of_sbc
from sbc_tool.diagnose.trace.trace import Trace
from sbc_tool.finding import Finding, Outcome
from sbc_tool.lint.srtp_not_forced import SrtpNotForced as Rule


class SrtpNotForced(TraceFault):
    __doc__ = Rule.__doc__

    id = Rule.id
    title = Rule.title
    remedy = Rule.remedy
    source = Rule.source
    settles = "the m= and a=crypto lines of the SBC's SDP towards Microsoft, or its VoIP profile"
    steps = (
        "Write `srtp transmission forced` in the VoIP profile that faces Microsoft.",
        "Trace a call: the SBC's m=audio line says RTP/SAVP, with a line a=crypto.",
    )
    ours = True

    def judge(self, fact: Evidence) -> Iterator[Finding]:
        if fact.config is not None:
            yield from Rule().judge(fact.config)
        if fact.config is None or fact.traced:
            yield from super().judge(fact)

    def look(self, trace: Trace) -> Iterator[Finding]:
        for message, audio in of_sbc(trace.teams_legs):
            safe = audio.secure and audio.has("crypto")
            told = (
                "the SBC's SDP says {protocol}, with a=crypto" if safe else "the SBC's SDP offers no SRTP: {protocol}"
            )
            yield Finding(Outcome.PASS if safe else Outcome.FAIL, told, {"protocol": audio.protocol}, message.where)
