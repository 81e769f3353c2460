"""Annotations of GitHub Actions: lines that a workflow's log turns into marks on the files of a change.

Source: GitHub Docs, "Workflow commands for GitHub Actions" (error, warning, notice, and how values are escaped).
"""

from __future__ import annotations

from collections.abc import Iterator

from sbc_tool.catalogue import checks
from sbc_tool.finding import Outcome, Place, Result
from sbc_tool.language import say
from sbc_tool.report.document import Run, SiteReport, counting, differences
from sbc_tool.report.paths import at_hand, inside, whole

_LEVEL = {Outcome.FAIL: "error", Outcome.WARN: "warning", Outcome.UNKNOWN: "warning"}


def write(run: Run) -> str:
    return "".join(f"{line}\n" for report in run.reports for line in _lines(report))


def _lines(report: SiteReport) -> Iterator[str]:
    for result in report.results:
        yield from _results(report, result)
    for error in (report.error, *report.error.more) if report.error else ():
        text = f"{say(error.what)}\n→ {say(error.hint)}" if error.hint else say(error.what)
        yield _command("error", report.site, text, error.where or whole(report))
    changes = differences(report)
    if changes:
        yield _command("warning", f"{report.site}: {len(changes)} changes", "\n".join(changes), whole(report))
    yield _command("notice", report.site, str(report.verdict), None)


def _results(report: SiteReport, result: Result) -> Iterator[str]:
    check = checks()[result.check]
    for finding in counting(result):
        if finding.outcome in _LEVEL:
            text, where = at_hand(report, finding)
            level = "notice" if finding.waiver else _LEVEL[finding.outcome]
            yield _command(level, result.check, f"{text}\n→ {say(check.remedy)}", where)


def _command(level: str, title: str, text: str, where: Place | None) -> str:
    values = (
        {"file": inside(where.file), "line": str(where.line or ""), "col": str(where.column or "")} if where else {}
    )
    told = ",".join(f"{key}={_property(value)}" for key, value in {**values, "title": title}.items() if value)
    return f"::{level} {told}::{_data(text)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
