"""A time zone as the device's two clock lines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sbc_tool.errors import InputError

_YEAR = 2026  # the rules are read off one year, so that the same site always renders the same text
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True, slots=True)
class ClockRule:
    offset: str  # such as +01:00
    dst: str  # such as `+01:00 from mar last sunday 02:00 2000 until oct last sunday 03:00 2036`; empty without


def rule(timezone: str) -> ClockRule:
    """The clock of a zone. Only changes on the last such weekday of a month have a documented form (NV)."""
    zone = ZoneInfo(timezone)
    changes = _changes(zone)
    if not changes:
        return ClockRule(_offset(datetime(_YEAR, 1, 1, tzinfo=zone).utcoffset()), "")
    starts = [moment for moment, shift in changes if shift > timedelta()]
    ends = [moment for moment, shift in changes if shift < timedelta()]
    if len(starts) != 1 or len(ends) != 1 or not all(_is_last_of_month(m) for m in (starts[0], ends[0])):
        raise InputError(
            f"network.timezone: no documented form for the daylight saving of {timezone}",
            "use a zone whose clocks change on the last Sunday of a month, such as Europe/Berlin",
        )
    (shift,) = (s for _, s in changes if s > timedelta())
    standard = datetime(_YEAR, starts[0].month, 1, tzinfo=zone).utcoffset()
    dst = f"{_offset(shift)} from {_last(starts[0])} 2000 until {_last(ends[0])} 2036"
    return ClockRule(_offset(standard), dst)


def _changes(zone: ZoneInfo) -> list[tuple[datetime, timedelta]]:
    """The changes of a year: local time on the old clock, and by how much the clock moves."""
    found = []
    for day in _steps(datetime(_YEAR, 1, 1, tzinfo=UTC), timedelta(days=1), 365):
        if _shift(zone, day, timedelta(days=1)):
            for hour in _steps(day, timedelta(hours=1), 24):
                if shift := _shift(zone, hour, timedelta(hours=1)):
                    clock = (hour + timedelta(hours=1)).astimezone(zone).replace(tzinfo=None) - shift
                    found.append((clock, shift))
    return found


def _steps(start: datetime, step: timedelta, count: int) -> list[datetime]:
    return [start + step * number for number in range(count)]


def _shift(zone: ZoneInfo, moment: datetime, step: timedelta) -> timedelta:
    """By how much the clock moves between a moment and one step later."""
    before, after = moment.astimezone(zone).utcoffset(), (moment + step).astimezone(zone).utcoffset()
    return (after or timedelta()) - (before or timedelta())


def _is_last_of_month(moment: datetime) -> bool:
    return (moment + timedelta(days=7)).month != moment.month


def _last(moment: datetime) -> str:
    return f"{_MONTHS[moment.month - 1]} last {_DAYS[moment.weekday()]} {moment:%H:%M}"


def _offset(delta: timedelta | None) -> str:
    minutes = int((delta or timedelta()).total_seconds()) // 60
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"
