"""One run that holds every outcome, an error and hard characters."""

from __future__ import annotations

from datetime import UTC, datetime

from sbc_tool.errors import InputError
from sbc_tool.finding import Exit, Finding, Outcome, Place, Result
from sbc_tool.report.document import Run, SiteReport
from sbc_tool.trinity.diff import plan
from sbc_tool.trinity.tree import parse

HARD = "50 % of it: a|b, <c> & `d` *e*\nsecond \x1b[31mline ü\U0001f4de"
STARTED = datetime(2026, 11, 25, 12, 0, 0, tzinfo=UTC)


def a_run(fail_on_warn: bool = False, ascii_only: bool = False) -> Run:
    """Two sites: one judged, one that could not be read."""
    results = (
        Result("rtcp-mux-disabled", Outcome.PASS, (Finding(Outcome.PASS, "multiplexes"),)),
        Result(
            "srtp-not-forced",
            Outcome.FAIL,
            (
                Finding(Outcome.FAIL, "{hard}", {"hard": HARD}, Place("site files/mü.cfg", 3, 5)),
                Finding(Outcome.PASS, "the other is forced"),
            ),
        ),
        Result("command-unknown", Outcome.WARN, (Finding(Outcome.WARN, "not known", where=Place("a.cfg", 7)),)),
        Result("reference-undefined", Outcome.UNKNOWN, reason="KeyError: {x}"),
        Result("teams-transport-not-tls", Outcome.NA, (Finding(Outcome.NA, "no gateway"),)),
    )
    broken = InputError("`users` lacks `external`", "add it", Place("b.yaml", 9, 1), (InputError("and another"),))
    return Run(
        "lint",
        (
            SiteReport("mü|ster", results, STARTED, 1.5, file="a.cfg"),
            SiteReport("b.yaml", error=broken, started=STARTED, file="b.yaml"),
        ),
        fail_on_warn,
        ascii_only,
    )


def a_plan(running: str, wanted: str) -> Run:
    difference = plan(parse(running), parse(wanted))
    state, code = ("unchanged", Exit.OK) if difference.empty else ("planned", Exit.NO)
    return Run("plan", (SiteReport("berlin", started=STARTED, plan=difference, state=state, code=code),))
