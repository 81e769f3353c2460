"""Results for people: tables that fit 100 columns, colour that means something, a plan that reads like the device."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from sbc_tool.finding import Outcome, Result, Verdict
from sbc_tool.language import say
from sbc_tool.report import legs
from sbc_tool.report.causes import advice, by_cause
from sbc_tool.report.document import Run, SiteReport, told
from sbc_tool.trinity import tree
from sbc_tool.trinity.diff import Change
from sbc_tool.trinity.tree import Config, Node

Show = Callable[[Console, SiteReport], None]

WIDTH = 100  # columns, at most
_NARROW = 72  # columns, below which a table's last one would be a string of single words
_COLOUR = {
    Outcome.PASS: "green",
    Outcome.WARN: "yellow",
    Outcome.FAIL: "bold red",
    Outcome.UNKNOWN: "magenta",
    Outcome.NA: "dim",
}
_WORST_LAST = (Outcome.NA, Outcome.PASS, Outcome.WARN, Outcome.UNKNOWN, Outcome.FAIL)
_VERDICT = {Verdict.GO: "bold green", Verdict.REVIEW: "bold yellow", Verdict.NO_GO: "bold red"}
_MARK = {"add": ("+", "green"), "remove": ("-", "red"), "replace": ("~", "yellow")}
_FINDINGS = 8  # of one check; JSON has all
_LEFT_ALONE = 20  # lines


def write(run: Run, show: Show | None = None) -> str:
    """Without colour, and without the blanks that fill up a table's columns."""
    file = io.StringIO()
    put(Console(file=file, width=WIDTH, force_terminal=False, emoji=False), run, show or results)
    return "".join(f"{line.rstrip()}\n" for line in file.getvalue().splitlines())


def put(console: Console, run: Run, show: Show) -> None:
    """Each site as `show` does, and a count of the verdicts below several."""
    for report in run.reports:
        show(console, report)
    if len(run.reports) > 1 and not any(report.trace for report in run.reports):
        counts = Counter("not looked at" if report.error else str(report.verdict) for report in run.reports)
        told = ", ".join(f"{count} {what}" for what, count in counts.most_common())
        console.print(Text(say(f"{len(run.reports)} sites: {told}")))


def results(console: Console, report: SiteReport) -> None:
    """The table of a site, worst last so that it stays on the screen, and the verdict below it."""
    if not report.results:
        return
    width = min(WIDTH, console.width)
    if report.legs:
        legs.text(console, report.legs, width)
    in_order = sorted(report.results, key=lambda one: _WORST_LAST.index(one.outcome))
    if width < _NARROW:
        console.print(Text(report.site, "bold"))
        for group in by_cause(in_order):
            console.print(Text.assemble(_outcome(group[0]), f" {', '.join(one.check for one in group)}"))
            console.print(Padding(_told(group), (0, 0, 0, 2)))
    else:
        console.print(_table(report.site, in_order, width))
    console.print(_verdict(report))


def _table(title: str, in_order: Iterable[Result], width: int) -> Table:
    head = Text(title, "bold")
    table = Table(box=box.SIMPLE_HEAD, width=width, title=head, title_justify="left", pad_edge=False)
    table.add_column("", no_wrap=True)
    table.add_column(say("check"), no_wrap=width >= WIDTH, overflow="fold")
    table.add_column(say("what was seen; what to do"), overflow="fold", ratio=1)
    for group in by_cause(in_order):
        table.add_row(_outcome(group[0]), Text("\n".join(one.check for one in group)), _told(group))
    return table


def _outcome(result: Result) -> Text:
    return Text(str(result.outcome), _COLOUR[result.outcome])


def _verdict(report: SiteReport) -> Text:
    counts = Counter(result.outcome for result in report.results)
    told = ", ".join(f"{counts[outcome]} {outcome}" for outcome in reversed(_WORST_LAST) if counts[outcome])
    return Text.assemble(f"{report.site}: ", (str(report.verdict), _VERDICT[report.verdict]), f" ({told})")


