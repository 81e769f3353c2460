from __future__ import annotations

from collections.abc import Iterator

from sbc_tool.check import Check
from sbc_tool.finding import Finding, Outcome
from sbc_tool.trinity.models import known, models
from sbc_tool.trinity.sides import codecs, other_voip_profiles, teams_voip_profiles
from sbc_tool.trinity.tree import Config


class CodecNeedsTranscoding(Check):
    """What it finds
      VoIP profiles of the Teams side and of the other side that have no codec in common (a fault), or more than
      one between them (a warning: calls may settle on different ones).

    Why it matters
      Two codecs in one call need a DSP. Hardware has few of them, vTrinity had none, and then calls have no
      audio or are refused with 488.

    Example
      ```bad
      profile voip PF_TEAMS
        codec 1 g711alaw64k rx-length 20 tx-length 20
        srtp transmission forced
      profile voip PF_PBX
        codec 1 g729 rx-length 20 tx-length 20
      ```

      ```good
      profile voip PF_TEAMS
        codec 1 g711alaw64k rx-length 20 tx-length 20
        srtp transmission forced
      profile voip PF_PBX
        codec 1 g711alaw64k rx-length 20 tx-length 20
      ```

    Fix
      Give both profiles the same single codec.

    Source
      FLUX: one codec on purpose; DSPs limited on hardware, none on virtual SmartNodes (late 2020).
      trinity/models.yaml.
    """

    id = "codec-needs-transcoding"
    title = "The two sides don't speak one codec"
    remedy = "Offer one codec, the same on both sides: `codec 1 g711alaw64k`."
    source = "wiki.fluxpunkt.de, VoIP profile of Patton's Teams certification"
    needs = Config

    def judge(self, fact: Config) -> Iterator[Finding]:
        sides = codecs(teams_voip_profiles(fact)), codecs(other_voip_profiles(fact))
        if not all(sides):
            yield Finding(Outcome.NA, "the codecs of one side aren't known")
            return
        where = next(iter(sides[0].values()))
        ours, theirs = (", ".join(side) for side in sides)
        model = known(fact.plate.model)
        dsps = ", ".join(f"{one.name} {one.transcoding}" for one in ([model] if model else models().values()))
        evidence = {"teams": ours, "other": theirs, "dsps": dsps}
        if not sides[0].keys() & sides[1].keys():
            message = "Teams side: {teams}; other side: {other}: every call needs a DSP ({dsps})"
            yield Finding(Outcome.FAIL, message, evidence, fact.place(where))
        elif len(sides[0].keys() | sides[1].keys()) > 1:
            message = "Teams side: {teams}; other side: {other}: calls may need a DSP ({dsps})"
            yield Finding(Outcome.WARN, message, evidence, fact.place(where))
        else:
            yield Finding(Outcome.PASS, "{teams} on both sides", evidence, fact.place(where))
