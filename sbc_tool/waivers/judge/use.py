"""What became of the waivers of one site: the fact that this folder's checks judge."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sbc_tool.finding import Waiver


@dataclass(frozen=True, slots=True)
class Use:
    """`idle`: those that no finding asked for, although their check ran."""

    today: date
    expired: tuple[Waiver, ...]
    idle: tuple[Waiver, ...]
