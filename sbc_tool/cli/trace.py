"""`sbc-tool trace`"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sbc_tool.cli import options
from sbc_tool.errors import InputError

if TYPE_CHECKING:
    from sbc_tool.diagnose.fault import Fault
    from sbc_tool.diagnose.trace.redact import Redactor
    from sbc_tool.finding import Result
    from sbc_tool.report.document import SiteReport

_Files = Annotated[
    list[Path] | None,
    typer.Argument(metavar="FILE…", help="Captures (pcap, pcapng) or logs with SIP.", show_default=False),
]
_Call = Annotated[int | None, typer.Option("--call", metavar="N", min=1, help="Only this call.", show_default=False)]
_Svg = Annotated[
    Path | None, typer.Option("--svg", metavar="FILE", help="Write the ladder of the call there.", show_default=False)
]
_Html = Annotated[
    Path | None,
    typer.Option("--html", metavar="FILE", help="Write a page with all ladders and findings.", show_default=False),
]
_Redact = Annotated[
    bool, typer.Option("--redact", help="Mask numbers, names and addresses; the same one always the same way.")
]


def command(
    files: _Files = None,
    call: _Call = None,
    svg: _Svg = None,
    html: _Html = None,
    redact: _Redact = False,
    form: options.FormatOption = options.Format.TEXT,
    output: options.Output = None,
    only: options.Only = None,
    skip: options.Skip = None,
    list_faults: options.List = False,
    fail_on: options.FailOnWarn = options.FailOn.FAIL,
) -> None:
    """Calls out of captures and logs, as ladders, and what is wrong in them."""
    from sbc_tool.cli import selection
    from sbc_tool.cli.output import finish, targets, writable
    from sbc_tool.diagnose import faults
    from sbc_tool.report import calls

    if list_faults:
        selection.listing(faults.TRACED)
    if not files:
        raise InputError("which file?", "sbc-tool trace FILE…, or --list")
    chosen, where = selection.select(faults.TRACED, only, skip), targets(form, output)
    for file in filter(None, (svg, html)):
        writable(file)
    reports = _reports(files, chosen, redact)
    if call is not None:
        reports = [_one(reports, call)]
    _draw(reports, svg, html)
    finish("trace", reports, where, calls.showing(reports), fail_on is options.FailOn.WARN)


def _reports(files: Sequence[Path], chosen: Sequence[Fault], redact: bool) -> list[SiteReport]:
    """The trace as a whole first, then its calls."""
    from sbc_tool.diagnose.judge import judge
    from sbc_tool.diagnose.trace import summary
    from sbc_tool.diagnose.trace.redact import Redactor
    from sbc_tool.diagnose.trace.trace import read
    from sbc_tool.finding import Exit
    from sbc_tool.report.document import SiteReport

    trace = read(files)
    redactor = Redactor(trace) if redact else None
    rest, own = judge(chosen, trace)
    whole, called = summary.of_trace(trace), list(summary.of_calls(trace))
    if redactor:
        whole, called = redactor.apply(whole), [redactor.apply(one) for one in called]
    name = ", ".join(str(file) for file in files)
    rest = tuple(_masked(rest, redactor))
    reports = [SiteReport(name, rest, trace=whole, code=None if rest else Exit.OK, file=str(files[0]))]
    for one in called:
        title = f"call {one.number}: {one.caller or '?'} -> {one.called or '?'}"
        reports.append(SiteReport(title, tuple(_masked(own[one.number], redactor)), call=one, file=str(files[0])))
    return reports


def _masked(results: Sequence[Result], redactor: Redactor | None) -> Iterator[Result]:
    for result in results:
        if redactor:
            findings = (dataclasses.replace(f, evidence=redactor.apply(f.evidence)) for f in result.findings)
            result = dataclasses.replace(result, findings=tuple(findings), reason=redactor.text(result.reason))
        yield result


def _one(reports: Sequence[SiteReport], number: int) -> SiteReport:
    found = next((report for report in reports if report.call and report.call.number == number), None)
    if found is None:
        raise InputError(f"--call {number}: there is no such call", f"the trace holds {len(reports) - 1}")
    return found


def _draw(reports: Sequence[SiteReport], svg: Path | None, html: Path | None) -> None:
    from sbc_tool.cli.output import write_text
    from sbc_tool.diagnose.trace import ladder
    from sbc_tool.report.page import page

    if svg:
        drawn = [report for report in reports if report.call]
        if len(drawn) != 1:
            raise InputError(f"--svg: one picture, and {len(drawn)} calls", "choose one with --call, or use --html")
        if drawn[0].call:
            write_text(svg, ladder.as_svg(drawn[0].call.ladder, drawn[0].site))
    if html:
        write_text(html, page("Calls", reports))
