"""JUnit's XML, which every CI server shows: a suite a site, a case a check.

A warning is a case that passed and says what it saw, unless `--fail-on warn`; what is unknown is an error, not a pass.
"""

from __future__ import annotations

import re

from junitparser import Error, Failure, JUnitXml, Skipped, TestCase, TestSuite
from junitparser.junitparser import FinalResult

from sbc_tool.catalogue import checks
from sbc_tool.errors import SbcError
from sbc_tool.finding import Exit, Finding, Outcome, Result
from sbc_tool.language import say
from sbc_tool.report.document import Run, SiteReport, counting, differences, told
from sbc_tool.report.paths import inside


def write(run: Run) -> str:
    document = JUnitXml(f"sbc-tool {run.command}")
    for report in run.reports:
        document.add_testsuite(_suite(run, report))
    document.update_statistics()  # type: ignore[no-untyped-call]
    data: bytes = document.tostring()  # type: ignore[no-untyped-call]
    text = data.decode("utf-8")
    if run.ascii_only:
        text = text.encode("ascii", "xmlcharrefreplace").decode("ascii")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _suite(run: Run, report: SiteReport) -> TestSuite:
    suite = TestSuite(_legal(report.site))
    suite.timestamp = report.started.isoformat(timespec="seconds")
    suite.add_property("verdict", str(report.verdict))
    cases = [_case(run, report, result) for result in report.results]
    if report.error:
        cases.append(_ended(run, report, report.error))
    elif not report.results:
        cases.append(_answer(run, report))
    if cases:
        cases[0].time = report.duration_s  # it was measured as a whole
    suite.add_testcases(cases)
    return suite


def _case(run: Run, report: SiteReport, result: Result) -> TestCase:
    check = checks()[result.check]
    title, remedy = say(check.title), say(check.remedy)
    case = TestCase(result.check, _class(run, report))
    said = "\n".join(_told(finding) for finding in counting(result))
    red = (Outcome.FAIL, Outcome.WARN) if run.fail_on_warn else (Outcome.FAIL,)
    if result.outcome in red:
        case.result = [_filled(Failure(title, str(result.outcome)), f"{said}\n→ {remedy}")]
    elif result.outcome is Outcome.UNKNOWN:
        case.result = [_filled(Error(title, str(result.outcome)), f"{said}\n→ {remedy}")]
    elif result.outcome is Outcome.NA or any(finding.waiver for finding in result.findings):
        case.result = [Skipped(_legal(said))]
    elif result.outcome is Outcome.WARN:
        case.system_out = _legal(f"warn: {said}\n→ {remedy}")
    return case


def _ended(run: Run, report: SiteReport, error: SbcError) -> TestCase:
    """The error that ended the work on this site, as a case of its own."""
    case = TestCase(run.command, _class(run, report))
    lines = [line for one in (error, *error.more) for line in (say(str(one)), f"→ {say(one.hint)}" if one.hint else "")]
    told = "\n".join(filter(None, lines))
    case.result = [_filled(Error(_legal(say(error.what)), type(error).__name__), told)]
    return case


def _answer(run: Run, report: SiteReport) -> TestCase:
    """A command without checks (`plan`, `route`): its case is red when it answers no."""
    case = TestCase(run.command, _class(run, report))
    if report.exit(run.fail_on_warn) is not Exit.OK:
        steps = tuple(step.text for step in report.route.steps) if report.route else ()
        lines = differences(report) or steps
        told = f"{len(lines)} changes" if report.plan else "answered no"
        case.result = [_filled(Failure(told, "difference" if report.plan else run.command), "\n".join(lines))]
    return case


def _class(run: Run, report: SiteReport) -> str:
    return _legal(f"{run.command}.{report.site}")


def _told(finding: Finding) -> str:
    where = finding.where
    return f"{inside(where.file)}:{where.line}: {told(finding)}" if where and where.line else told(finding)


def _filled(verdict: FinalResult, text: str) -> FinalResult:
    verdict.text = _legal(text)
    return verdict


def _legal(text: str) -> str:
    """Without what XML 1.0 has no way to say: control characters, which a capture may hold."""
    return re.sub("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "\ufffd", text)
