"""Keys of tables against Python's `re`, to which the test translates them, and against the examples of the manual."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sbc_tool.trinity.pattern import Pattern, expand, read

DIGITS = "0123459"


def pattern(text: str) -> Pattern:
    found = read(text)
    assert found is not None, text
    return found


@st.composite
def places(draw: st.DrawFn, depth: int = 0) -> tuple[str, str]:
    """One place of a key, and the same for `re`."""
    kinds = ["digit", "any", "set", "not", "range"] + (["bracket"] * 2 if depth < 2 else [])
    kind = draw(st.sampled_from(kinds))
    some = "".join(sorted(draw(st.sets(st.sampled_from(DIGITS), min_size=1, max_size=3))))
    ours, theirs = {
        "digit": (some[0], some[0]),
        "any": (".", "."),
        "set": (f"[{some}]", f"[{some}]"),
        "not": (f"[^{some}]", f"[^{some}]"),
        "range": (f"[{some[0]}-{some[-1]}]", f"[{some[0]}-{some[-1]}]"),
        "bracket": ("", ""),
    }[kind]
    if kind == "bracket":
        inner = draw(st.lists(places(depth + 1), min_size=1, max_size=3))
        ours, theirs = f"({''.join(one for one, _ in inner)})", f"({''.join(other for _, other in inner)})"
    times, same = draw(st.sampled_from([("", ""), ("", ""), ("%", "*"), ("+", "+"), ("?", "?")]))
    if kind == "bracket" and re.fullmatch(theirs, ""):
        return ours, theirs  # what a repeated bracket that may be empty holds is told by nobody
    return ours + times, theirs + same


@st.composite
def keys(draw: st.DrawFn) -> tuple[str, re.Pattern[str]]:
    parts = draw(st.lists(places(), min_size=1, max_size=5))
    end, same = draw(st.sampled_from([("", ""), ("$", r"\Z"), ("T", "")]))
    return "".join(one for one, _ in parts) + end, re.compile("".join(other for _, other in parts) + same)


@given(keys(), st.text(DIGITS, max_size=9))
def test_same_numbers_and_same_brackets_as_re(key: tuple[str, re.Pattern[str]], number: str) -> None:
    text, oracle = key
    found = oracle.match(number)  # anchored at the start only: a key is a prefix
    caught = pattern(text).catches(number)
    assert (caught is None) == (found is None)
    if found is not None:
        assert caught == tuple(part or "" for part in found.groups())


@given(st.text("0123+%?.$T()[]^-\\", max_size=12), st.text("0123+", max_size=6))
def test_any_text_is_read_or_refused(text: str, number: str) -> None:
    found = read(text)
    if found is not None:
        found.catches(number)
        assert found.narrows(found) or found.whole


def test_no_key_takes_longer_than_its_length_times_that_of_the_number() -> None:
    """Backtracking would need 40**12 steps here."""
    assert pattern(".%" * 12 + "x$").catches("1" * 40) is None
    assert pattern("((1%)%)%x$").catches("1" * 40) is None


@pytest.mark.parametrize(  # SW4110 p.468, table 19
    ("key", "takes", "leaves"),
    [
        ("88825.+", ["888251", "88825123456789"], ["88825"]),
        ("88825.%", ["88825", "888256"], ["8882"]),
        ("88825+", ["88825", "888255", "88825555"], ["8882"]),
        ("888(25)+", ["88825", "8882525"], ["8882"]),
        ("0?111", ["0111", "111", "11123456789"], ["00111"]),
        ("8882[56]...", ["88825123", "88826123999"], ["8882512", "88827123"]),
        (".%45$", ["45", "045", "0041998882545"], ["451"]),
        (".%52[35]$", ["0998882523", "525"], ["524", "5235"]),
        ("[5-79]", ["5", "6", "7", "9"], ["8"]),
        ("[^01]", ["2", "9"], ["0", "1", ""]),
        ("*21", ["*21", "*2199"], ["21"]),
        ("0041T", ["0041", "00412"], ["0049"]),
        ("default", ["", "1"], []),
    ],
)
def test_examples_of_the_manual(key: str, takes: list[str], leaves: list[str]) -> None:
    assert [pattern(key).catches(number) is not None for number in takes] == [True] * len(takes)
    assert [pattern(key).catches(number) is not None for number in leaves] == [False] * len(leaves)


@pytest.mark.parametrize(  # SW4110 p.486-487, and those that Trinity templates use
    ("key", "value", "number", "result"),
    [
        ("2(..)", r"09988825\1", "244", "0998882544"),
        ("(.%)", r"*5\1", "0998882525", "*50998882525"),
        ("*5(.%)", r"\1", "*50998882525", "0998882525"),
        (".%(...)", r"\1", "0998882525", "525"),
        ("0049(.%)", r"+49\1", "00497123222", "+497123222"),
        ("+(.%)", r"00\1", "+498912345", "00498912345"),
        ("(0)(.%)", r"\2-\1-\3", "0123", "123-0-"),
        ("anonymous", '""', "anonymous", ""),
        ("+497123222", "user.01", "+497123222", "user.01"),
    ],
)
def test_outputs(key: str, value: str, number: str, result: str) -> None:
    caught = pattern(key).catches(number)
    assert caught is not None
    assert expand(value, caught) == result


@pytest.mark.parametrize("text", ["(1", "1)", "[12", "[]", "%1", "1%%", "1+?", "(%)", "?", "(" * 5000])
def test_what_cannot_be_read(text: str) -> None:
    assert read(text) is None


def test_equal_meaning() -> None:
    same = ["00", "00.%", "00T", "00.%T", "(00)", "00(.%)", "00(.%)T"]
    assert len({pattern(text).bare for text in same}) == 1
    assert pattern("00$").bare == pattern("00").bare
    assert pattern("00$").whole
    assert len({pattern(text).bare for text in ("00", "00.", "0[0]1", "000")}) == 4


def test_a_plus_with_nothing_before_it_is_itself() -> None:
    assert pattern("+49").catches("+4989") == ()
    assert pattern("+49").catches("4989") is None
    assert pattern("(+49)(.%)").catches("+4989") == ("+49", "89")


def test_words_that_end_in_a_t_wait_for_nothing() -> None:
    assert pattern("sip:HOST").catches("sip:HOST") == ()
    assert pattern("sip:HOST").catches("sip:HOS") is None
    assert pattern("49T").waits
    assert pattern("T").catches("") == ()


@pytest.mark.parametrize(
    ("longer", "shorter", "does"),
    [
        ("4971", "49", True), ("49", "4971", False), ("49", ".%", True), ("49", "default", True),
        ("4971$", "4971", True), ("4971", "49$", False), ("5..", "51", False),
    ],
)  # fmt: skip
def test_the_longer_match(longer: str, shorter: str, does: bool) -> None:
    assert pattern(longer).narrows(pattern(shorter)) is does
