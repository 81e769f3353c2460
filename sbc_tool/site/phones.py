"""Telephone numbers in the international form that Teams wants."""

from __future__ import annotations

import re

import phonenumbers
from phonenumbers import PhoneNumberFormat, ValidationResult

E164 = r"\+[1-9][0-9]{2,14}"

_WHY_IMPOSSIBLE = {
    ValidationResult.IS_POSSIBLE_LOCAL_ONLY: "lacks the area code",
    ValidationResult.INVALID_COUNTRY_CODE: "begins with a country code that does not exist",
    ValidationResult.TOO_SHORT: "has too few digits for its country",
    ValidationResult.TOO_LONG: "has too many digits for its country",
    ValidationResult.INVALID_LENGTH: "has a number of digits that its country does not use",
}


def e164(number: object) -> str:
    """`number` when it is a plus, an existing country code, and digits as many as that country uses."""
    if not isinstance(number, str):
        raise ValueError("must be text, in quotes")
    if re.fullmatch(r"\+?[0-9]+([.,][0-9]+)?[eE]\+?[0-9]+", number):  # 4,97123E+11
        raise ValueError("has lost digits, as Excel made a number of it: format the column as text, enter it again")
    bare = re.sub(r"[\s()/.-]", "", number)
    if bare != number and re.fullmatch(E164, bare):
        raise ValueError("must have no blanks or punctuation between its digits")
    if re.fullmatch(r"[1-9][0-9]+", number):
        raise ValueError("lacks its + (Excel drops it, unless the column is formatted as text)")
    if not re.fullmatch(E164, number):
        raise ValueError("must be + and the country code, then digits, 15 at most (E.164), such as +493023125000")
    _check_length(number)
    return number


def _check_length(number: str) -> None:
    """By country, and no more: `is_valid_number` knows the ranges of one day, and refuses newer ones.

    The +497123222 of the partner documentation is short, but possible.
    """
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        raise ValueError("begins with a country code that does not exist") from None
    reason = phonenumbers.is_possible_number_with_reason(parsed)
    if reason != ValidationResult.IS_POSSIBLE:
        raise ValueError(_WHY_IMPOSSIBLE.get(reason, "cannot be dialled"))
    if phonenumbers.format_number(parsed, PhoneNumberFormat.E164) != number:  # parse drops it, but not Italy's 0
        raise ValueError(f"must go without the trunk prefix (0) after the country code +{parsed.country_code}")


def country_code(number: str) -> str:
    """The digits of the country, such as 49."""
    return str(phonenumbers.parse(number).country_code)
