"""What a stranger sees first: help of every verb, the version, and usage errors."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from command import program, sbc_tool

from sbc_tool import __version__
from sbc_tool.cli import app


def verbs(group: Any, words: tuple[str, ...] = ()) -> Iterator[list[str]]:
    """Of the program itself, so that a new one is tested too."""
    for name, verb in getattr(group, "commands", {}).items():
        yield [*words, name]
        yield from verbs(verb, (*words, name))


VERBS = list(verbs(typer.main.get_command(app)))


@pytest.mark.parametrize("flag", ["--help", "-h"])
@pytest.mark.parametrize("verb", VERBS, ids=" ".join)
def test_help_of_a_verb(verb: list[str], flag: str, tmp_path: Path) -> None:
    ran = sbc_tool(*verb, flag, home=tmp_path, env={"COLUMNS": "80", "TERM": "dumb"})
    assert ran.code == 0
    assert ran.err == ""
    assert f"sbc-tool {' '.join(verb)}" in ran.out
    assert max(len(line) for line in ran.out.splitlines()) <= 80
    assert "None" not in ran.out, "a default that says nothing"
    assert list(tmp_path.iterdir()) == [], "help touches nothing"


def test_every_option_is_explained(tmp_path: Path) -> None:
    for verb in VERBS:
        text = sbc_tool(*verb, "--help", home=tmp_path, env={"COLUMNS": "200", "TERM": "dumb"}).out
        for line in re.findall(r"^│ +(--\S+.*?) *│$", text, re.MULTILINE):
            assert len(re.split(r" {2,}", line)) > 1, line


def test_main_help_names_every_verb(tmp_path: Path) -> None:
    text = sbc_tool("--help", home=tmp_path, env={"COLUMNS": "100", "TERM": "dumb"}).out
    listed = sorted(re.findall(r"^│ ([a-z]+) ", text, re.MULTILINE))
    assert listed == sorted(
        v[0] for v in VERBS if len(v) == 1 and " " not in v[0]
    )  # `deploy status` is in deploy's help


def test_no_words_at_all_show_help(tmp_path: Path) -> None:
    ran = sbc_tool(home=tmp_path)
    assert "deploy" in ran.out + ran.err
    assert ran.code == 2


def test_version(tmp_path: Path) -> None:
    assert program("--version", home=tmp_path).out.splitlines() == [f"sbc-tool {__version__}"]


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["frobnicate"], "frobnicate"),
        (["render"], "SITE"),
        (["render", "--bogus"], "--bogus"),
        (["preflight", "--format", "yaml"], "'text', 'json'"),
        (["preflight", "x.yaml", "--jobs", "0"], "--jobs"),
        (["deploy", "x.yaml", "--verify", "some"], "--verify"),
        (["lab", "start", "x.yaml", "--latency", "-1"], "--latency"),
        (["explain"], "ID"),
        (["schema", "other"], "'site', 'result'"),
    ],
)
def test_usage_errors(words: list[str], named: str, tmp_path: Path) -> None:
    ran = sbc_tool(*words, home=tmp_path, env={"COLUMNS": "200"})
    assert ran.code == 2
    assert ran.out == ""
    assert named in ran.err
    assert "Usage: sbc-tool" in ran.err
