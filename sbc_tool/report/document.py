"""What a command reports of one site, whatever the format."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from sbc_tool.finding import Exit, Result, Verdict, exit_code, most_telling, verdict
from sbc_tool.trinity.diff import Change


@dataclass(frozen=True)
class SiteReport:
    """`changes`, `state` and `backup` stay None where a command has none."""

    site: str
    results: tuple[Result, ...] = ()
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    duration_s: float = 0.0
    changes: tuple[Change, ...] | None = None
    left_alone: tuple[Change, ...] = ()
    state: str | None = None
    backup: Path | None = None

    @property
    def verdict(self) -> Verdict:
        return verdict(self.results)

    def exit(self, fail_on_warn: bool = False) -> Exit:
        return exit_code(self.results, fail_on_warn) if self.results else Exit.OK


def overall(reports: tuple[SiteReport, ...]) -> Verdict:
    """The worst verdict of all sites."""
    seen = {report.verdict for report in reports}
    return next((v for v in (Verdict.NO_GO, Verdict.REVIEW, Verdict.GO) if v in seen), Verdict.REVIEW)


def exit_of(reports: tuple[SiteReport, ...], fail_on_warn: bool = False) -> Exit:
    return most_telling(report.exit(fail_on_warn) for report in reports) if reports else Exit.UNKNOWN
