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
    return json.dumps(document(run), ensure_ascii=run.ascii_only, indent=2, default=str) + "\n"


def sums(command: str, values: dict[str, Any]) -> str:
    """What a command that judges nothing has worked out, under its own name."""
    return json.dumps({**_tool(command), command: values}, indent=2)


def document(run: Run) -> dict[str, Any]:
    return {**head(run), "sites": [_site(report) for report in run.reports]}


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


def result_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of the document, for `sbc-tool schema result`."""
    text, number = {"type": "string"}, {"type": "number"}
    where = _object({"file": text, "line": {"type": "integer"}})
    result = _object(
        {
            "id": text,
            "title": text,
            "outcome": {"enum": [str(outcome) for outcome in Outcome]},
            "cause": text,
            "remedy": text,
            "source": text,
            "evidence": {"type": "object"},
            "where": where,
            "waiver": _object({"reason": text, "until": {"type": "string", "format": "date"}, "where": where}),
        },
        optional=("where", "waiver"),
    )
    path = {"type": "array", "items": text}
    touches = {"type": "array", "items": {"enum": ["management", "calls", "tls", "reload"]}}
    change = _object(
        {"op": {"enum": ["add", "remove", "replace"]}, "path": path, "line": text, "touches": touches},
        optional=("touches",),
    )
    error = _object({"message": text, "hint": text, "exit": {"type": "integer"}, "where": where}, optional=("where",))
    verdicts = {"enum": ["go", "review", "no-go"]}
    site = _object(
        {
            "site": text,
            "verdict": verdicts,
            "started": {"type": "string", "format": "date-time"},
            "duration_s": number,
            "results": {"type": "array", "items": result},
            "changes": {"type": "array", "items": change},
            "left_alone": {"type": "array", "items": _object({"path": path, "line": text})},
            "validated_by_device": {"const": False},
            "route": route.schema(where),
            "legs": legs.schema(),
            "state": {"enum": ["unchanged", "planned", "deployed", "rolled-back", "failed"]},
            "backup": text,
            "errors": {"type": "array", "items": error},
            "trace": _trace(),
            "call": _call(),
            "diagnosis": diagnosis.schema(),
        },
        optional=(
            "changes",
            "left_alone",
            "validated_by_device",
            "route",
            "legs",
            "state",
            "backup",
            "errors",
            "trace",
            "call",
            "diagnosis",
        ),
    )
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "sbc-tool result",
        **_object(
            {
                "schema_version": {"const": SCHEMA_VERSION},
                "tool": _object({"name": text, "version": text}),
                "command": text,
                "rule_pack": _object({"id": text, "date": text}),
                "verdict": verdicts,
                "sites": {"type": "array", "items": site},
            }
        ),
    }


def _trace() -> dict[str, Any]:
    count, text = {"type": "integer"}, {"type": "string"}
    hidden = _object({"source": text, "target": text, "segments": count})
    return _object(
        {
            "messages": count,
            "calls": count,
            "streams": count,
            "encrypted": {"type": "array", "items": hidden},
            "damage": {"type": "array", "items": text},
        }
    )


def _call() -> dict[str, Any]:
    text, count, number = {"type": "string"}, {"type": "integer"}, {"type": "number"}
    maybe = {"type": ["number", "null"]}
    leg = _object(
        {"call_id": text, "side": {"enum": ["teams", "other"]}, "caller": text, "called": text, "messages": count}
    )
    ends = {"source": text, "target": text}
    counts = dict.fromkeys(("payload_type", "packets", "lost"), count)
    shares = dict.fromkeys(("lost_percent", "mean_jitter_ms", "worst_jitter_ms"), number)
    stream = _object({**ends, "ssrc": text, **counts, **shares})
    rung = _object({"seconds": maybe, **ends, "text": text, "frame": count})
    lists = {"legs": leg, "streams": stream, "ladder": rung}
    return _object(
        {
            "number": count,
            **dict.fromkeys(("caller", "called", "ended"), text),
            **dict.fromkeys(("begin", "lasted_s"), maybe),
            **{name: {"type": "array", "items": one} for name, one in lists.items()},
        }
    )


def _object(properties: dict[str, Any], optional: tuple[str, ...] = ()) -> dict[str, Any]:
    required = [name for name in properties if name not in optional]
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}
