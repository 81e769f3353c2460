"""Results for people: everything that was seen is there at any width, the worst last, remedies where they help."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pytest
from rich.console import Console

from sbc_tool.errors import Unreachable
from sbc_tool.finding import Finding, Outcome, Place, Result
from sbc_tool.report import markdown, text
from sbc_tool.report.document import Run, SiteReport
from sbc_tool.trinity.diff import plan
from sbc_tool.trinity.tree import parse

SEEN = "123.123.123.123 is in [100.64.0.0/10], which lets nobody in from outside"
RESULTS = (
    Result("wan-address-not-public", Outcome.FAIL, (Finding(Outcome.FAIL, SEEN),)),
    Result("fqdn-not-resolvable", Outcome.PASS, (Finding(Outcome.PASS, "9.9.9.9 says yes", where=Place("a.yaml", 3)),)),
    Result("sip-port-closed", Outcome.UNKNOWN, reason="no answer within 5 s"),
    Result("bandwidth-insufficient", Outcome.NA, reason="--offline"),
    Result("tls-name-mismatch", Outcome.WARN, (Finding(Outcome.PASS, "fine"), Finding(Outcome.WARN, "nearly"))),
)
REPORT = SiteReport("musterfirma", RESULTS)


def printed(report: SiteReport, columns: int, *, colour: bool = False) -> str:
    file = io.StringIO()
    system = "standard" if colour else None
    text.results(Console(file=file, width=columns, force_terminal=colour, color_system=system), report)  # type: ignore[arg-type]
    return file.getvalue()


def squeezed(said: str) -> str:
    return "".join(said.split())


@pytest.mark.parametrize("columns", [12, 20, 40, 71, 72, 80, 100, 250])
def test_nothing_is_lost_at_any_width(columns: int) -> None:
    out = printed(REPORT, columns)
    assert max(len(line) for line in out.splitlines()) <= min(columns, 100)
    for word in (*SEEN.split(), "a.yaml:3:", "nearly", "within", "--offline"):
        assert word in squeezed(out)
    if columns < 72:
        assert squeezed(SEEN) in squeezed(out)
    for result in RESULTS:
        assert squeezed(result.check) in squeezed(out)


def test_worst_comes_last_and_the_verdict_below_it() -> None:
    lines = printed(REPORT, 100).splitlines()
    first = [line.split()[0] for line in lines if line.split() and line.split()[0] in set(Outcome)]
    assert first == ["n/a", "pass", "warn", "unknown", "fail"]
    assert lines[-1] == "musterfirma: no-go (1 fail, 1 unknown, 1 warn, 1 pass, 1 n/a)"


def test_a_remedy_stands_where_there_is_something_to_do() -> None:
    out = printed(REPORT, 100)
    assert out.count("→") == 3, "fail, unknown and warn; not pass, not n/a"
    assert "Order a public, fixed IPv4 address" in out


def test_what_passed_is_not_told_beside_what_did_not() -> None:
    out = printed(REPORT, 100)
    assert "nearly" in out
    assert "fine" not in out


def test_brackets_are_no_markup() -> None:
    assert "[100.64.0.0/10]" in printed(REPORT, 100)
    assert "[100.64.0.0/10]" in printed(REPORT, 60)


def test_many_findings_are_counted() -> None:
    many = tuple(Finding(Outcome.FAIL, "line {n}", {"n": n}) for n in range(30))
    out = printed(SiteReport("s", (Result("command-unknown", Outcome.FAIL, many),)), 100)
    assert "line 7" in out
    assert "line 8\n" not in out
    assert "… and 22 more" in out


def test_no_results_no_table() -> None:
    assert printed(SiteReport("s", error=Unreachable("gone")), 100) == ""


def test_colour_means_the_outcome() -> None:
    out = printed(REPORT, 100, colour=True)
    for outcome, colour in (("fail", "1;31"), ("pass", "32"), ("unknown", "35"), ("warn", "33")):
        assert re.search(rf"\x1b\[{colour}m{outcome} *\x1b\[0m", out), outcome


RUNNING = (
    "profile voip A\n  codec 1 g711ulaw64k\nprofile voip B\n  srtp transmission preferred\nsystem\n  hostname old\n"
)
WANTED = "profile voip B\n  srtp transmission forced\n  rtp rtcp-multiplexing\n"


REPORT_OF_A_PLAN = SiteReport("s", plan=plan(parse(RUNNING), parse(WANTED)))


def shown(writer: Callable[..., None], *more: int) -> list[str]:
    file = io.StringIO()
    writer(Console(file=file, width=100), REPORT_OF_A_PLAN, *more)
    return file.getvalue().splitlines()


def test_a_plan_reads_like_the_device() -> None:
    assert shown(text.plan) == [
        "  profile voip B",
        "-   srtp transmission preferred",
        "+   srtp transmission forced  ! calls",
        "+   rtp rtcp-multiplexing",
        "",
        "Not in the site file and left alone, because others may have written it:",
        "· system",
        "· profile voip A",
        "! 1 of them can drop calls, such as `srtp transmission forced`",
        "s: 2 changes: 1 to add, 1 to replace; 2 lines of others left alone",
        "An offline difference: the device has not validated it.",
    ]


def test_a_long_plan_is_cut_and_says_so() -> None:
    assert "… and 1 more: `sbc-tool plan` shows all" in shown(text.plan, 1)


def test_commands_and_their_undo_are_lines_to_type() -> None:
    assert shown(text.commands) == ["profile voip B", "  srtp transmission forced", "  rtp rtcp-multiplexing"]
    assert "  srtp transmission preferred" in shown(text.undo)
    assert "  no rtp rtcp-multiplexing" in shown(text.undo)


def test_unknowns_with_one_cause_are_told_once() -> None:
    silent = "sbc.meinefirma.de:5062: no answer"
    waiting = tuple(
        Result(check, Outcome.UNKNOWN, reason=silent)
        for check in ("sip-port-closed", "sip-options-unanswered", "sip-contact-not-fqdn")
    )
    failed = Result("tls-name-mismatch", Outcome.FAIL, (Finding(Outcome.FAIL, silent),))
    other = Result("clock-skew", Outcome.UNKNOWN, reason="no time server was heard")
    report = SiteReport("berlin", (*waiting, other, failed))
    for out in (printed(report, 100), printed(report, 60), markdown.write(Run("preflight", (report,)))):
        assert out.count(silent) == 2  # what failed is told by itself
        assert "3 checks can't tell for this one reason" in " ".join(out.split())
        assert all(result.check in out for result in report.results)
    assert "(1 fail, 4 unknown)" in printed(report, 100)
