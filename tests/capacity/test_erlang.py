"""Erlang B against published values, the formula itself in fractions, and itself backwards."""

from __future__ import annotations

from fractions import Fraction
from math import factorial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sbc_tool.capacity.erlang import CALLS_PER_HOUR, blocking, calls_needed, carried, offered


def by_definition(calls: int, erlangs: Fraction) -> Fraction:
    """(A^n / n!) / sum of (A^k / k!), as Erlang wrote it; exact."""
    terms = [erlangs**k / factorial(k) for k in range(calls + 1)]
    return terms[-1] / sum(terms)


def test_published_values() -> None:
    """erlang.com's manual of its calculator."""
    assert blocking(15, 8.108) == pytest.approx(0.01, rel=1e-4)
    assert calls_needed(158.333, 0.03) == 168


@pytest.mark.parametrize(
    ("users", "light", "moderate", "heavy"),
    [(10, 3, 4, 5), (25, 5, 7, 8), (50, 7, 10, 13), (100, 10, 16, 21), (250, 18, 31, 43), (500, 31, 55, 77)],
)
def test_calls_for_users_at_one_percent(users: int, light: int, moderate: int, heavy: int) -> None:
    calls = {name: calls_needed(offered(users, each), 0.01) for name, each in CALLS_PER_HOUR.items()}
    assert calls == {"light": light, "moderate": moderate, "heavy": heavy}


def test_traffic_of_a_user() -> None:
    """Avaya prints 0.042, 0.083 and 0.125 erlang."""
    assert [round(offered(1, each), 3) for each in CALLS_PER_HOUR.values()] == [0.042, 0.083, 0.125]


@given(st.integers(0, 60), st.fractions(0, 100, max_denominator=1000))
def test_recursion_is_the_formula(calls: int, erlangs: Fraction) -> None:
    assert blocking(calls, float(erlangs)) == pytest.approx(float(by_definition(calls, erlangs)), rel=1e-9)


@given(st.floats(0.01, 500), st.floats(0.0001, 0.5))
def test_needed_is_enough_and_one_less_is_not(erlangs: float, share: float) -> None:
    calls = calls_needed(erlangs, share)
    assert blocking(calls, erlangs) <= share < blocking(calls - 1, erlangs)


@given(st.integers(1, 400), st.floats(0.0001, 0.5))
def test_there_and_back(calls: int, share: float) -> None:
    most = carried(calls, share)
    assert blocking(calls, most) <= share
    assert blocking(calls, most * 1.000001) > share
    assert calls_needed(most, share) == calls


def test_no_calls_carry_nothing() -> None:
    assert carried(0, 0.01) == 0
    assert blocking(3, 0) == 0
