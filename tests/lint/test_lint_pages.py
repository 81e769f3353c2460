"""The examples on the page of a lint rule are its tests: the bad ones are found, the good ones pass."""

from __future__ import annotations

import pytest
from judged import judged
from pages import examples

from sbc_tool.check import Check
from sbc_tool.finding import Outcome
from sbc_tool.lint import ALL
from sbc_tool.trinity.transcript import read
from sbc_tool.trinity.tree import parse

CASES = [(check, label, text) for check in ALL for label in ("bad", "good") for text in examples(type(check), label)]


@pytest.mark.parametrize("check", ALL, ids=lambda check: check.id)
def test_page_shows_both(check: Check) -> None:
    assert examples(type(check), "bad")
    assert examples(type(check), "good")


@pytest.mark.parametrize(("check", "label", "text"), CASES, ids=[f"{check.id}-{label}" for check, label, _ in CASES])
def test_example_of_the_page(check: Check, label: str, text: str) -> None:
    config = read(text, "example")
    assert config.nodes
    if label == "bad":
        result = judged(check, config)
        assert result.outcome in (Outcome.FAIL, Outcome.WARN)
        places = [finding.where for finding in result.findings if finding.outcome is result.outcome]
        assert all(place and place.file == "example" and place.line for place in places), "where is it?"
    else:
        outcomes = {finding.outcome for finding in check.judge(config)}
        assert outcomes <= {Outcome.PASS}, "an example that the rule does not apply to shows nothing"


@pytest.mark.parametrize(("check", "label", "text"), CASES, ids=[f"{check.id}-{label}" for check, label, _ in CASES])
def test_a_finding_is_known_again_when_lines_move(check: Check, label: str, text: str) -> None:
    """By a baseline, and by who reads SARIF: also where the message names another line."""
    apart = "\n\n".join(["", *text.splitlines()])
    before, after = (list(check.judge(read(one, "example"))) for one in (text, apart))
    assert [(one.outcome, one.lasting) for one in before] == [(one.outcome, one.lasting) for one in after]
    assert not before or before[0].where != after[0].where or before[0].where is None


@pytest.mark.parametrize("check", ALL, ids=lambda check: check.id)
def test_nothing_to_judge_is_no_fault(check: Check) -> None:
    outcomes = {finding.outcome for finding in check.judge(parse("cli version 4.00\n"))}
    assert outcomes <= {Outcome.PASS, Outcome.NA}


@pytest.mark.parametrize("check", ALL, ids=lambda check: check.id)
def test_page_prints_as_it_was_written(check: Check) -> None:
    """A backslash in a docstring that isn't raw becomes something else without a word."""
    assert all(char.isprintable() or char == "\n" for char in type(check).__doc__ or "")
