"""Time zones as the device's clock lines."""

from __future__ import annotations

import pytest

from sbc_tool.clock import rule
from sbc_tool.errors import InputError


def test_berlin_is_the_line_of_shipping_templates() -> None:
    clock = rule("Europe/Berlin")
    assert clock.offset == "+01:00"
    assert clock.dst == "+01:00 from mar last sunday 02:00 2000 until oct last sunday 03:00 2036"


@pytest.mark.parametrize(
    ("zone", "offset", "start"),
    [("Europe/London", "+00:00", "mar last sunday 01:00"), ("Europe/Helsinki", "+02:00", "mar last sunday 03:00")],
)
def test_other_european_zones(zone: str, offset: str, start: str) -> None:
    clock = rule(zone)
    assert clock.offset == offset
    assert f"from {start} 2000" in clock.dst


@pytest.mark.parametrize(
    ("zone", "offset"), [("UTC", "+00:00"), ("Asia/Kolkata", "+05:30"), ("America/Phoenix", "-07:00")]
)
def test_zones_without_daylight_saving(zone: str, offset: str) -> None:
    assert rule(zone) == type(rule(zone))(offset, "")


@pytest.mark.parametrize("zone", ["America/New_York", "Australia/Sydney"])
def test_a_rule_without_a_documented_form_is_refused(zone: str) -> None:
    with pytest.raises(InputError, match="no documented form"):
        rule(zone)
