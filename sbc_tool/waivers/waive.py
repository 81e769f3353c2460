"""Results -> the same results, in which what is waived says so and decides nothing."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Protocol

from sbc_tool.check import run_all
from sbc_tool.finding import Finding, Outcome, Result, Waiver, worst
from sbc_tool.waivers.judge import ALL
from sbc_tool.waivers.judge.use import Use


class Cover(Protocol):
    """A waiver and what it takes in: at most `most` findings, None for any number."""

    @property
    def waiver(self) -> Waiver: ...

    @property
    def most(self) -> int | None: ...

    def covers(self, check: str, finding: Finding) -> bool: ...


def waive(results: Sequence[Result], covers: Sequence[Cover], today: date) -> tuple[Result, ...]:
    """With the results of this folder's checks behind them; without any waiver nothing is added."""
    if not covers:
        return tuple(results)
    taken: Counter[int] = Counter()
    live = [(number, cover) for number, cover in enumerate(covers) if cover.waiver.until >= today]

    def waived(check: str, finding: Finding) -> Finding:
        if finding.outcome not in (Outcome.FAIL, Outcome.WARN):
            return finding
        for number, cover in live:
            if (cover.most is None or taken[number] < cover.most) and cover.covers(check, finding):
                taken[number] += 1
                return dataclasses.replace(finding, waiver=cover.waiver)
        return finding

    after = [_with(result, tuple(waived(result.check, finding) for finding in result.findings)) for result in results]
    ran = {result.check for result in results if result.outcome is not Outcome.UNKNOWN}
    expired = tuple(cover.waiver for cover in covers if cover.waiver.until < today)
    idle = tuple(cover.waiver for number, cover in live if not taken[number] and cover.waiver.check in ran)
    return (*after, *run_all(ALL, {Use: Use(today, expired, idle)}))


def _with(result: Result, findings: tuple[Finding, ...]) -> Result:
    if findings == result.findings:
        return result
    return dataclasses.replace(result, findings=findings, outcome=worst(findings))
