"""Every example folder against the real output: rendered, planned, applied, undone."""

from __future__ import annotations

from pathlib import Path

import pytest

from sbc_tool import lint
from sbc_tool.check import run_all
from sbc_tool.deploy.commands import text_of
from sbc_tool.finding import Outcome
from sbc_tool.lab.factory import factory_configuration
from sbc_tool.render import Rendered, render
from sbc_tool.site.load import load
from sbc_tool.trinity import diff
from sbc_tool.trinity.tree import Config, apply, parse

EXAMPLES = sorted(path.parent for path in (Path(__file__).parent.parent / "examples").glob("*/site.yaml"))


@pytest.fixture(params=EXAMPLES, ids=lambda folder: folder.name, scope="module")
def example(request: pytest.FixtureRequest) -> Path:
    return Path(request.param)


@pytest.fixture(scope="module")
def rendered(example: Path) -> Rendered:
    return render(load(example / "site.yaml"))


@pytest.fixture(scope="module")
def running(example: Path) -> Config:
    return parse((example / "running.cfg").read_text(encoding="utf-8"))


def golden(path: Path, text: str, request: pytest.FixtureRequest) -> str:
    """What the file holds, which is to be this text; `pytest --update-golden` writes it."""
    if request.config.getoption("--update-golden"):
        path.write_text(text, encoding="utf-8", newline="\n")
    return path.read_text(encoding="utf-8")


def test_there_are_examples() -> None:
    assert {folder.name for folder in EXAMPLES} >= {"musterfirma", "vtrinity-250"}


def test_running_is_what_a_factory_device_shows(example: Path, request: pytest.FixtureRequest) -> None:
    text = factory_configuration(load(example / "site.yaml"), "$(login:administrator)")
    assert golden(example / "running.cfg", text, request) == text


def test_rendered(example: Path, rendered: Rendered, request: pytest.FixtureRequest) -> None:
    assert golden(example / "rendered.cfg", rendered.text, request) == rendered.text


def test_plan_and_undo(example: Path, rendered: Rendered, running: Config, request: pytest.FixtureRequest) -> None:
    plan = diff.plan(running, rendered.config)
    assert golden(example / "plan.cfg", text_of(plan.apply), request) == text_of(plan.apply)
    assert golden(example / "undo.cfg", text_of(plan.undo), request) == text_of(plan.undo)


def test_apply_gives_the_wanted_configuration_and_undo_the_start(rendered: Rendered, running: Config) -> None:
    plan = diff.plan(running, rendered.config)
    after = apply(running, plan.apply)
    assert diff.plan(after, rendered.config).empty
    assert diff.same(apply(after, plan.undo), running)


def test_every_line_is_in_the_grammar_and_knows_its_template(example: Path, rendered: Rendered) -> None:
    templates = example.parent.parent
    for line in rendered.lines:
        assert not line.text or line.evidence, line
        source = (templates / line.template.file).read_text(encoding="utf-8").splitlines()[line.template.line - 1]
        first = line.text.split(" ")[-0] if line.text else ""
        assert line.text.split()[:1] == source.split()[:1] or not first, (line, source)


def test_indentation_is_cosmetic(rendered: Rendered) -> None:
    """A device reads the lines without it, so the text must mean the same when it is flat."""
    flat = "\n".join(line.text.strip() for line in rendered.lines)
    assert parse(flat) == rendered.config


def test_lint_finds_no_fault(rendered: Rendered) -> None:
    outcomes = {result.check: result.outcome for result in run_all(lint.ALL, {Config: rendered.config})}
    assert outcomes.pop("syntax-unconfirmed") is Outcome.WARN
    assert set(outcomes.values()) == {Outcome.PASS}
