"""Calls per line. All figures are kbit/s, needed in each direction at once."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sbc_tool.site.model import WanLink

# G.711 as SRTP takes 99.2 kbit/s on the wire (160 + 10 + 12 + 8 + 20 + 38 bytes, 50 times a second); the product page
# rounds three such legs up to 300 kbit/s symmetric a call.
KBPS_PER_LEG = 100

FORMULAS = {  # by the direction that decides
    "up": "{calls:,} calls x {kbps_per_call:,} kbit/s = {needed_kbps:,} kbit/s; up {line_kbps:,} - reserved "
    "{reserved_kbps:,} = {free_kbps:,} kbit/s: enough for {possible:,} calls",
    "down": "{calls:,} calls x {kbps_per_call:,} kbit/s = {needed_kbps:,} kbit/s; down {line_kbps:,} - reserved "
    "{reserved_kbps:,} = {free_kbps:,} kbit/s: enough for {possible:,} calls",
}


def kbps_per_call(legs: Collection[str]) -> int:
    return KBPS_PER_LEG * len(legs)


def calls_possible(link: WanLink) -> int:
    """Calls that fit at the same time; the narrower direction decides, since each leg talks both ways."""
    return (min(link.up_kbps, link.down_kbps) - link.reserved_kbps) // kbps_per_call(link.legs)


@dataclass(frozen=True, slots=True)
class Budget:
    """What FORMULAS need, by their names."""

    calls: int
    kbps_per_call: int
    needed_kbps: int
    direction: str  # the one that decides
    line_kbps: int
    reserved_kbps: int
    free_kbps: int
    possible: int

    @property
    def enough(self) -> bool:
        return self.calls <= self.possible


def budget(link: WanLink, calls: int) -> Budget:
    direction, line = ("up", link.up_kbps) if link.up_kbps <= link.down_kbps else ("down", link.down_kbps)
    each = kbps_per_call(link.legs)
    return Budget(
        calls=calls,
        kbps_per_call=each,
        needed_kbps=calls * each,
        direction=direction,
        line_kbps=line,
        reserved_kbps=link.reserved_kbps,
        free_kbps=line - link.reserved_kbps,
        possible=calls_possible(link),
    )
