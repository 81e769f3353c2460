"""Which legs of a Teams call cross the customer's internet link, by where everything stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from sbc_tool.site.model import Leg

LEGS: Mapping[Leg, str] = MappingProxyType(
    {
        "teams-microsoft": "Teams client - Microsoft",
        "microsoft-sbc": "Microsoft - SBC",
        "sbc-starface": "SBC - STARFACE",
        "starface-pstn": "STARFACE - telephone network",
    }
)


@dataclass(frozen=True, slots=True)
class Placement:
    """What stands on site; `trunk`: the telephone line is a SIP trunk over the same link."""

    client: bool
    sbc: bool
    starface: bool
    trunk: bool

    @property
    def legs(self) -> tuple[Leg, ...]:
        crossing: dict[Leg, bool] = {
            "teams-microsoft": self.client,
            "microsoft-sbc": self.sbc,
            "sbc-starface": self.sbc != self.starface,
            "starface-pstn": self.starface and self.trunk,
        }
        return tuple(leg for leg, crosses in crossing.items() if crosses)

    @property
    def told(self) -> str:
        client = "clients on site" if self.client else "clients at home"
        sbc = "SBC on site" if self.sbc else "SBC managed elsewhere"
        starface = "STARFACE on site" if self.starface else "STARFACE in the cloud"
        if not self.starface:
            return f"{client}, {sbc}, {starface}"
        return f"{client}, {sbc}, {starface}, {'SIP trunk on this line' if self.trunk else 'telephone line of its own'}"


COMMON = (
    Placement(True, True, True, True),
    Placement(True, True, False, False),
    Placement(True, False, True, True),
    Placement(True, False, False, False),
    Placement(True, True, True, False),
    Placement(False, True, True, True),
    Placement(False, False, False, False),
)
