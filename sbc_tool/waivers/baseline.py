"""A baseline file: the findings that were there when checking began, each with a reason and the day it must be gone.

An entry goes for a finding of a check in a site by what it says, not by its line: lines move.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from sbc_tool.errors import InputError
from sbc_tool.finding import Finding, Outcome, Place, Result, Waiver
from sbc_tool.site import document
from sbc_tool.waivers.inline import checked, day
from sbc_tool.waivers.judge import ALL

_HEAD = """\
# Findings that `sbc-tool lint --baseline` puts up with: what was found, why it may stay, and until which day.
# Mend one and take its entry out; `--write-baseline` does that too, and keeps the reasons of the others.
"""
_OWN = {check.id for check in ALL}  # what is wrong with waivers can't be waived
_KEYS = ("check", "site", "finding", "reason", "until")


@dataclass(frozen=True, slots=True)
class Known:
    """An entry; `most`: how many findings say the same."""

    waiver: Waiver
    site: str
    finding: str
    most: int = 1

    def covers(self, check: str, finding: Finding) -> bool:
        return check == self.waiver.check and finding.lasting == self.finding


def read(path: Path, known: Collection[str]) -> tuple[Known, ...]:
    """InputError, with its line, for an entry that lacks a reason or a day, or names a check that isn't `known`."""
    values, places = document.read(path)
    entries = values.get("findings")
    if set(values) != {"findings"} or not isinstance(entries, list):
        raise InputError("is no baseline", "`sbc-tool lint --write-baseline` writes one", places.of(()))
    return tuple(_entry(entry, places.of(("findings", at)), known) for at, entry in enumerate(entries))


def _entry(entry: Any, place: Place, known: Collection[str]) -> Known:
    values: Mapping[str, Any] = entry if isinstance(entry, dict) else {}
    lacking = [f"`{key}`" for key in _KEYS if not isinstance(values.get(key), str) or not values[key].strip()]
    if lacking:
        raise InputError(f"a finding of the baseline lacks {', '.join(lacking)}", "give every key a value", place)
    times = values.get("times", "1")
    if set(values) - {*_KEYS, "times"} or not (isinstance(times, str) and times.isascii() and times.isdigit()):
        raise InputError("not understood", f"keys: {', '.join(_KEYS)}, and the number `times`", place)
    check = checked(values["check"], known, place)
    waiver = Waiver(check, day(values["until"], place), values["reason"], place, external=True)
    return Known(waiver, values["site"], values["finding"], int(times))


def write(found: Iterable[tuple[str, Sequence[Result]]], before: Iterable[Known], reason: str, until: date) -> str:
    """A baseline of all that is found now, by site; what `before` knew keeps its reason and day."""
    old = {(known.waiver.check, known.site, known.finding): known.waiver for known in before}
    counts = Counter(
        (result.check, site, finding.lasting)
        for site, results in found
        for result in results
        for finding in result.findings
        if result.check not in _OWN and finding.outcome in (Outcome.FAIL, Outcome.WARN) and not finding.waiver
    )
    entries = []
    for key, times in sorted(counts.items()):
        waiver = old.get(key)
        entry: dict[str, Any] = dict(zip(_KEYS[:3], key, strict=True))
        entry |= {"times": times} if times > 1 else {}
        entry |= {"reason": waiver.reason if waiver else reason, "until": str(waiver.until if waiver else until)}
        entries.append(entry)
    yaml, out = YAML(), io.StringIO()
    yaml.width, yaml.allow_unicode = 10_000, True
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.dump({"findings": entries}, out)
    return _HEAD + out.getvalue()
