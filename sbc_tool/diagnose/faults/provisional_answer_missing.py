from __future__ import annotations

from collections.abc import Iterator

from sbc_tool.diagnose.fault import TraceFault
from sbc_tool.diagnose.trace.trace import Trace
from sbc_tool.diagnose.trace.transactions import transactions
from sbc_tool.finding import Finding, Outcome

_LATE_S = 4.0  # calls are seen to drop then (issues-with-outbound-calls)


class ProvisionalAnswerMissing(TraceFault):
    """What it finds
      An INVITE of Microsoft to which neither 100 nor 18x comes within four seconds.

    Why it matters
      Without a sign of life Microsoft tries another data centre and gives the call up after some seconds.

    Example
      INVITE at 0.0 s; the first answer is 200 OK at 7.2 s.

    Fix
      Let the SBC send 100 Trying at once, and find out whether a firewall holds its answers back.

    Source
      Microsoft, issues-with-outbound-calls (2023-10-30); RFC 3261, section 17.2.1 (100 within 200 ms).
    """

    id = "provisional-answer-missing"
    title = "The SBC doesn't say 100 Trying in time"
    remedy = "Let the SBC answer 100 Trying at once, and let firewalls pass its answers."
    source = "RFC 3261, section 17.2.1"
    settles = "the first answer to Microsoft's INVITE, traced at the SBC and in front of the firewall"
    steps = (
        "Trace at the SBC: does it send 100 Trying?",
        "If so, trace in front of the firewall: does it get out?",
    )

    def look(self, trace: Trace) -> Iterator[Finding]:
        for transaction in transactions(trace.teams_legs, "INVITE"):
            first = transaction.answers[0] if transaction.answers else None
            seconds = transaction.seconds_to(first)
            if not transaction.from_teams or first is None or seconds is None:
                continue
            evidence = {"code": first.code, "seconds": f"{seconds:.1f}"}
            outcome = Outcome.FAIL if seconds > _LATE_S else Outcome.PASS
            yield Finding(outcome, "the SBC's first answer is {code}, after {seconds} s", evidence, first.where)
