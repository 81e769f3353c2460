"""README against the real thing: its commands, verbs, options, exit codes and counts."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sbc_tool.cli import app
from sbc_tool.finding import Exit
from sbc_tool.trinity.grammar import Evidence

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
VERBS = (
    "init",
    "render",
    "lint",
    "templates",
    "preflight",
    "plan",
    "deploy",
    "rollback",
    "device",
    "route",
    "budget",
    "licences",
    "trace",
    "diagnose",
    "report",
    "explain",
    "schema",
    "cert",
    "lab",
)

INNER = {
    "device": ("capture",),
    "lab": ("start",),
    "templates": ("test",),
    "cert": ("inspect", "request", "bundle", "install"),
}


def fence(label: str) -> str:
    found = re.search(rf"^```sh {label}\n(.+?)\n```", README, re.MULTILINE | re.DOTALL)
    assert found, f"README has no fence `sh {label}`"
    return found[1]


def help_of(*verb: str) -> str:
    result = CliRunner().invoke(app, [*verb, "--help"], env={"COLUMNS": "200", "NO_COLOR": "1", "TERM": "dumb"})
    assert result.exit_code == 0
    return re.sub(r"\x1b\[[0-9;]*m", "", result.output)


def all_help_of(verb: str) -> str:
    return "".join(help_of(verb, inner) for inner in INNER.get(verb, ())) or help_of(verb)


@pytest.mark.parametrize("label", ["main-job", "tests"])
def test_a_command_is_one_line_that_does_its_own_set_up(label: str) -> None:
    command = fence(label)
    assert "\n" not in command
    assert command.startswith("python3 -m venv ")
    assert "pip install" in command


def test_the_main_job_is_a_whole_deployment_against_the_lab() -> None:
    assert fence("main-job").endswith("sbc-tool deploy examples/musterfirma/site.yaml --lab")


def test_every_verb_has_its_screen_and_no_other() -> None:
    listed = re.findall(r"^│ (\w+) ", help_of().partition("Commands")[2], re.MULTILINE)
    assert sorted(listed) == sorted(VERBS)
    for verb in VERBS:
        assert re.search(rf"^\*\*`{verb} ", README, re.MULTILINE) or f"**`{verb} " in README, verb


def test_every_option_that_readme_names_exists() -> None:
    everything = help_of() + "".join(all_help_of(verb) for verb in VERBS)
    prose = re.sub(r"^```.*?^```", "", README, flags=re.MULTILINE | re.DOTALL)
    for option in set(re.findall(r"(--[a-z][a-z-]+)", prose)):
        assert option in everything, option


def test_every_sbc_tool_command_in_readme_is_understood() -> None:
    for line in re.findall(r"sbc-tool ([^`\n]+)", README.replace("\\\n", " ")):
        line = line.rstrip('"') if line.count('"') % 2 else line  # within another command's quotes
        words = [word for word in shlex.split(line, comments=True) if word not in ("&",)]
        if words and words[0] in VERBS:
            text = all_help_of(words[0])
            for word in words:
                assert not word.startswith("--") or word in text, line


def test_exit_codes() -> None:
    listed = {int(code) for code in re.findall(r"^\| (\d+) \|", README, re.MULTILINE)}
    assert listed == set(Exit)


def test_evidence_grades_are_named() -> None:
    assert all(f"`{grade}`" in README for grade in Evidence)


def test_ci_runs_the_commands_of_readme() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "readme tests" in script
    assert "readme main-job" in script
