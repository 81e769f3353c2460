"""What has been bought, against how many people use it, on the day of the look."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sbc_tool.check import NotApplicable, Unknown
from sbc_tool.site.model import Licences, Site
from sbc_tool.world import World


@dataclass(frozen=True, slots=True)
class Today:
    day: date


@dataclass(frozen=True, slots=True)
class LicenceFact:
    users: int
    max_calls: int
    licences: Licences | None
    today: date


def probe(world: World) -> Today:
    return Today(world.now().date())


def compose(site: Site, today: Today | Unknown | NotApplicable) -> LicenceFact | Unknown | NotApplicable:
    if not isinstance(today, Today):
        return today
    return LicenceFact(len(site.users), site.teams.max_calls, site.licences, today.day)
