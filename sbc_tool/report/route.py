"""A call's way, for people and for scripts."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.text import Text

from sbc_tool.report.document import SiteReport
from sbc_tool.report.shape import TEXT, WHERE, Shape, many, one_of, record
from sbc_tool.trinity.call import Call, Outcome, Trace
from sbc_tool.trinity.grammar import Evidence

_GRADE = {
    Evidence.CONFIRMED: "green",
    Evidence.INDIRECT: "green",
    Evidence.SMARTWARE: "yellow",
    Evidence.ASSUMED: "bold yellow",
    Evidence.REFUTED: "bold red",
}
_SAID = {
    Outcome.NO_ROUTE: "the call has no route",
    Outcome.LOOP: "the call goes round in circles",
    Outcome.UNKNOWN: "it can't be told where the call ends",
}


def text(console: Console, report: SiteReport) -> None:
    """One line a step, with its evidence; below it the line that decided, and the numbers where they change."""
    if report.route is None:
        return
    before = report.route.call
    for step in report.route.steps:
        console.print(Text.assemble((f"{step.grade:<9}", _GRADE[step.grade]), f"  {step.text}"), soft_wrap=True)
        if step.where:
            console.print(Text(f"{'':11}{step.where}", "dim"), soft_wrap=True)
        if step.call != before:
            console.print(Text(f"{'':11}{_numbers(before)}  ->  {_numbers(step.call)}", "cyan"), soft_wrap=True)
        before = step.call
    console.print(Text(f"{report.site}: {_end(report.route)}", "bold"), soft_wrap=True)


def _numbers(call: Call) -> str:
    return f"{call.caller or 'nobody'} calls {call.called}"


def _end(trace: Trace) -> str:
    if not trace.ends:
        return _SAID.get(trace.outcome, str(trace.outcome))
    first, others = trace.ends[0], [f"{end.interface} {end.host}".strip() for end in trace.ends[1:]]
    login = f" as {first.identity}" if first.identity else ""
    where = ":".join(part for part in (first.host, first.port) if part)
    told = f"the call ends at {first.interface} {where}{login}: {_numbers(first.call)}"
    return told + (f"; otherwise {', '.join(others)}" if others else "")


def document(trace: Trace) -> dict[str, Any]:
    """As JSON: the call, the steps with the numbers that hold after each, and the ends in the order of trying."""
    steps = []
    for step in trace.steps:
        entry: dict[str, Any] = {"text": step.text, "line": step.line, "evidence": str(step.grade), **_call(step.call)}
        if step.where:
            entry["where"] = {"file": step.where.file, "line": step.where.line}
        steps.append(entry)
    ends = [
        {"interface": end.interface, "host": end.host, "port": end.port, "identity": end.identity, **_call(end.call)}
        for end in trace.ends
    ]
    return {"outcome": str(trace.outcome), **_call(trace.call), "steps": steps, "ends": ends}


def _call(call: Call) -> dict[str, str]:
    return {"caller": call.caller, "called": call.called}


def schema() -> Shape:
    """JSON Schema of that part."""
    numbers = {"caller": TEXT, "called": TEXT}
    step = {"text": TEXT, "line": TEXT, "evidence": one_of(Evidence), **numbers}
    end = {**dict.fromkeys(("interface", "host", "port", "identity"), TEXT), **numbers}
    steps = many(record(step, {"where": WHERE}))
    return record({"outcome": one_of(Outcome), **numbers, "steps": steps, "ends": many(record(end))})
