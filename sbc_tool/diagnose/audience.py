"""Who reads a diagnosis: their language, and their part in it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Language(StrEnum):
    EN = "en"
    DE = "de"

    @classmethod
    def of(cls, environ: Mapping[str, str]) -> Language:
        """As POSIX reads it: the first of the three that is set."""
        set_to = (environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
        return cls.DE if next(filter(None, set_to), "").startswith("de") else cls.EN


class Role(StrEnum):
    """Who asks, and so who is the next to turn to (product page: end customer, partner, Leuchtturmpartner)."""

    CUSTOMER = "customer"
    PARTNER = "partner"
    LIGHTHOUSE = "lighthouse"
