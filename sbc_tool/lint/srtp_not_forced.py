from __future__ import annotations

from collections.abc import Iterator

from sbc_tool.check import Check
from sbc_tool.finding import Finding, Outcome
from sbc_tool.trinity.sides import teams_voip_profiles
from sbc_tool.trinity.tree import Config


class SrtpNotForced(Check):
    """What it finds
      A VoIP profile used towards Teams whose `srtp transmission` is not `forced`; in a trace: a session description of
      the SBC without SRTP.

    Why it matters
      Microsoft takes no call without SRTP; it answers 488 (code 531000). `preferred` offers plain RTP, too.

    Example
      ```bad
      profile voip PF_TEAMS
        srtp transmission preferred
      ```

      ```good
      profile voip PF_TEAMS
        srtp transmission forced
      ```

    Fix
      Write `srtp transmission forced` in that profile; `sbc-tool deploy` does.

    Source
      Microsoft, direct-routing-protocols-media (SRTP required); the VoIP profile of Patton's Teams certification
      (wiki.fluxpunkt.de).
    """

    id = "srtp-not-forced"
    title = "SRTP is not forced towards Teams"
    remedy = "Write `srtp transmission forced` in the profile; `sbc-tool deploy` does."
    source = "Microsoft, direct-routing-protocols-media"
    needs = Config

    def judge(self, fact: Config) -> Iterator[Finding]:
        profiles = teams_voip_profiles(fact)
        if not profiles:
            yield Finding(Outcome.NA, "no VoIP profile faces Teams")
        for profile in profiles:
            line = profile.leaf("srtp transmission")
            forced = line is not None and line.value("mode") == "forced"
            yield Finding(
                Outcome.PASS if forced else Outcome.FAIL,
                "profile voip {profile} says: {said}" if line else "profile voip {profile} says: nothing about SRTP",
                {"profile": profile.name, "said": line.text if line else ""},
                fact.place(line or profile),
            )
