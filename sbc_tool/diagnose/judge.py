"""What the faults say of a trace, call by call."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from sbc_tool.check import run
from sbc_tool.diagnose.evidence import Evidence
from sbc_tool.diagnose.fault import Fault, InTrace
from sbc_tool.diagnose.trace.trace import Trace
from sbc_tool.finding import Finding, Outcome, Place, Result, worst

Results = tuple[Result, ...]


def judge(faults: Iterable[Fault], trace: Trace) -> tuple[Results, dict[int, Results]]:
    """The results that belong to no call, and those of each call by its number, from 1.

    A finding belongs to the call whose message it points at. What didn't apply is left out, unless nothing applied.
    """
    calls = {message.where: number for number, call in enumerate(trace.calls, 1) for message in call.messages}
    evidence: dict[type, Evidence] = {Evidence: Evidence(trace=trace)}
    split = [_by_call(run(InTrace(fault), evidence), calls) for fault in faults]
    own = {
        number: tuple(parts[number] for parts in split if number in parts) for number in range(1, len(trace.calls) + 1)
    }
    rest = tuple(parts[0] for parts in split if 0 in parts)
    told = tuple(result for result in rest if result.outcome is not Outcome.NA)
    return told if told or trace.calls else rest, own


def _by_call(result: Result, calls: Mapping[Place, int]) -> dict[int, Result]:
    """The parts of a result by the number of their call, 0 for none: each with the findings that count, and no more."""
    parts: dict[int, list[Finding]] = {}
    for finding in result.findings:
        parts.setdefault(calls.get(finding.where, 0) if finding.where else 0, []).append(finding)
    return {number: _part(result, found) for number, found in parts.items()} or {0: result}


def _part(result: Result, findings: list[Finding]) -> Result:
    part = replace(result, outcome=worst(findings), findings=tuple(findings))
    return replace(part, findings=part.counting)
