"""One line for Nagios and its kin, with performance data; a line a site below it when there are several.

The exit code stays the tool's own, which Nagios would read otherwise: README says how its `negate` translates.
Source: Monitoring Plugins Development Guidelines, "Plugin Output for Nagios" and "Performance data".
"""

from __future__ import annotations

from collections import Counter

from sbc_tool.finding import Exit, Outcome
from sbc_tool.language import say
from sbc_tool.report.document import Run, SiteReport, overall

_WORDS = {Exit.OK: "OK", Exit.NO: "CRITICAL"}  # all else could not be found out
_COUNTED = (Outcome.PASS, Outcome.WARN, Outcome.FAIL, Outcome.UNKNOWN)
_TELLING = (Outcome.FAIL, Outcome.UNKNOWN, Outcome.WARN)


def write(run: Run) -> str:
    word = _WORDS.get(run.exit, "UNKNOWN")
    counts = Counter(result.outcome for report in run.reports for result in report.results)
    figures = [f"{outcome}={counts[outcome]}" for outcome in _COUNTED]
    figures += [f"sites={len(run.reports)}", f"time={max((one.duration_s for one in run.reports), default=0):.3f}s"]
    if len(run.reports) == 1:
        lines = [_told(run.reports[0])]
    else:
        lines = [f"{len(run.reports)} sites, {overall(run.reports)}", *(_told(report) for report in run.reports)]
    lines = [_plain(line) for line in lines]
    lines[0] = f"SBC {word} - {lines[0]} | {' '.join(figures)}"
    return "\n".join(lines) + "\n"


def _told(report: SiteReport) -> str:
    if report.error:
        return f"{report.site}: {say(report.error.what)}"
    parts = []
    for outcome in _TELLING:
        names = [result.check for result in report.results if result.outcome is outcome]
        parts += [f"{len(names)} {outcome} ({', '.join(names)})"] if names else []
    passed = sum(result.outcome is Outcome.PASS for result in report.results)
    return f"{report.site}: {report.verdict}: {', '.join([*parts, f'{passed} pass'])}"


def _plain(line: str) -> str:
    """A bar would begin the performance data, a line break the next line."""
    return " ".join(line.replace("|", "/").split())