def _told(group: Sequence[Result]) -> Text:
    """The findings that count, of results that all tell the same, and what to do once below them."""
    result = group[0]
    found = [f for f in result.findings if f.outcome is not Outcome.PASS and f.outcome is not Outcome.NA]
    found = sorted(found, key=lambda finding: finding.waiver is not None) or list(result.findings)
    lines = [f"{finding.where}: {told(finding)}" if finding.where else told(finding) for finding in found[:_FINDINGS]]
    lines += [say(f"… and {len(found) - _FINDINGS} more")] if len(found) > _FINDINGS else []
    text = Text("\n".join(lines or [say(result.reason or "nothing found")]))
    if to_do := advice(group):
        text.append(f"\n→ {to_do}", "cyan")
    return text


def plan(console: Console, report: SiteReport, most: int | None = None) -> None:
    """The changes as a tree of lines, as the device would show them; with `most`, only so many of them."""
    if not report.plan:
        return
    changes, left_alone = report.plan.changes, report.plan.left_alone
    for line in _lines(changes[:most]):
        console.print(line, soft_wrap=True)
    if most is not None and len(changes) > most:
        console.print(Text(say(f"… and {len(changes) - most} more: `sbc-tool plan` shows all")))
    if most is None and left_alone:
        _left_alone(console, left_alone)
    counts = Counter(change.op for change in changes)
    told = ", ".join(f"{counts[op]} to {op}" for op in ("add", "replace", "remove") if counts[op])
    summary = f"{len(changes)} changes: {told}" if told else "no difference"
    left = f"; {len(left_alone)} lines of others left alone" if left_alone else ""
    for result in report.results:
        stops = say("`deploy` would refuse:") + " " if result.outcome is Outcome.FAIL else ""
        console.print(Text.assemble((f"! {stops}{result.check}: ", "yellow"), _told((result,))), soft_wrap=True)
    for told in _disturbed(changes):
        console.print(Text(told, "yellow"), soft_wrap=True)
    console.print(Text(f"{report.site}: {say(summary + left)}"))
    if changes:
        console.print(Text(say("An offline difference: the device has not validated it."), "dim"))


_CAN = {
    "management": "can cut the device off from management",
    "calls": "can drop calls",
    "tls": "touch TLS",
    "reload": "make the device reload",
}


def _disturbed(changes: Sequence[Change]) -> Iterator[str]:
    """What the changes of a plan can disturb, the gravest first."""
    for kind, what in _CAN.items():
        found = [change for change in changes if kind in change.touches]
        if found:
            yield say(f"! {len(found)} of them {what}, such as `{found[0].line}`")


def commands(console: Console, report: SiteReport) -> None:
    """The lines as they would be typed; secrets stay hidden."""
    _typed(console, report.plan.apply if report.plan else ())


def undo(console: Console, report: SiteReport) -> None:
    """The lines of the way back."""
    _typed(console, report.plan.undo if report.plan else ())


def _typed(console: Console, blocks: Iterable[Node]) -> None:
    console.print(Text(tree.write(Config(tuple(blocks)), blank_lines=False)), soft_wrap=True, end="")


def _left_alone(console: Console, changes: Sequence[Change]) -> None:
    console.print(Text("\n" + say("Not in the site file and left alone, because others may have written it:"), "dim"))
    for line in _lines(changes[:_LEFT_ALONE], mark=("·", "dim")):
        console.print(line, soft_wrap=True)
    if len(changes) > _LEFT_ALONE:
        console.print(Text(say(f"… and {len(changes) - _LEFT_ALONE} more"), "dim"))


def _lines(changes: Iterable[Change], mark: tuple[str, str] | None = None) -> Iterator[Text]:
    """Every change below the blocks that it stands in; a block is named once while changes follow each other in it."""
    open_blocks: Sequence[str] = ()
    for change in changes:
        for depth, block in enumerate(change.path):
            if tuple(open_blocks[: depth + 1]) != change.path[: depth + 1]:
                yield Text(f"  {'  ' * depth}{block}", "dim")
        sign, colour = mark or _MARK[change.op]
        indent = "  " * len(change.path)
        if change.was:
            yield Text(f"- {indent}{change.was}", "red")
            sign, colour = "+", "green"
        label = Text(f"  ! {', '.join(change.touches)}", "yellow") if change.touches else Text()
        yield Text(f"{sign} {indent}{change.line}", colour) + label
        open_blocks = (*change.path, change.line)
