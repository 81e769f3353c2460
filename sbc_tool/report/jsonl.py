"""One JSON object a line, for log shippers and `jq`: each says its `kind`, command and site, and stands for itself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from sbc_tool.report import route
from sbc_tool.report.document import Run, SiteReport
from sbc_tool.report.json import changes, entries, errors


def write(run: Run) -> str:
    """The results, changes, route and errors of a site, then a line of the kind `site` with its verdict."""
    return "".join(
        json.dumps({"command": run.command, "site": report.site, **line}, ensure_ascii=run.ascii_only, default=str)
        + "\n"
        for report in run.reports
        for line in _lines(report)
    )


def _lines(report: SiteReport) -> Iterator[dict[str, Any]]:
    for entry in entries(report):
        yield {"kind": "result", **entry}
    for change in changes(report.plan) if report.plan else ():
        yield {"kind": "change", **change}
    if report.route:
        yield {"kind": "route", **route.document(report.route)}
    for error in errors(report):
        yield {"kind": "error", **error}
    state = {} if report.state is None else {"state": report.state}
    yield {
        "kind": "site",
        "verdict": str(report.verdict),
        "started": report.started.isoformat(),
        "duration_s": round(report.duration_s, 3),
        **state,
    }
