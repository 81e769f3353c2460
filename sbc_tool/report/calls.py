"""A trace for people: the list of its calls, and each call as a ladder with what is wrong in it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from sbc_tool.diagnose.trace import ladder
from sbc_tool.diagnose.trace.summary import CallSummary, StreamLine, TraceSummary
from sbc_tool.finding import Outcome, Result
from sbc_tool.report import text
from sbc_tool.report.document import SiteReport

_SAID = (Outcome.FAIL, Outcome.WARN)
_MOST = 20  # ladders on one screen


def showing(reports: Sequence[SiteReport]) -> text.Show:
    """Shows the whole trace with the list of its calls, then each call; of many calls the list alone."""
    called = [report for report in reports if report.call]

    def show(console: Console, report: SiteReport) -> None:
        if report.trace:
            _whole(console, report, report.trace)
            _listing(console, called)
        elif report.call and len(called) <= _MOST:
            _one(console, report, report.call)

    return show


def _listing(console: Console, reports: Sequence[SiteReport]) -> None:
    """One line a call."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in ("call", "begin (UTC)", "from", "to", "legs", "ended", "lasted", "wrong"):
        table.add_column(name, overflow="fold", justify="right" if name in ("call", "lasted", "legs") else "left")
    for report in reports:
        if report.call:
            table.add_row(*_row(report, report.call))
    if reports:
        console.print(table)
    if len(reports) > _MOST:
        console.print(Text("--call N shows one as a ladder, with what was seen in it"))


def _row(report: SiteReport, call: CallSummary) -> Iterator[Text]:
    yield Text(str(call.number))
    yield Text(datetime.fromtimestamp(call.begin, UTC).strftime("%H:%M:%S") if call.begin is not None else "")
    yield Text(call.caller or "?")
    yield Text(call.called or "?")
    yield Text(str(len(call.legs)))
    yield Text(call.ended)
    yield Text(f"{call.lasted_s:.1f} s" if call.lasted_s is not None else "")
    wrong = [result.check for result in report.results if result.outcome is Outcome.FAIL]
    yield Text(", ".join(wrong) or "-", "bold red" if wrong else "green")


def _whole(console: Console, report: SiteReport, trace: TraceSummary) -> None:
    counted = ((trace.messages, "SIP message"), (trace.calls, "call"), (trace.streams, "RTP stream"))
    counts = ", ".join(f"{count} {what}{'' if count == 1 else 's'}" for count, what in counted)
    console.print(Text.assemble((report.site, "bold"), f": {counts}"), soft_wrap=True)
    for line in trace.damage:
        console.print(Text(line, "yellow"), soft_wrap=True)
    for hidden in trace.encrypted:
        told = f"TLS: {hidden.segments} segments from {hidden.source} to {hidden.target}"
        console.print(Text(f"{told} can't be read here; take the device's own trace of SIP", "magenta"), soft_wrap=True)
    _findings(console, report)


def _one(console: Console, report: SiteReport, call: CallSummary) -> None:
    console.print(Text(f"\n{report.site}", "bold"), soft_wrap=True)
    for line in ladder.as_text(call.ladder, min(text.WIDTH, console.width)):
        console.print(Text(line), soft_wrap=True)
    for stream in call.streams:
        console.print(Text(_stream(stream)), soft_wrap=True)
    _findings(console, dataclasses.replace(report, site=f"call {call.number}"))


def _stream(stream: StreamLine) -> str:
    return (
        f"RTP {stream.source} -> {stream.target}, payload type {stream.payload_type}: {stream.packets} packets, "
        f"{stream.lost} lost ({stream.lost_percent} %), jitter {stream.mean_jitter_ms} ms"
    )


def _findings(console: Console, report: SiteReport) -> None:
    """What is wrong, as a table; what couldn't be seen, and how much was ruled out, as a line each."""
    said = tuple(result for result in report.results if result.outcome in _SAID)
    if said:
        text.results(console, dataclasses.replace(report, results=said))
    for reason, names in _unseen(report.results).items():
        console.print(Text(f"can't be seen here: {', '.join(names)}: {reason}", "magenta"))
    passed = sum(result.outcome is Outcome.PASS for result in report.results)
    if passed:
        console.print(Text(f"ruled out: {passed} other faults (--format json names them)", "dim"))


def _unseen(results: tuple[Result, ...]) -> dict[str, list[str]]:
    """Reason -> ids, so that one cause is told once."""
    found: dict[str, list[str]] = {}
    for result in results:
        if result.outcome is Outcome.UNKNOWN:
            reason = next((f.text for f in result.findings if f.outcome is Outcome.UNKNOWN), result.reason)
            found.setdefault(reason, []).append(result.check)
    return found
