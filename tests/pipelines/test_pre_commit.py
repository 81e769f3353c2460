"""The hooks through pre-commit itself, which finds the files, runs the entries and stops the commit."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from .conftest import ROOT, break_it, needs

HOOKS: list[dict[str, Any]] = YAML(typ="safe").load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
EXAMPLE = ROOT / "examples" / "ci" / "pre-commit-config.yaml"
PRE_COMMIT = (sys.executable, "-m", "pre_commit")


@pytest.fixture
def commits(repository: Path, machine: dict[str, str]) -> Path:
    """The repository under git, with our hooks as they are but for the installation, which the recipes test."""
    example = YAML(typ="safe").load(EXAMPLE.read_text("utf-8"))
    arguments = {hook["id"]: hook.get("args", []) for hook in example["repos"][0]["hooks"]}
    hooks = [hook | {"language": "system", "args": arguments[hook["id"]]} for hook in HOOKS if hook["id"] in arguments]
    with (repository / ".pre-commit-config.yaml").open("w", encoding="utf-8") as file:
        YAML().dump({"repos": [{"repo": "local", "hooks": hooks}]}, file)
    subprocess.run([needs("git"), "init", "-q"], cwd=repository, check=True)
    return repository


def hooked(repository: Path, machine: dict[str, str], *words: str) -> tuple[int, str]:
    git = {"PRE_COMMIT_HOME": str(repository / ".cache"), "GIT_CONFIG_GLOBAL": "", "GIT_CONFIG_NOSYSTEM": "1"}
    subprocess.run([needs("git"), "add", "."], cwd=repository, check=True, env=machine | git)
    command = [*PRE_COMMIT, "run", *words]
    done = subprocess.run(command, cwd=repository, env=machine | git, capture_output=True, text=True, encoding="utf-8")
    return done.returncode, done.stdout


@pytest.fixture(scope="session")
def machine(machine: dict[str, str]) -> dict[str, str]:
    """With the tool, as pre-commit would have installed it."""
    subprocess.run(["python", "-m", "pip", "install", "-q", machine["SBC_TOOL"]], env=machine, check=True)
    return machine


@pytest.mark.parametrize("file", [("validate-manifest", ROOT / ".pre-commit-hooks.yaml"), ("validate-config", EXAMPLE)])
def test_pre_commit_takes_the_files(file: tuple[str, Path]) -> None:
    subprocess.run([*PRE_COMMIT, file[0], str(file[1])], check=True, capture_output=True)


def test_a_good_repository_passes(commits: Path, machine: dict[str, str]) -> None:
    code, said = hooked(commits, machine, "--all-files", "--verbose")
    assert code == 0, said
    assert said.count("Passed") == 2
    assert "berlin" in said


def test_a_bad_template_stops_the_commit(commits: Path, machine: dict[str, str]) -> None:
    break_it(commits)
    code, said = hooked(commits, machine, "--all-files")
    assert code == 1
    assert "rtcp-mux-disabled" in said
    assert "snapshot-differs" in said


def test_a_bad_site_file_stops_the_commit_and_is_named(commits: Path, machine: dict[str, str]) -> None:
    site = commits / "sites" / "wien.yaml"
    site.write_text(site.read_text("utf-8").replace("tls_port: 5062", "tls_prt: 5062"), "utf-8")
    code, said = hooked(commits, machine, "--all-files", "sbc-tool-lint")
    assert code == 1
    assert "sites/wien.yaml" in said
    assert "did you mean `tls_port`" in said
