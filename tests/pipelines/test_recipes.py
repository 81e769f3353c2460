"""The recipes for CI servers: right by those servers' schemas, and their very commands run on a repository."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from junitparser import JUnitXml
from ruamel.yaml import YAML

from .conftest import ROOT, break_it, needs

RECIPES = ROOT / "examples" / "ci"
SCHEMAS = {
    "github-actions.yml": ("vendor.github-workflows",),
    "gitlab-ci.yml": ("vendor.gitlab-ci", "--data-transform", "gitlab-ci"),
    "azure-pipelines.yml": (
        "vendor.azure-pipelines", "--data-transform", "azure-pipelines", "--regex-variant", "nonunicode",
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Step:
    """`always`: it runs after one that failed, too."""

    script: str
    always: bool = False


def github(recipe: dict[str, Any]) -> Iterator[Step]:
    for step in recipe["jobs"]["sbc"]["steps"]:
        if "run" in step:
            yield Step(step["run"], step.get("if") == "always()")


def gitlab(recipe: dict[str, Any]) -> Iterator[Step]:
    yield Step("\n".join([*recipe["sbc"]["before_script"], *recipe["sbc"]["script"]]))


def azure(recipe: dict[str, Any]) -> Iterator[Step]:
    for step in recipe["steps"]:
        if "script" in step:
            yield Step(step["script"], step.get("condition") == "always()")


READERS = {"github-actions.yml": github, "gitlab-ci.yml": gitlab, "azure-pipelines.yml": azure}
# Azure's `script` has no -e: a second command would hide that the first failed.
SHELL = {"github-actions.yml": "-e", "gitlab-ci.yml": "-eo pipefail", "azure-pipelines.yml": ""}


def run(name: str, repository: Path, machine: dict[str, str]) -> tuple[bool, str]:
    """As the server runs them: after a failure only the steps that always run. Whether all went well, and the log."""
    environment = machine | {"GITHUB_STEP_SUMMARY": str(repository / "summary.md")}
    bash, good, log = needs("bash"), True, ""
    steps = list(READERS[name](YAML(typ="safe").load((RECIPES / name).read_text("utf-8"))))
    assert steps
    for step in steps:
        if good or step.always:
            done = subprocess.run(
                [bash, *SHELL[name].split(), "-c", step.script],
                cwd=repository, env=environment, capture_output=True, text=True, encoding="utf-8",
            )  # fmt: skip
            good = good and done.returncode == 0
            log += done.stdout + done.stderr
    return good, log


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_servers_schema_takes_it(name: str) -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", *SCHEMAS[name], str(RECIPES / name)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_there_is_a_reader_for_every_recipe() -> None:
    assert {path.name for path in RECIPES.glob("*.yml")} == set(READERS) == set(SCHEMAS) == set(SHELL)


@pytest.mark.parametrize("name", READERS)
def test_a_good_repository_is_green(name: str, repository: Path, machine: dict[str, str]) -> None:
    good, log = run(name, repository, machine)
    assert good, log
    assert "berlin" in log


@pytest.mark.parametrize("name", READERS)
def test_a_bad_one_is_red_and_says_why_in_every_file(name: str, repository: Path, machine: dict[str, str]) -> None:
    break_it(repository)
    good, log = run(name, repository, machine)
    assert not good
    assert "rtcp-mux-disabled" in log
    run_of = json.loads((repository / "lint.sarif").read_text("utf-8"))["runs"][0]
    errors = [result for result in run_of["results"] if result["level"] == "error"]
    places = {one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for one in errors}
    assert (len(errors), places) == (2, {"templates/trinity/voip.j2"})
    for report in repository.glob("*.xml"):
        assert JUnitXml.fromfile(str(report)).failures >= 2, report.name
    if name == "github-actions.yml":
        assert log.count("::error file=templates/trinity/voip.j2,line=2,title=rtcp-mux-disabled::") == 4
        assert "rtcp-mux-disabled" in (repository / "summary.md").read_text("utf-8")
        assert "snapshot-differs" in (repository / "summary.md").read_text("utf-8")
    else:
        assert {report.name for report in repository.glob("*.xml")} == {"lint.xml", "templates.xml"}
