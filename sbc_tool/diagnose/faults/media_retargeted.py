from __future__ import annotations

from collections.abc import Iterator

from sbc_tool.diagnose.fault import TraceFault
from sbc_tool.diagnose.trace.offers import of_sbc
from sbc_tool.diagnose.trace.trace import Trace
from sbc_tool.finding import Finding, Outcome


class MediaRetargeted(TraceFault):
    """What it finds
      A re-INVITE of the SBC to Microsoft with another address or port for its audio.

    Why it matters
      Microsoft doesn't follow: it goes on sending to the old address, so the SBC's side hears nothing from then on.

    Example
      m=audio 10000 in the INVITE, m=audio 10042 in the re-INVITE after a transfer at the STARFACE.

    Fix
      Let the SBC force media (media processing forced), so that its own ports stay the same whatever the STARFACE
      does.

    Source
      Microsoft, direct-routing-plan (2024-06-17) with its deviation from RFC 3264, section 8.3.1 (August 2024).
    """

    id = "media-retargeted"
    title = "The SBC moves the audio of a call to another port"
    remedy = "Force media through the SBC, so that its address and port stay the same for the whole call."
    source = "Microsoft, direct-routing-plan; RFC 3264, section 8.3.1"
    settles = "the c= and m= lines of the SBC's re-INVITE to Microsoft"
    steps = (
        "Force media processing in the VoIP profile that faces Microsoft.",
        "Transfer and hold at a STARFACE phone, and trace: the SBC's port stays the same.",
    )

    def look(self, trace: Trace) -> Iterator[Finding]:
        for leg in trace.teams_legs:
            known = None
            for message, audio in of_sbc([leg]):
                here = audio.address, audio.port
                if known and here != known and audio.port and message.is_request:
                    evidence = {"old": f"{known[0]}:{known[1]}", "new": f"{here[0]}:{here[1]}"}
                    yield Finding(Outcome.FAIL, "the SBC moves its audio from {old} to {new}", evidence, message.where)
                elif known and message.is_request:
                    yield Finding(Outcome.PASS, "the SBC's audio stays where it is", {}, message.where)
                known = here if audio.port else known
