"""Outcomes add up as the contract says; unknown is never green."""

from __future__ import annotations

from itertools import pairwise

import pytest

from sbc_tool.finding import Exit, Finding, Outcome, Place, Result, Verdict, exit_code, most_telling, verdict, worst


def results(*outcomes: str) -> list[Result]:
    return [Result("some-check", Outcome(outcome)) for outcome in outcomes]


@pytest.mark.parametrize(
    ("outcomes", "expected", "code"),
    [
        (["pass"], Verdict.GO, Exit.OK),
        (["pass", "n/a"], Verdict.GO, Exit.OK),
        (["pass", "warn"], Verdict.REVIEW, Exit.OK),
        (["pass", "unknown"], Verdict.REVIEW, Exit.UNKNOWN),
        (["unknown"], Verdict.REVIEW, Exit.UNKNOWN),
        (["fail", "unknown"], Verdict.NO_GO, Exit.NO),
        (["n/a"], Verdict.REVIEW, Exit.UNKNOWN),
        ([], Verdict.REVIEW, Exit.UNKNOWN),
    ],
)
def test_verdict_and_exit_code(outcomes: list[str], expected: Verdict, code: Exit) -> None:
    assert verdict(results(*outcomes)) is expected
    assert exit_code(results(*outcomes)) is code


def test_a_warning_fails_only_when_asked_for() -> None:
    assert exit_code(results("pass", "warn"), fail_on_warn=True) is Exit.NO


def test_a_refused_login_is_told_apart_from_an_unknown() -> None:
    refused = Result("sbc-behind-dnat", Outcome.UNKNOWN, reason="login", refused=True)
    assert exit_code([*results("fail"), refused]) is Exit.REFUSED


def test_precedence_is_the_contracts() -> None:
    order = [Exit.STUCK, Exit.UNDONE, Exit.REFUSED, Exit.INPUT, Exit.NO, Exit.UNKNOWN, Exit.OK]
    for stronger, weaker in pairwise(order):
        assert most_telling([weaker, stronger]) is stronger


def test_worst() -> None:
    found = [Finding(Outcome(name), "x") for name in ("n/a", "pass", "warn", "unknown", "fail")]
    for count in range(len(found), 0, -1):
        assert worst(found[:count]) in {finding.outcome for finding in found[:count]}
    assert worst(found) is Outcome.FAIL
    assert worst(found[:4]) is Outcome.UNKNOWN
    assert worst([]) is Outcome.PASS


def test_a_message_is_filled_from_its_evidence_and_a_bare_one_may_hold_braces() -> None:
    assert Finding(Outcome.PASS, "{n} calls", {"n": 3}).text == "3 calls"
    assert Finding(Outcome.PASS, "a {brace}").text == "a {brace}"


def test_a_place_names_what_is_known() -> None:
    assert [str(Place("a.yaml", 3, 7)), str(Place("a.yaml", 3)), str(Place("a.yaml"))] == [
        "a.yaml:3:7",
        "a.yaml:3",
        "a.yaml",
    ]
