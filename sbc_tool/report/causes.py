"""Results as people read them: what could not be found out for one reason is told once, under the reason."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sbc_tool.catalogue import checks
from sbc_tool.finding import Outcome, Result
from sbc_tool.language import fill, say
from sbc_tool.report.document import counting, told


def by_cause(results: Iterable[Result]) -> list[tuple[Result, ...]]:
    """Unknowns that have one cause together, in the place of the first of them; every other result alone."""
    groups: dict[tuple[int, str], list[Result]] = {}
    for number, result in enumerate(results):
        cause = "\n".join(told(finding) for finding in counting(result))
        key = (-1, cause) if result.outcome is Outcome.UNKNOWN else (number, "")
        groups.setdefault(key, []).append(result)
    return [tuple(group) for group in groups.values()]


def advice(group: Sequence[Result]) -> str:
    """What to do about results of one cause, in the language of whoever reads; empty where nothing is to be done."""
    if group[0].outcome in (Outcome.PASS, Outcome.NA):
        return ""
    if len(group) > 1:
        return fill("{count} checks can't tell for this one reason: see to it first.", {"count": len(group)})
    return say(checks()[group[0].check].remedy)
