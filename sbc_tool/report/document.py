"""What a command reports of one site, whatever the format."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from sbc_tool.diagnose.advice import Advice
from sbc_tool.diagnose.trace.summary import CallSummary, TraceSummary
from sbc_tool.errors import SbcError
from sbc_tool.finding import Exit, Finding, Result, Verdict, exit_code, most_telling, verdict
from sbc_tool.language import fill, say
from sbc_tool.trinity.call import Trace
from sbc_tool.trinity.diff import Plan
from sbc_tool.trinity.legs import Legs


@dataclass(frozen=True)
class SiteReport:
    """What a command has none of stays None; `file` is what was looked at, as it was named.

    `trace` and `call` say what `sbc-tool trace` read: a trace as a whole, and each call in it as a report of its own.
    `error` ended the work on this site early; `code` is the exit code where the results alone don't decide it.
    """

    site: str
    results: tuple[Result, ...] = ()
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    duration_s: float = 0.0
    plan: Plan | None = None
    route: Trace | None = None
    legs: Legs | None = None
    state: str | None = None
    backup: Path | None = None
    error: SbcError | None = None
    code: Exit | None = None
    file: str = ""
    trace: TraceSummary | None = None
    call: CallSummary | None = None
    diagnosis: Advice | None = None

    @property
    def verdict(self) -> Verdict:
        """That of the results; without any, that of the exit code. What ended early is never go."""
        if self.state in ("rolled-back", "failed"):
            return Verdict.NO_GO
        if self.error or self.results or self.code is None:
            return Verdict.REVIEW if self.error else verdict(self.results)
        return Verdict.GO if self.code is Exit.OK else Verdict.REVIEW

    def exit(self, fail_on_warn: bool = False) -> Exit:
        if self.error:
            return self.error.exit
        return exit_code(self.results, fail_on_warn) if self.code is None else self.code


def overall(reports: Iterable[SiteReport]) -> Verdict:
    """The worst verdict of all sites."""
    seen = {report.verdict for report in reports}
    return next((v for v in (Verdict.NO_GO, Verdict.REVIEW, Verdict.GO) if v in seen), Verdict.REVIEW)


def exit_of(reports: Sequence[SiteReport], fail_on_warn: bool = False) -> Exit:
    return most_telling(report.exit(fail_on_warn) for report in reports) if reports else Exit.UNKNOWN


@dataclass(frozen=True)
class Run:
    """One command over all its sites: what every writer gets. `ascii_only`: the screen can't show more."""

    command: str
    reports: tuple[SiteReport, ...]
    fail_on_warn: bool = False
    ascii_only: bool = False

    @property
    def exit(self) -> Exit:
        return exit_of(self.reports, self.fail_on_warn)


def counting(result: Result) -> tuple[Finding, ...]:
    """The findings of a result that count, or what stands in their place."""
    return result.counting or (Finding(result.outcome, "{reason}", {"reason": result.reason or "nothing found"}),)


def seen(finding: Finding) -> str:
    """What was found, in the language of whoever reads."""
    return fill(finding.message, finding.evidence)


def told(finding: Finding) -> str:
    """As `seen`, and why it is put up with."""
    return f"{say(str(finding.waiver))}: {seen(finding)}" if finding.waiver else seen(finding)


def differences(report: SiteReport) -> tuple[str, ...]:
    """The changes of a plan, a line each with the blocks that it stands in."""
    changes = report.plan.changes if report.plan else ()
    return tuple(f"{change.op} {' / '.join((*change.path, change.line))}" for change in changes)
