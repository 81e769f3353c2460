"""`sbc-tool route`: calls through the example, in both directions, as people and scripts see them."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from typer.testing import CliRunner, Result

from sbc_tool.cli import app
from sbc_tool.finding import Exit
from sbc_tool.report.schema import result_schema

EXAMPLE = Path(__file__).parent.parent.parent / "examples" / "musterfirma"
SITE, CONFIG = EXAMPLE / "site.yaml", EXAMPLE / "rendered.cfg"


def route(*words: object, text: str = "") -> Result:
    return CliRunner().invoke(app, ["route", *map(str, words)], input=text)


def walked(*words: object) -> dict[str, object]:
    result = route(*words, "--format", "json")
    document = json.loads(result.stdout)
    jsonschema.validate(document, result_schema())
    found: dict[str, object] = document["sites"][0]["route"]
    return {**found, "exit": result.exit_code, "verdict": document["verdict"]}


def test_from_teams_with_the_template_line_of_each_step() -> None:
    result = route(SITE, "+49 89 12345", "--from", "teams", "--caller", "+497123223")
    assert result.exit_code == Exit.OK
    assert "the call ends at IF_STARFACE 10.108.2.100:5060 as user.02: user.02 calls 00498912345" in result.stdout
    lines = (EXAMPLE.parent.parent / "templates/trinity/calls.j2").read_text(encoding="utf-8").splitlines()
    step = next(line for line in result.stdout.splitlines() if "`route +497123223" in line)
    place = result.stdout.splitlines()[result.stdout.splitlines().index(step) + 1].strip()
    name, _, number = place.rpartition(":")
    assert name == "templates/trinity/calls.j2"
    assert lines[int(number) - 1].strip().startswith("route {{ user.external }} dest-interface")


@pytest.mark.parametrize("number", ["user.01", "222", "+497123222"])
def test_from_the_starface_by_account_or_either_number(number: str) -> None:
    found = walked(SITE, number, "--from", "starface", "--caller", "08912345")
    assert (found["outcome"], found["exit"], found["verdict"]) == ("ends", 0, "go")
    ends = found["ends"]
    assert isinstance(ends, list)
    assert [end["host"] for end in ends] == [f"sip{n}.pstnhub.microsoft.com" for n in ("", "2", "3")]
    assert {(end["caller"], end["called"]) for end in ends} == {("+498912345", "+497123222")}


def test_the_side_is_told_from_the_number() -> None:
    assert walked(SITE, "222")["called"] == "user.01"
    assert walked(SITE, "+498912345")["caller"] == "+497123222"


def test_a_stranger_has_no_route() -> None:
    found = walked(SITE, "+498912345", "--caller", "+4930111")
    assert (found["outcome"], found["exit"], found["ends"]) == ("no-route", Exit.NO, [])


def test_a_configuration_names_its_own_lines() -> None:
    found = walked(CONFIG, "+498912345", "--caller", "+497123222")
    lines = CONFIG.read_text(encoding="utf-8").splitlines()
    steps = found["steps"]
    assert isinstance(steps, list)
    assert all(lines[step["where"]["line"] - 1].strip() == step["line"] for step in steps)


def test_stdin() -> None:
    text = CONFIG.read_text(encoding="utf-8")
    assert route("-", "user.03", text=text).exit_code == Exit.OK


def test_templates_of_ones_own_and_the_word_of_a_device(tmp_path: Path) -> None:
    shipped = (EXAMPLE.parent.parent / "templates/trinity/calls.j2").read_text(encoding="utf-8")
    own = tmp_path / "trinity" / "calls.j2"
    own.parent.mkdir()
    own.write_text(shipped.replace("{{ user.external }} dest-i", "{{ user.external }}T dest-i"), encoding="utf-8")
    syntax = "route <pattern!> dest-interface <interface@cs-interface> [<map@mapping-table>]"
    refuted = {"mode": "cs-routing-table", "syntax": syntax, "known": False}
    capture = {"schema_version": 1, "taken": "2026-11-25", "device": {"firmware": "3.19.1"}, "commands": [refuted]}
    (tmp_path / "capture.yaml").write_text(json.dumps(capture), encoding="utf-8")
    words = (SITE, "+4989123", "--templates", tmp_path, "--grammar-overlay", tmp_path / "capture.yaml")
    steps = walked(*words)["steps"]
    assert isinstance(steps, list)
    (step,) = [step for step in steps if step.get("line", "").startswith("route +497123222T")]
    assert (step["evidence"], step["where"]["file"]) == ("refuted", own.as_posix())
    assert "refuted" in route(*words).stdout
    of_file = route(CONFIG, "+4989123", "--caller", "+497123222", *words[4:])
    assert "refuted" in of_file.stdout


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([CONFIG, "+498912345"], "who calls?"),
        ([CONFIG, "+498912345", "--interface", "IF_X"], "no interface is called IF_X"),
        ([CONFIG, "x" * 100], "that is no number"),
    ],
)
def test_what_is_refused(words: list[object], told: str) -> None:
    result = route(*words)
    assert result.exit_code == Exit.INPUT
    assert told in result.stderr
    assert not result.stdout


def test_an_interface_of_a_foreign_configuration(tmp_path: Path) -> None:
    file = tmp_path / "pri.cfg"
    file.write_text(
        "context cs SWITCH\n  routing-table called-e164 RT\n    route 49T dest-interface IF_B\n"
        "  interface sip IF_A\n    route call dest-table RT\n    remote 10.0.0.1\n"
        "  interface sip IF_B\n    route call dest-table RT\n    remote 10.0.0.2\n",
        encoding="utf-8",
    )
    asked = route(file, "4989", "--from", "starface")
    assert asked.exit_code == Exit.INPUT
    assert "IF_A, IF_B" in asked.stderr
    assert route(file, "4989", "--from", "starface", "--interface", "IF_A").exit_code == Exit.OK
    assert route(file, "39", "--from", "starface", "--interface", "IF_A").exit_code == Exit.NO
