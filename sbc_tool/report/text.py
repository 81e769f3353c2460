"""Results for people: tables that fit 100 columns, colour that means something, a plan that reads like the device."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from sbc_tool.catalogue import checks
from sbc_tool.finding import Outcome, Result, Verdict
from sbc_tool.report.document import SiteReport
from sbc_tool.trinity.diff import Change

_COLOUR = {
    Outcome.PASS: "green",
    Outcome.WARN: "yellow",
    Outcome.FAIL: "bold red",
    Outcome.UNKNOWN: "magenta",
    Outcome.NA: "dim",
}
_VERDICT = {Verdict.GO: "bold green", Verdict.REVIEW: "bold yellow", Verdict.NO_GO: "bold red"}
_WIDTH = 100
_MARK = {"add": ("+", "green"), "remove": ("-", "red"), "replace": ("~", "yellow")}


def results(console: Console, report: SiteReport) -> None:
    """The table of a site, worst last so that it stays on the screen, and the verdict below it."""
    width = min(_WIDTH, console.width)
    table = Table(box=box.SIMPLE_HEAD, width=width, title=escape(report.site), title_justify="left", pad_edge=False)
    table.add_column("", no_wrap=True)
    table.add_column("check", no_wrap=width >= _WIDTH, overflow="fold")
    table.add_column("what was seen; what to do", overflow="fold", ratio=1)
    order = [Outcome.NA, Outcome.PASS, Outcome.WARN, Outcome.UNKNOWN, Outcome.FAIL]
    for result in sorted(report.results, key=lambda one: order.index(one.outcome)):
        colour = _COLOUR[result.outcome]
        table.add_row(Text(str(result.outcome), colour), Text(result.check), _told(result))
    console.print(table)
    console.print(f"verdict: [{_VERDICT[report.verdict]}]{report.verdict}[/]", highlight=False)


def _told(result: Result) -> Text:
    """The findings that count, and the remedy once below them."""
    told = [f for f in result.findings if f.outcome is not Outcome.PASS and f.outcome is not Outcome.NA]
    told = told or list(result.findings)
    lines = [f"{finding.where}: {finding.text}" if finding.where else finding.text for finding in told[:8]]
    lines += [f"… and {len(told) - 8} more"] if len(told) > 8 else []
    text = Text("\n".join(lines or [result.reason]))
    if result.outcome in (Outcome.FAIL, Outcome.WARN, Outcome.UNKNOWN):
        text.append(f"\n→ {checks()[result.check].remedy}", "cyan")
    return text


def plan(console: Console, report: SiteReport, most: int | None = None) -> None:
    """The changes as a tree of lines; with `most`, only so many of them."""
    changes = report.changes or ()
    if not changes:
        console.print(f"{escape(report.site)}: no difference", highlight=False)
    shown = changes if most is None else changes[:most]
    for line in _lines(shown):
        console.print(line, soft_wrap=True)
    if len(shown) < len(changes):
        console.print(f"… and {len(changes) - len(shown)} more lines: `sbc-tool plan` shows all", highlight=False)
    counts = Counter(change.op for change in changes)
    if changes:
        told = ", ".join(f"{counts[op]} to {op}" for op in ("add", "replace", "remove") if counts[op])
        console.print(f"{len(changes)} changes: {told}", highlight=False)
    if report.left_alone:
        console.print(
            f"left alone, because others may have written them: {len(report.left_alone)} lines", highlight=False
        )


def _lines(changes: Iterable[Change]) -> Iterator[Text]:
    """Every change below the blocks that it stands in; a block is named once while changes follow each other in it."""
    open_blocks: Sequence[str] = ()
    for change in changes:
        for depth, block in enumerate(change.path):
            if tuple(open_blocks[: depth + 1]) != change.path[: depth + 1]:
                yield Text(f"  {'  ' * depth}{block}", "dim")
        mark, colour = _MARK[change.op]
        indent = "  " * len(change.path)
        if change.was:
            yield Text(f"- {indent}{change.was}", "red")
            mark, colour = "+", "green"
        yield Text(f"{mark} {indent}{change.line}", colour)
        open_blocks = (*change.path, change.line)
