"""Who must agree to what: a yes, or the device's name."""

from __future__ import annotations

import pytest

from sbc_tool.cli.consent import Consent, agreed, grave
from sbc_tool.errors import InputError
from sbc_tool.trinity.diff import Plan, plan
from sbc_tool.trinity.tree import Config, parse

PLAIN = plan(parse("ntp\n  server a\n"), parse("ntp\n  server b\n"))
CUTTING = plan(parse("ssh-server\n  no shutdown\n"), parse("ssh-server\n  shutdown\n"))
DELETING = plan(parse("profile voip THEIRS\n"), Config(), replace_all=True)
EMPTY = plan(Config(), Config())


def answering(*answers: str) -> tuple[list[str], object]:
    asked: list[str] = []
    rest = iter(answers)

    def ask(question: str, secret: bool) -> str:
        assert not secret
        asked.append(question)
        return next(rest)

    return asked, ask


def test_what_is_grave() -> None:
    assert grave(PLAIN) == ""
    assert "management" in grave(CUTTING)
    assert "deletes 1 lines" in grave(DELETING)


@pytest.mark.parametrize("result", [PLAIN, CUTTING, DELETING])
def test_nothing_to_ask(result: Plan) -> None:
    assert agreed(EMPTY, "sbc", Consent(), None)
    assert agreed(result, "sbc", Consent(name="sbc"), None)
    assert agreed(result, "sbc", Consent(lab=True), None)


def test_a_yes_is_enough_for_a_plain_plan_only() -> None:
    assert agreed(PLAIN, "sbc", Consent(yes=True), None)
    for result in (CUTTING, DELETING):
        with pytest.raises(InputError) as caught:
            agreed(result, "sbc", Consent(yes=True), None)
        assert caught.value.hint == "pass --confirm-name sbc"
        assert "nothing was changed" in str(caught.value)


def test_the_wrong_name_ends_it_even_where_none_is_needed() -> None:
    for result in (PLAIN, CUTTING, EMPTY):
        with pytest.raises(InputError, match="the device calls itself sbc"):
            agreed(result, "sbc", Consent(yes=True, name="other"), None)


@pytest.mark.parametrize(("answer", "good"), [("sbc", True), (" sbc ", True), ("y", False), ("", False), ("S", False)])
def test_a_person_types_the_name(answer: str, good: bool) -> None:
    asked, ask = answering(answer)
    assert agreed(CUTTING, "sbc", Consent(yes=True), ask) is good  # type: ignore[arg-type]
    assert "Type the device's name (sbc)" in asked[0]


@pytest.mark.parametrize(("answer", "good"), [("y", True), ("Yes", True), ("", False), ("n", False), ("sbc", False)])
def test_a_person_says_yes(answer: str, good: bool) -> None:
    asked, ask = answering(answer)
    assert agreed(PLAIN, "sbc", Consent(), ask) is good  # type: ignore[arg-type]
    assert asked == ["Apply this to sbc? [y/N]"]


def test_nobody_to_ask() -> None:
    with pytest.raises(InputError, match="nobody can be asked") as caught:
        agreed(PLAIN, "sbc", Consent(), None)
    assert caught.value.hint == "pass --yes"
