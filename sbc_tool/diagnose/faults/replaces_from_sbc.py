from __future__ import annotations

from collections.abc import Iterator

from sbc_tool.diagnose.fault import TraceFault
from sbc_tool.diagnose.trace.trace import Trace
from sbc_tool.diagnose.trace.transactions import transactions
from sbc_tool.finding import Finding, Outcome


class ReplacesFromSbc(TraceFault):
    """What it finds
      An INVITE of the SBC to Microsoft with a Replaces header.

    Why it matters
      Microsoft has refused Replaces from an SBC since April 2022: the transfer fails, or the call that should be
      replaced is gone (404, code 10202).

    Example
      INVITE sip:+497123222@sip.pstnhub.microsoft.com with Replaces: 12345@192.168.1.1;…

    Fix
      Let the SBC carry out attended transfers itself (both calls joined in the SBC), or answer REFER at the
      STARFACE's side only.

    Source
      Microsoft, direct-routing-whats-new (2022-04) and direct-routing-protocols-sip.
    """

    id = "replaces-from-sbc"
    title = "The SBC sends Replaces to Microsoft"
    remedy = "Let the SBC join both calls itself in attended transfers; it must not send Replaces to Microsoft."
    source = "Microsoft, direct-routing-protocols-sip"
    settles = "an INVITE of the SBC to Microsoft with Replaces, at the moment of a transfer"
    steps = (
        "Switch off that the SBC passes REFER or Replaces from the STARFACE on to Microsoft.",
        "Transfer a call from a STARFACE phone, and trace: no INVITE to Microsoft has Replaces.",
    )

    def look(self, trace: Trace) -> Iterator[Finding]:
        for transaction in transactions(trace.teams_legs, "INVITE"):
            if transaction.from_teams:
                continue
            request = transaction.request
            there = bool(request.header("replaces"))
            told = "the SBC sends Replaces to Microsoft" if there else "the SBC's INVITE has no Replaces"
            yield Finding(Outcome.FAIL if there else Outcome.PASS, told, {}, request.where)
