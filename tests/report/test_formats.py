"""The other formats: JSON and JSON lines against our schema, annotations unescaped, Markdown through a parser."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from markdown_it import MarkdownIt
from sample_run import HARD, a_plan, a_run
from typer.testing import CliRunner

from sbc_tool.cli import app
from sbc_tool.report import Format, writer
from sbc_tool.report.schema import result_schema

ROOT = Path(__file__).parent.parent.parent
SITE = str(ROOT / "examples" / "musterfirma" / "site.yaml")


def of_line(kind: str) -> dict[str, Any]:
    """The schema of what a line of JSONL holds beside its kind, command and site."""
    site = result_schema()["properties"]["sites"]["items"]["properties"]
    return dict(site[{"result": "results", "change": "changes", "error": "errors"}[kind]]["items"])


@pytest.mark.parametrize("form", Format)
def test_every_format_has_a_writer_that_ends_its_last_line(form: Format) -> None:
    text = writer(form)(a_run())
    assert text.endswith("\n")
    assert "srtp-not-forced" in text


@pytest.mark.parametrize("run", [a_run(), a_plan("ntp\n  server a\n", "ntp\n  server b\n")], ids=["lint", "plan"])
def test_json_keeps_to_its_schema(run: Any) -> None:
    document = json.loads(writer(Format.JSON)(run))
    jsonschema.validate(document, result_schema(), format_checker=jsonschema.FormatChecker())
    assert document["command"] == run.command


def test_a_reason_with_braces_is_told_as_it_stands() -> None:
    document = json.loads(writer(Format.JSON)(a_run()))
    (entry,) = [e for e in document["sites"][0]["results"] if e["id"] == "reference-undefined"]
    assert (entry["cause"], entry["evidence"]) == ("KeyError: {x}", {})


@pytest.mark.parametrize("run", [a_run(), a_plan("ntp\n  server a\n", "ntp\n  server b\n")], ids=["lint", "plan"])
def test_every_line_of_jsonl_stands_for_itself(run: Any) -> None:
    lines = [json.loads(line) for line in writer(Format.JSONL)(run).splitlines()]
    sites = [line for line in lines if line["kind"] == "site"]
    assert [site["site"] for site in sites] == [report.site for report in run.reports]
    assert lines[-1] is sites[-1]
    for line in lines:
        assert line.pop("command") == run.command
        assert line.pop("site")
        if (kind := line.pop("kind")) != "site":
            jsonschema.validate(line, of_line(kind))


def annotations(text: str) -> list[tuple[str, dict[str, str], str]]:
    """As GitHub's runner reads them: properties up to the second ::, then data; %25 is undone last."""
    found = []
    for line in text.splitlines():
        match = re.fullmatch(r"::(\w+) (.*?)::(.*)", line)
        assert match, line
        pairs = (pair.split("=", 1) for pair in match[2].split(","))
        found.append((match[1], {key: unescaped(value, ":,") for key, value in pairs}, unescaped(match[3])))
    return found


def unescaped(text: str, more: str = "") -> str:
    for character in f"{more}\r\n%":
        text = text.replace(f"%{ord(character):02X}", character)
    return text


def test_annotations_of_github() -> None:
    told = annotations(writer(Format.GITHUB)(a_run()))
    assert [level for level, _, _ in told] == ["error", "warning", "warning", "notice", "error", "error", "notice"]
    assert told[0][2].startswith(f"site files/mü.cfg:3:5: {HARD}\n→ ")  # no such file here: the site file stands in
    assert told[2][1] == {"file": "a.cfg", "title": "reference-undefined"}
    assert told[3] == ("notice", {"title": "mü|ster"}, "no-go")
    assert told[4][1] == {"file": "b.yaml", "line": "9", "col": "1", "title": "b.yaml"}


def test_markdown_keeps_its_table_whatever_a_finding_holds() -> None:
    tokens = MarkdownIt("commonmark").enable("table").parse(writer(Format.MARKDOWN)(a_run()))
    rows = "".join(token.type for token in tokens).count("tr_open")
    cells = [token for token in tokens if token.type == "td_open"]
    assert rows == 1 + 5
    assert len(cells) == 5 * 3
    texts = [token.content for token in tokens if token.type == "inline"]
    plain = ["".join(c.content for c in (t.children or [])) for t in tokens if t.type == "inline"]
    assert any("50 % of it: a|b, <c> & d *e* second" in text for text in plain), plain
    assert any(text.startswith("mü\\|ster") for text in texts)


def test_markdown_of_a_plan_lists_its_changes_in_a_fence() -> None:
    text = writer(Format.MARKDOWN)(a_plan("ntp\n  server a\n", "ntp\n  server b\n"))
    fences = [t.content for t in MarkdownIt("commonmark").parse(text) if t.type == "fence"]
    assert fences == ["add ntp / server b\n"]


def test_several_formats_at_once(tmp_path: Path) -> None:
    files = {form: tmp_path / f"out.{form}" for form in Format}
    words = [word for form, file in files.items() for word in ("--output", f"{form}:{file}")]
    result = CliRunner().invoke(app, ["lint", SITE, *words])
    assert (result.exit_code, result.stdout) == (0, "")
    for form, file in files.items():
        assert "syntax-unconfirmed" in file.read_text(encoding="utf-8"), form


def test_one_of_several_may_be_stdout(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["lint", SITE, "-o", "github:-", "-o", f"sarif:{tmp_path / 'out.sarif'}"])
    assert result.stdout.startswith("::warning file=")
    assert json.loads((tmp_path / "out.sarif").read_text(encoding="utf-8"))["version"] == "2.1.0"
    twice = CliRunner().invoke(app, ["lint", SITE, "-o", "github:-", "-o", "json:-"])
    assert (twice.exit_code, twice.stdout) == (2, "")
    assert "stdout carries one result" in twice.stderr


@pytest.mark.parametrize(("output", "said"), [("xml:a", "xml is no format"), ("json:", "no file is named")])
def test_a_wrong_output_is_named(output: str, said: str) -> None:
    result = CliRunner().invoke(app, ["lint", SITE, "-o", output])
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr


@pytest.mark.parametrize(("number", "code"), [("+498912345", 0), ("nobody.99", 1)])
def test_a_calls_way_in_the_formats_that_have_no_results(number: str, code: int, tmp_path: Path) -> None:
    forms = ("jsonl", "junit", "markdown", "github", "sarif")
    words = [word for form in forms for word in ("-o", f"{form}:{tmp_path / form}")]
    side = "teams" if number.startswith("+") else "starface"
    assert CliRunner().invoke(app, ["route", SITE, number, "--from", side, *words]).exit_code == code
    first, last = map(json.loads, (tmp_path / "jsonl").read_text("utf-8").splitlines())
    assert (first["kind"], first["called"], last["kind"]) == ("route", number, "site")
    assert ("<failure" in (tmp_path / "junit").read_text("utf-8")) is bool(code)
    assert re.search(r"^1\. ", (tmp_path / "markdown").read_text("utf-8"), re.MULTILINE)
    assert json.loads((tmp_path / "sarif").read_text("utf-8"))["runs"][0]["invocations"][0]["exitCode"] == code
