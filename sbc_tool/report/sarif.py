"""SARIF 2.1.0 (OASIS, errata 1), which code scanning of GitHub, GitLab and Azure DevOps and the editors read.

Each check that has something to say is a rule whose help is the page of `explain`. What a check can't decide is of the
kind `open`. Paths are from the folder that the command ran in.
"""

from __future__ import annotations

import hashlib
import inspect
import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sbc_tool import __version__
from sbc_tool.catalogue import checks
from sbc_tool.errors import SbcError
from sbc_tool.finding import Finding, Outcome, Place, Result, Waiver
from sbc_tool.language import say
from sbc_tool.report.document import Run, SiteReport, counting, differences
from sbc_tool.report.paths import at_hand, inside

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVEL = {Outcome.FAIL: "error", Outcome.WARN: "warning"}


def write(run: Run) -> str:
    return json.dumps(document(run), ensure_ascii=run.ascii_only, indent=2, default=str) + "\n"


def document(run: Run) -> dict[str, Any]:
    rules = sorted({result.check for report in run.reports for result in report.results})
    told = [entry for report in run.reports for entry in _results(report, rules)]
    driver = {"name": "sbc-tool", "version": __version__, "rules": [_rule(name) for name in rules]}
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": driver},
                "automationDetails": {"id": f"sbc-tool/{run.command}/"},
                "columnKind": "unicodeCodePoints",
                "invocations": [_invocation(run)],
                "results": told,
            }
        ],
    }


def _rule(name: str) -> dict[str, Any]:
    check = checks()[name]
    page = inspect.getdoc(check) or check.title
    finds = re.sub(r"^What it finds\W+", "", page.partition("\n\n")[0])
    return {
        "id": name,
        "name": type(check).__name__,
        "shortDescription": {"text": say(check.title)},
        "fullDescription": {"text": " ".join(finds.split())},
        "help": {"text": page, "markdown": page},
        "properties": {"remedy": say(check.remedy), "source": check.source},
    }


def _results(report: SiteReport, rules: list[str]) -> Iterator[dict[str, Any]]:
    """What passed or doesn't apply is left out: viewers show every result as something to do."""
    for result in report.results:
        for finding in counting(result):
            if finding.outcome in _LEVEL or finding.outcome is Outcome.UNKNOWN:
                yield {"ruleIndex": rules.index(result.check), **_result(report, result, finding)}


def _result(report: SiteReport, result: Result, finding: Finding) -> dict[str, Any]:
    level = _LEVEL.get(finding.outcome)
    text, where = at_hand(report, finding)
    entry: dict[str, Any] = {
        "ruleId": result.check,
        "kind": "fail" if level else "open",
        "level": level or "none",
        "message": {"text": f"{text}\n→ {say(checks()[result.check].remedy)}"},
        "partialFingerprints": {"finding/v1": _fingerprint(report, result, finding)},
        "properties": {"site": report.site},
    }
    if where:
        entry["locations"] = [_location(where)]
    if finding.waiver:
        entry["suppressions"] = [_suppression(finding.waiver)]
    return entry


def _suppression(waiver: Waiver) -> dict[str, Any]:
    told = f"{waiver.reason} (until {waiver.until})"
    kind = "external" if waiver.external else "inSource"
    return {"kind": kind, "status": "accepted", "justification": told, "location": _location(waiver.where)}


def _fingerprint(report: SiteReport, result: Result, finding: Finding) -> str:
    """The same while only lines move, so that a viewer knows a finding again."""
    told = "\0".join((report.site, result.check, finding.lasting))
    return hashlib.sha256(told.encode("utf-8")).hexdigest()[:32]


def _location(where: Place) -> dict[str, Any]:
    place: dict[str, Any] = {"artifactLocation": _artifact(where.file)}
    if where.line:
        place["region"] = {"startLine": where.line} | ({"startColumn": where.column} if where.column else {})
    return {"physicalLocation": place}


def _artifact(file: str) -> dict[str, str]:
    path = inside(file)
    if Path(path).is_absolute():
        return {"uri": Path(path).as_uri()}
    return {"uri": quote(path), "uriBaseId": "%SRCROOT%"}


def _invocation(run: Run) -> dict[str, Any]:
    """Whether it ran to its end, and what came between."""
    started = min((report.started for report in run.reports), default=None)
    ended = max((report.started + timedelta(seconds=report.duration_s) for report in run.reports), default=None)
    invocation: dict[str, Any] = {
        "executionSuccessful": not any(report.error for report in run.reports),
        "exitCode": int(run.exit),
        "toolExecutionNotifications": [note for report in run.reports for note in _notes(report)],
    }
    if started and ended:
        form = "%Y-%m-%dT%H:%M:%SZ"
        invocation |= {"startTimeUtc": started.strftime(form), "endTimeUtc": ended.strftime(form)}
    return invocation


def _notes(report: SiteReport) -> Iterator[dict[str, Any]]:
    for error in (report.error, *report.error.more) if report.error else ():
        yield _note(report, error, "error")
    changes = differences(report)
    if changes:
        told = SbcError(f"{len(changes)} changes:\n" + "\n".join(changes))
        yield _note(report, told, "note")


def _note(report: SiteReport, error: SbcError, level: str) -> dict[str, Any]:
    text = f"{report.site}: {error.what}" + (f"\n→ {error.hint}" if error.hint else "")
    note: dict[str, Any] = {"level": level, "message": {"text": text}}
    return {**note, "locations": [_location(error.where)]} if error.where else note
