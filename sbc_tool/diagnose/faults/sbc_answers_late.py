from __future__ import annotations

from collections.abc import Iterator

from sbc_tool import teams
from sbc_tool.diagnose.fault import TraceFault
from sbc_tool.diagnose.trace.trace import Trace
from sbc_tool.diagnose.trace.transactions import transactions
from sbc_tool.finding import Finding, Outcome

_ABOUT_S = 0.5


class SbcAnswersLate(TraceFault):
    """What it finds
      More time between Microsoft's INVITE and 180, 183 or a final answer than FailoverTimeSeconds, which is 10 by
      default.

    Why it matters
      Microsoft gives up (408, code 500001) or tries the next SBC. It happens when the STARFACE takes long to reach a
      phone or a line.

    Example
      INVITE at 0.0 s, 100 Trying, CANCEL of Microsoft at 10.0 s.

    Fix
      Make the STARFACE ring sooner, or raise FailoverTimeSeconds of the gateway to 20.

    Source
      Microsoft, New-CsOnlinePSTNGateway (2026-08-21); support article microsoft-sip-response-codes-408.
    """

    id = "sbc-answers-late"
    title = "The SBC rings too late for Microsoft"
    remedy = "Find out why the STARFACE rings late; else set FailoverTimeSeconds of the gateway to 20."
    source = "Microsoft, code 500001"
    settles = "the time from Microsoft's INVITE to the SBC's 18x or final answer"
    steps = (
        "Trace the STARFACE's side: how long does it take to ring?",
        "Set-CsOnlinePSTNGateway -Identity <name> -FailoverTimeSeconds 20.",
    )

    def look(self, trace: Trace) -> Iterator[Finding]:
        limit = teams.load().failover_s
        for transaction in transactions(trace.teams_legs, "INVITE"):
            if not transaction.from_teams or transaction.request.tag("to"):
                continue
            signs = [*transaction.ringing, *([transaction.final] if transaction.final else [])]
            cancel = next(transaction.leg.requests("CANCEL"), None)
            until = min((one for one in (*signs, cancel) if one), key=lambda one: one.time or 0.0, default=None)
            seconds = transaction.seconds_to(until)
            if until is None or seconds is None:
                continue
            evidence = {"seconds": f"{seconds:.1f}", "limit": limit}
            if until is cancel and seconds >= limit - _ABOUT_S:
                yield Finding(
                    Outcome.FAIL, "Microsoft gives up after {seconds} s without ringing", evidence, until.where
                )
            elif until is not cancel:
                outcome = Outcome.FAIL if seconds > limit else Outcome.WARN if seconds > limit / 2 else Outcome.PASS
                yield Finding(outcome, "the SBC rings or answers after {seconds} s of {limit}", evidence, until.where)
