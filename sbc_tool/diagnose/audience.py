"""Who reads a diagnosis: their part in it."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """Who asks, and so who is the next to turn to (product page: end customer, partner, Leuchtturmpartner)."""

    CUSTOMER = "customer"
    PARTNER = "partner"
    LIGHTHOUSE = "lighthouse"
