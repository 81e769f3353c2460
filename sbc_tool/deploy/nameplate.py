"""What a device says of itself in `show system`: labels as NSH reads them, one author and one sample at best."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sbc_tool.check import Unknown

_LABEL = re.compile(r"(?m)^[ \t]+(Model|Serial Number|Software Version):[ \t]*(\S.*?)[ \t\r]*$")


@dataclass(frozen=True, slots=True)
class Nameplate:
    """Empty where it isn't said. `model` is without the variant behind the slash."""

    model: str
    serial: str
    firmware: str


def read(shown: str) -> Nameplate | Unknown:
    """The first value of each label."""
    found: dict[str, str] = {}
    for label, value in _LABEL.findall(shown):
        found.setdefault(label, value)
    if not found:
        return Unknown("`show system` does not name model, serial number or software version")
    model = found.get("Model", "").partition("/")[0]
    return Nameplate(model, found.get("Serial Number", ""), found.get("Software Version", ""))
