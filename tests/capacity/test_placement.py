"""Which legs cross the line: the seven layouts of the reference."""

from __future__ import annotations

import pytest

from sbc_tool.capacity.bandwidth import kbps_per_call
from sbc_tool.capacity.placement import COMMON, LEGS, Placement

A, B, C, D = LEGS


@pytest.mark.parametrize(
    ("placement", "legs", "kbps"),
    [
        (Placement(client=True, sbc=True, starface=True, trunk=True), (A, B, D), 300),
        (Placement(client=True, sbc=True, starface=False, trunk=False), (A, B, C), 300),
        (Placement(client=True, sbc=False, starface=True, trunk=True), (A, C, D), 300),
        (Placement(client=True, sbc=False, starface=False, trunk=False), (A,), 100),
        (Placement(client=True, sbc=True, starface=True, trunk=False), (A, B), 200),
        (Placement(client=False, sbc=True, starface=True, trunk=True), (B, D), 200),
        (Placement(client=False, sbc=False, starface=False, trunk=False), (), 0),
    ],
)
def test_layouts(placement: Placement, legs: tuple[str, ...], kbps: int) -> None:
    assert placement in COMMON
    assert placement.legs == legs
    assert kbps_per_call(placement.legs) == kbps


def test_each_layout_is_told_apart() -> None:
    assert len({placement.told for placement in COMMON}) == len(COMMON) == 7
