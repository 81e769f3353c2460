"""What is known of the box: from a site file, from options, or from `show system` (labels as NSH reads them)."""

from __future__ import annotations

import re
from dataclasses import dataclass

_LABEL = re.compile(r"(?m)^[ \t]+(Model|Serial Number|Software Version):[ \t]*(\S.*?)[ \t\r]*$")
_RELEASE = re.compile(r"(?<![\w.-])\d+(?:\.\d+)+")  # Trinity's; SmartWare has R6.2

Release = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Nameplate:
    """Empty where it isn't said. `model` is without the variant behind the slash."""

    model: str = ""
    serial: str = ""
    firmware: str = ""

    @property
    def release(self) -> Release | None:
        """The numbers of the Trinity release, such as (3, 19, 2); None where the firmware tells none."""
        found = _RELEASE.search(self.firmware)
        return release(found[0]) if found else None

    def over(self, other: Nameplate) -> Nameplate:
        """What this one says, and where it is silent the other one."""
        return Nameplate(self.model or other.model, self.serial or other.serial, self.firmware or other.firmware)


BLANK = Nameplate()


def read(shown: str) -> Nameplate:
    """The first value of each label of `show system`: NSH is one author, and had one sample at best."""
    found: dict[str, str] = {}
    for label, value in _LABEL.findall(shown):
        found.setdefault(label, value)
    model = found.get("Model", "").partition("/")[0]
    return Nameplate(model, found.get("Serial Number", ""), found.get("Software Version", ""))


def release(text: str) -> Release:
    return tuple(int(part) for part in text.split("."))


def earlier(one: Release, other: Release) -> bool | None:
    """Whether the one came before the other; None where one of both is told too shortly to say (3.18 and 3.18.1)."""
    size = min(len(one), len(other))
    if one[:size] != other[:size]:
        return one < other
    return None if len(one) < len(other) else False
