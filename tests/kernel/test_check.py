"""A check that crashes, or whose fact is missing, has decided nothing."""

from __future__ import annotations

from collections.abc import Iterator

from sbc_tool.check import Check, NotApplicable, Unknown, run, run_all
from sbc_tool.finding import Finding, Outcome


class Judged(Check):
    id, title, remedy, source, needs = "judged", "t", "r", "s", int

    def judge(self, fact: int) -> Iterator[Finding]:
        yield Finding(Outcome.PASS if 10 // fact else Outcome.FAIL, "{fact}", {"fact": fact})


def test_it_judges_the_fact_it_needs() -> None:
    assert run(Judged(), {int: 3}).outcome is Outcome.PASS
    assert run(Judged(), {int: 11}).outcome is Outcome.FAIL


def test_a_crash_is_unknown() -> None:
    result = run(Judged(), {int: 0})
    assert result.outcome is Outcome.UNKNOWN
    assert "ZeroDivisionError" in result.reason


def test_a_missing_fact_is_unknown_and_says_why() -> None:
    assert run(Judged(), {}).outcome is Outcome.UNKNOWN
    result = run(Judged(), {int: Unknown.because("wrong password", refused=True)})
    assert (result.outcome, result.reason, result.refused) == (Outcome.UNKNOWN, "wrong password", True)


def test_not_applicable_is_not_unknown() -> None:
    assert run_all([Judged()], {int: NotApplicable("--offline")})[0].outcome is Outcome.NA
