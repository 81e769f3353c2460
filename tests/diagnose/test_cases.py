"""The case library: a folder a case, evidence in, ranking out. Adding a case is adding a folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from sbc_tool.cli.evidence import Given, of_facts
from sbc_tool.diagnose.evidence import Evidence
from sbc_tool.diagnose.rank import Confidence, Diagnosis, diagnose

CASES = sorted(file.parent for file in (Path(__file__).parent.parent / "cases").glob("*/expected.yaml"))
_LARGEST = 100_000  # bytes of a capture


def load(file: Path) -> Mapping[str, Any]:
    found: Mapping[str, Any] = YAML(typ="safe").load(file.read_text(encoding="utf-8")) if file.exists() else {}
    return found


def text_of(file: Path) -> str:
    return file.read_text(encoding="utf-8").strip() if file.exists() else ""


def evidence(folder: Path) -> Evidence:
    """All that the folder holds, as `diagnose` would read it."""
    complaint, config, facts = folder / "complaint.txt", folder / "config.cfg", folder / "facts.json"
    given = Given(
        symptoms=[text_of(complaint)] if complaint.exists() else [],
        code=text_of(folder / "code") or None,
        traces=sorted(folder.glob("trace.*")),
        config=config if config.exists() else None,
    ).evidence()
    given = replace(given, answers=load(folder / "answers.yaml"))
    return next(of_facts(facts, given)) if facts.exists() else given


def told(diagnosis: Diagnosis) -> str:
    lines = (f"{cause.confidence} {cause.fault.id}: {[f.text for f in cause.findings]}" for cause in diagnosis.causes)
    return "\n".join(lines)


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: folder.name)
def test_case(folder: Path) -> None:
    expected, diagnosis = load(folder / "expected.yaml"), diagnose(evidence(folder))
    first = diagnosis.first
    assert (first.fault.id if first else None) == expected["first"], told(diagnosis)
    assert (str(first.confidence) if first else None) == expected["confidence"], told(diagnosis)
    assert [cause.fault.id for cause in diagnosis.causes][: len(expected.get("order", ()))] == expected.get("order", [])
    confidences = {cause.fault.id: cause.confidence for cause in diagnosis.causes}
    for confidence in (Confidence.UNLIKELY, Confidence.EXCLUDED):
        for name in expected.get(str(confidence), ()):
            assert confidences[name] is confidence, told(diagnosis)
    assert diagnosis.exit == expected.get("exit", diagnosis.exit)


def test_the_library_is_large_enough_and_its_captures_small_enough() -> None:
    assert len(CASES) >= 40
    assert all(file.stat().st_size < _LARGEST for folder in CASES for file in folder.iterdir() if file.is_file())
    assert {folder.name for folder in CASES[0].parent.iterdir() if folder.is_dir()} - {"make", "__pycache__"} == {
        folder.name for folder in CASES
    }
