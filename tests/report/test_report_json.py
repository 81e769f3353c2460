"""The JSON document: every kind of result keeps to the schema, nothing is lost, nothing secret gets in."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from sbc_tool import __version__, teams
from sbc_tool.errors import DeployStuck, DeployUndone, InputError, LineRefused, Unreachable
from sbc_tool.finding import Exit, Finding, Outcome, Place, Result, Verdict
from sbc_tool.report import json as writer
from sbc_tool.report.document import Run, SiteReport, exit_of, overall
from sbc_tool.report.schema import result_schema
from sbc_tool.trinity.diff import plan
from sbc_tool.trinity.tree import parse

FAIL = Finding(Outcome.FAIL, "{n} of {all}", {"n": 1, "all": 3}, Place("a.yaml", 3, 7))
WARN = Finding(Outcome.WARN, "nearly")
PASS = Finding(Outcome.PASS, "fine")
SECRETS = "authentication-service A\n  username user.01 password hunter2\n"


def document(*reports: SiteReport) -> dict[str, Any]:
    """As written and read again; it must keep to the schema."""
    found: dict[str, Any] = json.loads(writer.write(Run("preflight", reports)))
    jsonschema.validate(found, result_schema(), jsonschema.Draft202012Validator)
    return found


def report(*results: Result, **more: Any) -> SiteReport:
    return SiteReport("musterfirma", results, datetime(2026, 11, 25, 1, 2, 3, tzinfo=UTC), 1.23456, **more)


def test_head() -> None:
    found = document(report(Result("sip-port-closed", Outcome.PASS, (PASS,))))
    assert found["schema_version"] == 1
    assert found["tool"] == {"name": "sbc-tool", "version": __version__}
    assert found["rule_pack"] == {"id": teams.load().id, "date": teams.load().date}
    (site,) = found["sites"]
    assert (site["started"], site["duration_s"]) == ("2026-11-25T01:02:03+00:00", 1.235)


def test_a_finding_with_all_its_parts() -> None:
    (entry,) = document(report(Result("sip-port-closed", Outcome.FAIL, (FAIL, PASS))))["sites"][0]["results"]
    assert entry["cause"] == "1 of 3"
    assert entry["evidence"] == {"n": 1, "all": 3}
    assert entry["where"] == {"file": "a.yaml", "line": 3}
    assert entry["title"]
    assert entry["remedy"].endswith(".")


@pytest.mark.parametrize("outcome", Outcome)
def test_a_result_without_findings_says_why(outcome: Outcome) -> None:
    (entry,) = document(report(Result("sip-port-closed", outcome, reason="no answer")))["sites"][0]["results"]
    assert (entry["outcome"], entry["cause"]) == (outcome, "no answer")
    assert bool(entry["remedy"]) is (outcome not in (Outcome.PASS, Outcome.NA))


def test_every_finding_that_counts_is_an_entry() -> None:
    entries = document(report(Result("sip-port-closed", Outcome.FAIL, (PASS, FAIL, WARN))))["sites"][0]["results"]
    assert [entry["outcome"] for entry in entries] == ["fail", "warn"]


@pytest.mark.parametrize(
    ("results", "verdict", "code"),
    [
        ([Result("sip-port-closed", Outcome.PASS, (PASS,))], "go", 0),
        ([Result("sip-port-closed", Outcome.WARN, (WARN,))], "review", 0),
        ([Result("sip-port-closed", Outcome.UNKNOWN, reason="silent")], "review", 3),
        ([Result("sip-port-closed", Outcome.FAIL, (FAIL,)), Result("tls-key-mismatch", Outcome.UNKNOWN)], "no-go", 1),
        ([Result("sip-port-closed", Outcome.NA, reason="--offline")], "review", 3),
        ([], "review", 3),
    ],
)
def test_verdict_and_exit_code_agree(results: list[Result], verdict: str, code: int) -> None:
    one = report(*results)
    assert document(one)["verdict"] == verdict
    assert exit_of([one]) == code


@pytest.mark.parametrize(
    ("error", "state", "verdict"),
    [
        (InputError("wrong", "mend it", Place("a.yaml", 3, 7)), None, "review"),
        (Unreachable("silent", "look"), None, "review"),
        (DeployUndone("undone", "look", more=(LineRefused("% no"),)), "rolled-back", "no-go"),
        (DeployStuck("stuck", "go there"), "failed", "no-go"),
    ],
)
def test_what_ended_early_is_never_go(error: Any, state: str | None, verdict: str) -> None:
    passed = Result("sip-port-closed", Outcome.PASS, (PASS,))
    one = report(passed, error=error, state=state, code=Exit.OK)
    (site,) = document(one)["sites"]
    assert site["verdict"] == verdict
    assert [entry["message"] for entry in site["errors"]] == [error.what, *(other.what for other in error.more)]
    assert site["errors"][0]["exit"] == error.exit == one.exit()
    assert ("where" in site["errors"][0]) is (error.where is not None)


def test_changes_of_a_plan_hold_no_secret() -> None:
    hidden = parse(SECRETS).map_secrets(lambda _: "***1")
    one = report(plan=plan(parse("system\n"), hidden), state="planned", code=Exit.NO, backup=Path("backup.cfg"))
    (site,) = document(one)["sites"]
    assert {"op": "add", "path": ["authentication-service A"], "line": "username user.01 password ***1"} in (
        site["changes"]
    )
    assert (site["state"], site["backup"]) == ("planned", "backup.cfg")
    assert "hunter2" not in json.dumps(site)


def test_several_sites_have_the_worst_verdict() -> None:
    go = report(Result("sip-port-closed", Outcome.PASS, (PASS,)))
    no = report(Result("sip-port-closed", Outcome.FAIL, (FAIL,)))
    broken = report(error=InputError("wrong"))
    assert overall([go, go]) is Verdict.GO
    assert overall([go, broken]) is Verdict.REVIEW
    assert document(go, broken, no)["verdict"] == "no-go"
    assert exit_of([go, broken, no]) is Exit.INPUT
    assert exit_of([]) is Exit.UNKNOWN
    assert overall([]) is Verdict.REVIEW


def test_only_ascii_for_a_console_that_has_nothing_else() -> None:
    one = report(Result("sip-port-closed", Outcome.WARN, (Finding(Outcome.WARN, "Gespräch → Ende"),)))
    text = writer.write(Run("lint", (one,), ascii_only=True))
    assert text.isascii()
    assert json.loads(text)["sites"][0]["results"][0]["cause"] == "Gespräch → Ende"


def test_the_schema_refuses_what_is_not_of_the_contract() -> None:
    good = document(report(Result("sip-port-closed", Outcome.PASS, (PASS,))))
    schema = result_schema()
    for bad in (
        {**good, "verdict": "green"},
        {**good, "password": "hunter2"},
        {key: value for key, value in good.items() if key != "sites"},
        {**good, "schema_version": 2},
    ):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(bad, schema, jsonschema.Draft202012Validator)


def test_written_site_by_site_it_is_laid_out_as_one_document() -> None:
    reports = (SiteReport("one\ntwo"), SiteReport('"quoted"'))
    text = writer.write(Run("lint", reports))
    assert text == json.dumps(json.loads(text), ensure_ascii=False, indent=2) + "\n"
    assert [site["site"] for site in json.loads(text)["sites"]] == ["one\ntwo", '"quoted"']
    assert json.loads(writer.write(Run("lint", ())))["sites"] == []
