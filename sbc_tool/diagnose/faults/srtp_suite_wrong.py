from __future__ import annotations

from collections.abc import Iterator

from sbc_tool import teams
from sbc_tool.diagnose.fault import TraceFault
from sbc_tool.diagnose.trace.offers import of_sbc
from sbc_tool.diagnose.trace.trace import Trace
from sbc_tool.finding import Finding, Outcome


class SrtpSuiteWrong(TraceFault):
    """What it finds
      Keys of the SBC for another crypto suite than AES_CM_128_HMAC_SHA1_80.

    Why it matters
      Microsoft takes this one suite, in offers and in answers. Another one ends the call with 488 (531000), or leaves
      it without audio.

    Example
      a=crypto:1 AES_CM_128_HMAC_SHA1_32 inline:… and no second line.

    Fix
      Set the suite of the Teams VoIP profile to AES_CM_128_HMAC_SHA1_80.

    Source
      Microsoft, direct-routing-protocols-media (2022-10-20): SRTP; RFC 4568, section 6.2.
    """

    id = "srtp-suite-wrong"
    title = "The SBC offers or takes another SRTP suite than Microsoft's"
    remedy = "Set the suite of the VoIP profile that faces Microsoft to AES_CM_128_HMAC_SHA1_80."
    source = "Microsoft, direct-routing-protocols-media"
    settles = "the a=crypto lines of the SBC's SDP towards Microsoft"
    steps = (
        "Set the suite of the Teams VoIP profile to AES_CM_128_HMAC_SHA1_80.",
        "Trace a call: the SBC's a=crypto line names it.",
    )

    def look(self, trace: Trace) -> Iterator[Finding]:
        wanted = teams.load().srtp_suite
        for message, audio in of_sbc(trace.teams_legs):
            if not audio.crypto:
                continue  # no SRTP at all is srtp-not-forced
            evidence = {"suites": ", ".join(audio.crypto), "wanted": wanted}
            there = wanted in audio.crypto
            told = (
                "the SBC's suites: {suites}" if there else "the SBC's suites: {suites}; Microsoft takes {wanted} only"
            )
            yield Finding(Outcome.PASS if there else Outcome.FAIL, told, evidence, message.where)
