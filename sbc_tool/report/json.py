"""The JSON document of the contract: one a command, with nothing else on stdout."""

from __future__ import annotations

import json
from typing import Any

from sbc_tool import __version__, teams
from sbc_tool.catalogue import checks
from sbc_tool.errors import SbcError
from sbc_tool.finding import Finding, Outcome, Place, Result
from sbc_tool.report import legs, route
from sbc_tool.report.document import Run, SiteReport, counting, overall
from sbc_tool.trinity.diff import Plan

SCHEMA_VERSION = 1


def write(run: Run) -> str:
    return json.dumps(document(run), ensure_ascii=run.ascii_only, indent=2, default=str) + "\n"


def document(run: Run) -> dict[str, Any]:
    return {**head(run), "sites": [_site(report) for report in run.reports]}


def head(run: Run) -> dict[str, Any]:
    """What holds for all sites."""
    rules = teams.load()
    return {
        "schema_version": SCHEMA_VERSION,
        "tool": {"name": "sbc-tool", "version": __version__},
        "command": run.command,
        "rule_pack": {"id": rules.id, "date": rules.date},
        "verdict": str(overall(run.reports)),
    }


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
    if report.route:
        site["route"] = route.document(report.route)
    if report.legs:
        site["legs"] = legs.document(report.legs)
    if report.state is not None:
        site["state"] = report.state
    if report.backup is not None:
        site["backup"] = str(report.backup)
    if report.error:
        site["errors"] = errors(report)
    return site


def errors(report: SiteReport) -> list[dict[str, Any]]:
    """The error that ended the work on a site, and what went wrong beside it."""
    return [_error(error) for error in (report.error, *report.error.more)] if report.error else []


def _error(error: SbcError) -> dict[str, Any]:
    entry: dict[str, Any] = {"message": error.what, "hint": error.hint, "exit": int(error.exit)}
    return {**entry, "where": _where(error.where)} if error.where else entry


def changes(plan: Plan) -> list[dict[str, Any]]:
    return [{"op": change.op, "path": list(change.path), "line": change.line} for change in plan.changes]


def entries(report: SiteReport) -> list[dict[str, Any]]:
    """One entry a finding that counts; a result without any is one entry of its own."""
    return [_entry(result, finding) for result in report.results for finding in counting(result)]


def _entry(result: Result, finding: Finding) -> dict[str, Any]:
    check = checks()[result.check]
    entry: dict[str, Any] = {
        "id": result.check,
        "title": check.title,
        "outcome": str(finding.outcome),
        "cause": finding.text,
        "remedy": "" if finding.outcome in (Outcome.PASS, Outcome.NA) else check.remedy,
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
    change = _object(
        {"op": {"enum": ["add", "remove", "replace"]}, "path": {"type": "array", "items": text}, "line": text}
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
            "route": route.schema(where),
            "legs": legs.schema(),
            "state": {"enum": ["unchanged", "planned", "deployed", "rolled-back", "failed"]},
            "backup": text,
            "errors": {"type": "array", "items": error},
        },
        optional=("changes", "route", "legs", "state", "backup", "errors"),
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


def _object(properties: dict[str, Any], optional: tuple[str, ...] = ()) -> dict[str, Any]:
    required = [name for name in properties if name not in optional]
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}
