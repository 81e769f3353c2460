"""The JSON document of the contract: one a command, with nothing else on stdout."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

from sbc_tool import __version__, teams
from sbc_tool.catalogue import checks
from sbc_tool.diagnose.trace.summary import CallSummary
from sbc_tool.errors import SbcError
from sbc_tool.finding import Finding, Outcome, Place, Result
from sbc_tool.language import say
from sbc_tool.report import diagnosis, legs, route
from sbc_tool.report.document import Run, SiteReport, counting, overall, seen
from sbc_tool.trinity.diff import Change, Plan

SCHEMA_VERSION = 1


def write(run: Run) -> str:
    """Site by site, since the encoder takes ten times the room of what it writes: a trace can hold 10,000 calls."""
    sites = ",\n    ".join(_written(_site(report), run).replace("\n", "\n    ") for report in run.reports)
    return f'{_written(head(run), run)[:-2]},\n  "sites": [\n    {sites}\n  ]\n}}\n'


def sums(command: str, values: dict[str, Any]) -> str:
    """What a command that judges nothing has worked out, under its own name."""
    return json.dumps({**_tool(command), command: values}, indent=2)


def _written(value: dict[str, Any], run: Run) -> str:
    return json.dumps(value, ensure_ascii=run.ascii_only, indent=2, default=str)


def head(run: Run) -> dict[str, Any]:
    """What holds for all sites."""
    rules = teams.load()
    return {
        **_tool(run.command),
        "rule_pack": {"id": rules.id, "date": rules.date},
        "verdict": str(overall(run.reports)),
    }


def _tool(command: str) -> dict[str, Any]:
    tool = {"name": "sbc-tool", "version": __version__}
    return {"schema_version": SCHEMA_VERSION, "tool": tool, "command": command}


def _site(report: SiteReport) -> dict[str, Any]:
    site: dict[str, Any] = {
        "site": report.site,
        "verdict": str(report.verdict),
        "started": report.started.isoformat(),
        "duration_s": round(report.duration_s, 3),
        "results": entries(report),
    }
    if report.plan:
        site["changes"] = changes(report.plan)
        site["left_alone"] = [{"path": list(one.path), "line": one.line} for one in report.plan.left_alone]
        if report.state == "planned":
            site["validated_by_device"] = False  # there is no dry run on the device
    if report.route:
        site["route"] = route.document(report.route)
    if report.legs:
        site["legs"] = legs.document(report.legs)
    if report.diagnosis:
        site["diagnosis"] = diagnosis.document(report.diagnosis)
    if report.state is not None:
        site["state"] = report.state
    if report.backup is not None:
        site["backup"] = str(report.backup)
    if report.trace:
        site["trace"] = dataclasses.asdict(report.trace)
    if report.call:
        site["call"] = call(report.call)
    if report.error:
        site["errors"] = errors(report)
    return site


def errors(report: SiteReport) -> list[dict[str, Any]]:
    """The error that ended the work on a site, and what went wrong beside it."""
    return [_error(error) for error in (report.error, *report.error.more)] if report.error else []


def _error(error: SbcError) -> dict[str, Any]:
    entry: dict[str, Any] = {"message": say(error.what), "hint": say(error.hint), "exit": int(error.exit)}
    return {**entry, "where": _where(error.where)} if error.where else entry


def call(summary: CallSummary) -> dict[str, Any]:
    """With its ladder as a list of messages, whose ends are named."""
    entry = dataclasses.asdict(summary)
    names = summary.ladder.participants
    entry["ladder"] = [
        {"seconds": rung.seconds, "source": names[rung.source], "target": names[rung.target], "text": rung.label,
         "frame": rung.frame}
        for rung in summary.ladder.rungs
    ]  # fmt: skip
    return entry


def changes(plan: Plan) -> list[dict[str, Any]]:
    return [_change(change) for change in plan.changes]


def _change(change: Change) -> dict[str, Any]:
    entry: dict[str, Any] = {"op": change.op, "path": list(change.path), "line": change.line}
    return {**entry, "touches": list(change.touches)} if change.touches else entry


def entries(report: SiteReport) -> list[dict[str, Any]]:
    """One entry a finding that counts; a result without any is one entry of its own."""
    return [_entry(result, finding) for result in report.results for finding in counting(result)]


def _entry(result: Result, finding: Finding) -> dict[str, Any]:
    check = checks()[result.check]
    entry: dict[str, Any] = {
        "id": result.check,
        "title": say(check.title),
        "outcome": str(finding.outcome),
        "cause": seen(finding),
        "remedy": "" if finding.outcome in (Outcome.PASS, Outcome.NA) else say(check.remedy),
        "source": check.source,
        "evidence": dict(finding.evidence) if result.findings else {},
    }
    if finding.where:
        entry["where"] = _where(finding.where)
    if finding.waiver:
        waiver = finding.waiver
        entry["waiver"] = {"reason": waiver.reason, "until": str(waiver.until), "where": _where(waiver.where)}
    return entry


def _where(place: Place) -> dict[str, Any]:
    return {"file": place.file, "line": place.line}
