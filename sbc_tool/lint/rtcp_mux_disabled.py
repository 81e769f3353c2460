from __future__ import annotations

from collections.abc import Iterator

from sbc_tool.check import Check
from sbc_tool.finding import Finding, Outcome
from sbc_tool.trinity.sides import teams_voip_profiles
from sbc_tool.trinity.tree import Config


class RtcpMuxDisabled(Check):
    """What it finds
      A VoIP profile used towards Teams without `rtp rtcp-multiplexing`; in a trace: an offer or an answer of the SBC
      without a=rtcp-mux, or RTCP on a port of its own.

    Why it matters
      Teams sends RTCP on the port of RTP. An SBC that waits for it on a port of its own does not end calls cleanly:
      they hang after one side has hung up.

    Example
      ```bad
      profile voip PF_TEAMS
        srtp transmission forced
      ```

      ```good
      profile voip PF_TEAMS
        srtp transmission forced
        rtp rtcp-multiplexing
      ```

    Fix
      Add `rtp rtcp-multiplexing` to that profile; `sbc-tool deploy` does.

    Source
      Product page of the Teams integration, "Probleme bei der Beendigung eines Gesprächs"; the VoIP profile of
      Patton's Teams certification (wiki.fluxpunkt.de, Trinity 3.18.1); RFC 8035.
    """

    id = "rtcp-mux-disabled"
    title = "RTCP multiplexing is off towards Teams"
    remedy = "Add `rtp rtcp-multiplexing` to the profile; `sbc-tool deploy` does."
    source = "Product page, 'Probleme bei der Beendigung eines Gesprächs'; RFC 8035"
    needs = Config

    def judge(self, fact: Config) -> Iterator[Finding]:
        profiles = teams_voip_profiles(fact)
        if not profiles:
            yield Finding(Outcome.NA, "no VoIP profile faces Teams")
        for profile in profiles:
            line = profile.leaf("rtp rtcp-multiplexing")
            outcome = Outcome.PASS if line else Outcome.FAIL
            message = (
                "profile voip {profile} multiplexes RTCP" if line else "profile voip {profile} does not multiplex RTCP"
            )
            yield Finding(outcome, message, {"profile": profile.name}, fact.place(line or profile))
