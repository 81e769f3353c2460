from __future__ import annotations

from collections.abc import Iterator

from sbc_tool.diagnose.fault import AskedFault
from sbc_tool.diagnose.trace.trace import Trace
from sbc_tool.finding import Finding, Outcome

_AT_ONCE_S = 2.0


class AudioDeviceShared(AskedFault):
    """What it finds
      A call that Microsoft ends or declines at the moment it is answered, or a person who says that both clients
      share devices.

    Why it matters
      When the UCC-Client softphone takes the call, the devices are no longer there for Teams. Teams then rejects
      the call, which ends it. Neither the SBC nor the network is at fault.

    Example
      A 200 OK, and BYE from Microsoft 0.4 s later.

    Fix
      Choose different devices in the settings of the two clients.

    Source
      Product page of the Teams integration: 'Probleme bei der Gesprächsannahme'.
    """

    id = "audio-device-shared"
    title = "Teams and the UCC client use the same audio devices"
    remedy = "Choose different audio devices in the settings of the Teams client and of the UCC client."
    source = "Product page of the Teams integration, 'Probleme bei der Gesprächsannahme'"
    settles = "the audio devices in the settings of both clients"
    steps = (
        "Choose other audio devices (Audio-Ein-/Ausgabegeräte) in the settings of the UCC client than in "
        "those of the Teams client.",
        "Let the user answer a call again.",
    )
    side = "client"

    question = "Do the Teams client and the UCC-Client softphone use the same audio devices?"
    proof = True

    def look(self, trace: Trace) -> Iterator[Finding]:
        for leg in trace.teams_legs:
            final = leg.final()
            if final is None or not leg.from_teams(final):
                continue
            bye = next((one for one in leg.requests("BYE") if leg.from_teams(one)), None)
            lasted = bye.time - final.time if bye and bye.time is not None and final.time is not None else None
            if final.code == 603:
                yield Finding(Outcome.WARN, "Teams declines the call: {code}", {"code": final.code}, final.where)
            elif bye and lasted is not None and lasted <= _AT_ONCE_S:
                told = "Teams ends the call {seconds} s after it took it"
                yield Finding(Outcome.WARN, told, {"seconds": f"{lasted:.1f}"}, bye.where)
            elif final.code < 300:
                yield Finding(Outcome.PASS, "Teams takes the call, and keeps it", {}, final.where)
