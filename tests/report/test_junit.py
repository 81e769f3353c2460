"""JUnit as others read it: junit2html, and Python's own XML parser."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest
from junit2htmlreport.parser import Junit
from sample_run import a_plan, a_run

from sbc_tool.report import Format, writer
from sbc_tool.report.document import Run


def read(run: Run, folder: Path) -> Junit:
    file = folder / "junit.xml"
    file.write_text(writer(Format.JUNIT)(run), encoding="utf-8")
    return Junit(str(file))


def outcomes(run: Run, folder: Path) -> dict[str, str]:
    return {case.name: case.outcome() for suite in read(run, folder).suites for case in suite.all()}


def test_each_check_is_a_case(tmp_path: Path) -> None:
    assert outcomes(a_run(), tmp_path) == {
        "rtcp-mux-disabled": "passed",
        "srtp-not-forced": "failed",
        "command-unknown": "passed",
        "reference-undefined": "failed",  # an error: what is unknown is never green
        "teams-transport-not-tls": "skipped",
        "lint": "failed",
    }


def test_a_warning_is_red_when_it_fails_the_run(tmp_path: Path) -> None:
    assert outcomes(a_run(fail_on_warn=True), tmp_path)["command-unknown"] == "failed"


@pytest.mark.parametrize("ascii_only", [False, True])
def test_counts_classes_and_text(ascii_only: bool) -> None:
    text = writer(Format.JUNIT)(a_run(ascii_only=ascii_only))
    assert text.isascii() is ascii_only
    root = ElementTree.fromstring(text)
    assert {key: root.get(key) for key in ("tests", "failures", "errors", "skipped")} == {
        "tests": "6", "failures": "1", "errors": "2", "skipped": "1",
    }  # fmt: skip
    first, second = root
    assert (first.get("name"), first.get("time"), second.get("name")) == ("mü|ster", "1.5", "b.yaml")
    assert first[1].get("classname") == "lint.mü|ster"
    told = first.find(".//failure")
    assert told is not None
    assert told.text is not None
    assert told.text.startswith(
        "site files/mü.cfg:3: 50 % of it: a|b, <c> & `d` *e*\nsecond \ufffd[31mline ü\U0001f4de"
    )
    assert "b.yaml:9:1: `users` lacks `external`\n→ add it\nand another" in "".join(second.itertext())


def test_a_plan_is_red_exactly_when_there_is_a_difference(tmp_path: Path) -> None:
    assert outcomes(a_plan("ntp\n  server a\n", "ntp\n  server b\n"), tmp_path) == {"plan": "failed"}
    assert outcomes(a_plan("ntp\n  server a\n", "ntp\n  server a\n"), tmp_path) == {"plan": "passed"}
