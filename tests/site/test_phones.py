from __future__ import annotations

import pytest

from sbc_tool.site.phones import country_code, e164


@pytest.mark.parametrize(
    "number",
    [
        "+497123222",
        "+497123223",
        "+497123224",
        "+493023125000",
        "+493023125249",
        "+4915123456789",
        "+14155552671",
        "+390612345678",
        "+41446681800",
    ],
)
def test_number(number: str) -> None:
    assert e164(number) == number


@pytest.mark.parametrize(
    ("number", "why"),
    [
        ("+49abc", "must be + and the country code"),
        ("0712322", "must be + and the country code"),
        ("00497123222", "must be + and the country code"),
        ("", "must be + and the country code"),
        ("+", "must be + and the country code"),
        ("+4971232221234567", "must be + and the country code"),
        ("+49²", "must be + and the country code"),
        ("+497123222 ", "must have no blanks or punctuation"),
        ("+49 (7123) 222-0", "must have no blanks or punctuation"),
        ("497123222", "lacks its +"),
        ("4.97123E+11", "has lost digits, as Excel made a number of it"),
        ("4,97123E+11", "has lost digits, as Excel made a number of it"),
        ("5E+11", "has lost digits"),
        ("+4900", "lacks the area code"),
        ("+4907123222", "must go without the trunk prefix (0) after the country code +49"),
        ("+999123456", "begins with a country code that does not exist"),
        ("+1415555", "too few digits"),
        ("+1415555267123", "too many digits"),
    ],
)
def test_no_number(number: str, why: str) -> None:
    with pytest.raises(ValueError, match=r".") as caught:
        e164(number)
    assert why in str(caught.value)


def test_a_number_is_text() -> None:
    with pytest.raises(ValueError, match="must be text"):
        e164(497123222)


def test_country_code() -> None:
    assert [country_code(number) for number in ("+497123222", "+14155552671", "+390612345678")] == ["49", "1", "39"]
