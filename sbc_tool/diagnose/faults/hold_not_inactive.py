from __future__ import annotations

from collections.abc import Iterator

from sbc_tool.diagnose.fault import TraceFault
from sbc_tool.diagnose.trace.offers import exchanges
from sbc_tool.diagnose.trace.trace import Trace
from sbc_tool.finding import Finding, Outcome


class HoldNotInactive(TraceFault):
    """What it finds
      a=sendonly, a=recvonly or the address 0.0.0.0 in what the SBC describes to Microsoft.

    Why it matters
      Microsoft understands a=inactive only. Another way of holding leaves the call without audio, in one or both
      directions, also after it is taken back.

    Example
      a=sendonly in the SBC's re-INVITE to Microsoft.

    Fix
      Let the SBC turn the STARFACE's a=sendonly into a=inactive on the Teams side, or answer hold by itself.

    Source
      Microsoft, direct-routing-protocols (2022-08-07): deviations from RFC 6337.
    """

    id = "hold-not-inactive"
    title = "The SBC holds calls in a way that Microsoft doesn't understand"
    remedy = "Let the SBC hold towards Microsoft with a=inactive."
    source = "Microsoft, direct-routing-protocols"
    settles = "the direction in the SBC's re-INVITE to Microsoft when a STARFACE phone holds"
    steps = (
        "Let the SBC send a=inactive on the Teams side when the STARFACE holds.",
        "Hold and take back a call at a STARFACE phone, and trace.",
    )

    def look(self, trace: Trace) -> Iterator[Finding]:
        for exchange in exchanges(trace.teams_legs):
            audio = exchange.offered
            if exchange.from_teams:
                continue
            evidence = {"direction": audio.direction, "address": audio.address}
            if audio.address == "0.0.0.0":  # noqa: S104 - an old way to hold, nothing is bound to it
                yield Finding(Outcome.FAIL, "the SBC holds with the address {address}", evidence, exchange.offer.where)
            elif audio.direction in ("sendonly", "recvonly"):
                yield Finding(Outcome.FAIL, "the SBC offers a={direction}", evidence, exchange.offer.where)
            else:
                yield Finding(Outcome.PASS, "the SBC offers a={direction}", evidence, exchange.offer.where)
