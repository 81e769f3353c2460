"""`lint` and `explain`: site files, captures and stdin; choosing rules; exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command import EXAMPLE, sbc_tool

from sbc_tool import lint
from sbc_tool.catalogue import checks

BAD = "profile voip PF_TEAMS\n  srtp transmission preferred\n"
GOOD = "profile voip PF_TEAMS\n  srtp transmission forced\n  rtp rtcp-multiplexing\n"


def results(out: str) -> list[dict[str, object]]:
    (site,) = json.loads(out)["sites"]
    found: list[dict[str, object]] = site["results"]
    return found


def test_a_site_file_has_warnings_only_and_they_do_not_fail(tmp_path: Path) -> None:
    ran = sbc_tool("lint", EXAMPLE, home=tmp_path)
    assert ran.code == 0
    assert f"musterfirma: review (1 warn, {len(lint.ALL) - 1} pass)" in ran.out
    assert sbc_tool("lint", EXAMPLE, "--fail-on", "warn", home=tmp_path).code == 1


def test_findings_in_a_site_file_point_at_the_template(tmp_path: Path) -> None:
    found = results(sbc_tool("lint", EXAMPLE, "--format", "json", home=tmp_path).out)
    places = [one["where"] for one in found if one["outcome"] == "warn"]
    assert places
    for place in places:
        assert isinstance(place, dict)
        file = EXAMPLE.parents[2] / place["file"]
        assert 0 < place["line"] <= len(file.read_text(encoding="utf-8").splitlines())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_capture_is_judged_line_by_line(encoding: str, tmp_path: Path) -> None:
    """UTF-16 is what `>` of Windows PowerShell writes."""
    path = tmp_path / "running.txt"
    path.write_bytes(BAD.replace("\n", "\r\n").encode(encoding))
    ran = sbc_tool("lint", path, home=tmp_path)
    assert ran.code == 1
    found = {one["id"]: one for one in results(sbc_tool("lint", path, "--format", "json", home=tmp_path).out)}
    assert found["srtp-not-forced"]["outcome"] == "fail"
    assert found["srtp-not-forced"]["where"] == {"file": str(path), "line": 2}
    assert found["rtcp-mux-disabled"]["where"] == {"file": str(path), "line": 1}


def test_stdin(tmp_path: Path) -> None:
    assert sbc_tool("lint", "-", home=tmp_path, stdin=BAD.encode()).code == 1
    ran = sbc_tool("lint", "-", "--format", "json", home=tmp_path, stdin=GOOD.encode())
    assert ran.code == 0
    assert json.loads(ran.out)["sites"][0]["site"] == "stdin"


def test_only_skip_and_list(tmp_path: Path) -> None:
    path = tmp_path / "bad.cfg"
    path.write_text(BAD, encoding="utf-8")

    def ids(*words: str) -> list[object]:
        return [one["id"] for one in results(sbc_tool("lint", path, "--format", "json", *words, home=tmp_path).out)]

    assert ids("--only", "srtp-not-forced") == ["srtp-not-forced"]
    assert ids("--only", "srtp-not-forced", "--only", "rtcp-mux-disabled") == ["rtcp-mux-disabled", "srtp-not-forced"]
    assert "srtp-not-forced" not in ids("--skip", "srtp-not-forced")
    assert sbc_tool("lint", path, "--only", "reference-undefined", home=tmp_path).code == 0
    listed = sbc_tool("lint", "--list", home=tmp_path)
    assert listed.code == 0
    assert [line.split(None, 1) for line in listed.out.splitlines()] == [[rule.id, rule.title] for rule in lint.ALL]


def test_every_rule_left_out_has_found_out_nothing(tmp_path: Path) -> None:
    skip = [word for rule in lint.ALL for word in ("--skip", rule.id)]
    assert sbc_tool("lint", EXAMPLE, *skip, home=tmp_path).code == 3


def test_passwords_in_a_capture_are_not_repeated(tmp_path: Path) -> None:
    """Also where nobody knows the command that they stand in."""
    path = tmp_path / "running.txt"
    path.write_text(
        "administrator admin password hunter2\nsnmp community hunter3 rw\n"
        'authentication-service A\n  username user.01 password "hunter 4"\n  usrname user.02 password hunter5\n',
        encoding="utf-8",
    )
    for form in ("text", "json"):
        ran = sbc_tool("lint", path, "--format", form, home=tmp_path)
        for secret in ("hunter2", "hunter3", "hunter 4", "hunter5"):
            assert secret not in ran.out + ran.err


@pytest.mark.parametrize("name", checks())
def test_explain_prints_the_page(name: str, tmp_path: Path) -> None:
    ran = sbc_tool("explain", name, home=tmp_path)
    assert (ran.code, ran.err) == (0, "")
    first, *rest = ran.out.splitlines()
    assert first == f"{name}: {checks()[name].title}"
    assert [line for line in rest if line and not line.startswith(" ")] == [
        "What it finds", "Why it matters", "Example", "Fix", "Source",
    ]  # fmt: skip
    assert max(len(line) for line in rest) <= 120


def test_explain_what_nobody_knows(tmp_path: Path) -> None:
    ran = sbc_tool("explain", "rtcp-mux-disable", home=tmp_path)
    assert (ran.code, ran.out) == (2, "")
    assert "did you mean rtcp-mux-disabled?" in ran.err
    ran = sbc_tool("explain", "zzz", home=tmp_path)
    assert all(name in ran.err for name in checks())
