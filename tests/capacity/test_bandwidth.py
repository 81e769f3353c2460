"""Against the tables of the reference notes: legs (6.3) and calls per line (6.4)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sbc_tool.capacity.bandwidth import FORMULAS, budget, calls_possible, kbps_per_call
from sbc_tool.site.model import WanLink


@pytest.mark.parametrize(
    ("mbit", "whole", "at_80_percent"),
    [(2, 6, 5), (5, 16, 13), (10, 33, 26), (20, 66, 53), (40, 133, 106), (50, 166, 133), (100, 333, 266)],
)
def test_calls_per_line(mbit: int, whole: int, at_80_percent: int) -> None:
    kbps = mbit * 1000
    assert calls_possible(WanLink(down_kbps=kbps, up_kbps=kbps)) == whole
    assert calls_possible(WanLink(down_kbps=kbps, up_kbps=kbps, reserved_kbps=kbps // 5)) == at_80_percent


@pytest.mark.parametrize(
    ("legs", "kbps"),
    [
        (("teams-microsoft", "microsoft-sbc", "starface-pstn"), 300),
        (("teams-microsoft", "microsoft-sbc"), 200),
        (("teams-microsoft",), 100),
    ],
)
def test_every_leg_costs_the_same(legs: tuple[str, ...], kbps: int) -> None:
    assert kbps_per_call(legs) == kbps


def test_narrower_direction_decides() -> None:
    assert budget(WanLink(down_kbps=50_000, up_kbps=10_000), 1).direction == "up"
    assert budget(WanLink(down_kbps=10_000, up_kbps=50_000), 1).direction == "down"
    assert budget(WanLink(down_kbps=10_000, up_kbps=10_000), 1).direction == "up"


def test_formula_shows_the_sums() -> None:
    sums = budget(WanLink(down_kbps=50_000, up_kbps=10_000, reserved_kbps=2_000), 30)
    told = FORMULAS["up"].format_map({name: getattr(sums, name) for name in sums.__slots__})
    assert told == (
        "30 calls x 300 kbit/s = 9,000 kbit/s; up 10,000 - reserved 2,000 = 8,000 kbit/s: enough for 26 calls"
    )
    assert not sums.enough
    assert budget(WanLink(down_kbps=50_000, up_kbps=10_000, reserved_kbps=2_000), 26).enough


@given(st.integers(1, 10**7), st.integers(1, 10**7), st.integers(1, 10**4))
def test_as_many_calls_as_fit_and_no_more(down: int, up: int, calls: int) -> None:
    sums = budget(WanLink(down_kbps=down, up_kbps=up), calls)
    assert sums.possible * sums.kbps_per_call <= sums.free_kbps < (sums.possible + 1) * sums.kbps_per_call
    assert sums.enough == (sums.needed_kbps <= sums.free_kbps)
