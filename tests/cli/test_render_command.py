"""`render`: the text alone on stdout, counts on stderr, refusals of --strict, secrets only where they are asked for."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from command import EXAMPLE, command, environment, program, sbc_tool, site_file

from sbc_tool.render import render
from sbc_tool.site.load import load
from sbc_tool.trinity.grammar import Evidence
from sbc_tool.trinity.grammar import load as load_grammar

SECRETS = {
    "SBC_PASSWORD": "door key $1",
    "STARFACE_USER_01": "s e c r e t 1",
    "STARFACE_USER_02": "plain-2",
    "STARFACE_USER_03": "p@ss;word|3",
}


def lines_of(evidence: Evidence) -> list[str]:
    return [line.text.strip() for line in render(load(EXAMPLE)).lines if line.text and line.evidence is evidence]


def test_stdout_is_the_configuration_and_nothing_else(tmp_path: Path) -> None:
    ran = program("render", EXAMPLE, home=tmp_path)
    assert ran.code == 0
    assert ran.out.replace("\r\n", "\n") == (EXAMPLE.parent / "rendered.cfg").read_text(encoding="utf-8")


def test_counts_are_those_of_the_lines(tmp_path: Path) -> None:
    ran = sbc_tool("render", EXAMPLE, home=tmp_path)
    told = re.search(r"^(\d+) lines: (.+)$", ran.err, re.MULTILINE)
    assert told
    counts = {grade: int(count) for count, grade in re.findall(r"(\d+) (\w+)", told[2])}
    assert counts == {str(grade): len(lines_of(grade)) for grade in Evidence if lines_of(grade)}
    assert int(told[1]) == sum(counts.values()) == len([line for line in ran.out.splitlines() if line])


def test_strict_refuses_and_names_what_is_assumed(tmp_path: Path) -> None:
    ran = sbc_tool("render", EXAMPLE, "--strict", "--output", tmp_path / "new.cfg", home=tmp_path)
    assert ran.code == 1
    assert ran.out == ""
    assert not (tmp_path / "new.cfg").exists()
    named = re.findall(r"^(templates/trinity/\w+\.j2):(\d+): assumed: (.+?) \((.+)\)$", ran.err, re.MULTILINE)
    assert [text for _, _, text, _ in named] == lines_of(Evidence.ASSUMED)
    assert all(source for *_, source in named)
    assert f"{len(named)} lines rest on an assumption" in ran.err


def test_strict_lets_through_what_a_device_knows(tmp_path: Path) -> None:
    """With a capture that has confirmed those lines, which is how the refusal ends."""
    known = [{"mode": one.mode, "syntax": one.syntax, "known": True} for one in load_grammar().commands()]
    capture = {"schema_version": 1, "taken": "2026-11-25", "device": {"firmware": "3.19.1"}, "commands": known}
    (tmp_path / "capture.yaml").write_text(json.dumps(capture), encoding="utf-8")
    ran = sbc_tool("render", EXAMPLE, "--strict", "--grammar-overlay", tmp_path / "capture.yaml", home=tmp_path)
    assert ran.code == 0
    assert ran.out.startswith("cli version")
    assert re.search(r"^\d+ lines: \d+ confirmed$", ran.err, re.MULTILINE)


def test_annotated_lines_name_template_and_evidence(tmp_path: Path) -> None:
    plain = sbc_tool("render", EXAMPLE, home=tmp_path).out.splitlines()
    annotated = sbc_tool("render", EXAMPLE, "--annotate", home=tmp_path).out.splitlines()
    assert len(annotated) == len(plain)
    for before, after in zip(plain, annotated, strict=True):
        text, mark, note = after.rpartition(" # ")
        assert text.rstrip() == before
        assert not before or re.fullmatch(r"(confirmed|indirect|smartware|assumed) templates/trinity/\w+\.j2:\d+", note)
        assert bool(mark) is bool(before)


def test_to_a_file(tmp_path: Path) -> None:
    ran = sbc_tool("render", EXAMPLE, "--output", tmp_path / "new.cfg", home=tmp_path)
    assert (ran.code, ran.out) == (0, "")
    assert (tmp_path / "new.cfg").read_bytes() == (EXAMPLE.parent / "rendered.cfg").read_bytes().replace(b"\r\n", b"\n")


def test_secrets_stay_names(tmp_path: Path) -> None:
    ran = sbc_tool("render", EXAMPLE, home=tmp_path, env=SECRETS)
    assert "$(sip:user.01)" in ran.out
    assert not [value for value in SECRETS.values() if value in ran.out + ran.err]


def test_with_secrets_only_into_a_file_of_ones_own(tmp_path: Path) -> None:
    ran = sbc_tool("render", EXAMPLE, "--with-secrets", home=tmp_path, env=SECRETS)
    assert ran.code == 2
    assert ran.out == ""
    path = tmp_path / "clear.cfg"
    path.write_text("readable by all", encoding="utf-8")
    ran = sbc_tool("render", EXAMPLE, "--with-secrets", "--output", path, home=tmp_path, env=SECRETS)
    assert (ran.code, ran.out) == (0, "")
    text = path.read_text(encoding="utf-8")
    assert 'username user.01 password "s e c r e t 1"' in text
    assert "username user.02 password plain-2" in text
    assert "$(" not in text
    assert "***" not in text
    assert not [value for value in SECRETS.values() if value in ran.err]
    if sys.platform != "win32":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.fixture
def terminal() -> Iterator[tuple[int, int]]:
    """The two ends of a pseudo-terminal: the person's, and the program's."""
    pty = pytest.importorskip("pty", reason="no pseudo-terminals here")
    ends = pty.openpty()
    yield ends
    for end in ends:
        os.close(end)


def answer(person: int, program: int, asking: subprocess.Popen[bytes], line: bytes) -> bytes:
    """Type a line once it is not echoed any more: what was typed before that, getpass throws away."""
    import termios

    while termios.tcgetattr(program)[3] & termios.ECHO:
        assert asking.poll() is None, "it ended without a question"
    os.write(person, line)
    assert asking.wait(60) == 0
    os.set_blocking(person, False)
    return os.read(person, 10000)


def test_a_terminal_is_asked_for_a_password_and_does_not_show_it(tmp_path: Path, terminal: tuple[int, int]) -> None:
    person, its = terminal
    path = site_file(tmp_path, ("env:SBC_PASSWORD", "prompt"))
    words = ["render", path, "--with-secrets", "--output", tmp_path / "clear.cfg"]
    environ = environment(tmp_path, **SECRETS)
    streams: dict[str, Any] = {"stdin": its, "stdout": its, "stderr": its}
    with subprocess.Popen(command(*words), env=environ, start_new_session=True, **streams) as asking:
        try:
            seen = answer(person, its, asking, b"typed by hand\n")
        finally:
            asking.kill()
    assert b"Password of administrator on the device" in seen
    assert b"typed by hand" not in seen
    assert 'password "typed by hand"' in (tmp_path / "clear.cfg").read_text(encoding="utf-8")


def test_no_input_asks_nobody_even_on_a_terminal(tmp_path: Path, terminal: tuple[int, int]) -> None:
    path = site_file(tmp_path, ("env:SBC_PASSWORD", "prompt"))
    words = command("render", path, "--with-secrets", "--output", tmp_path / "clear.cfg", "--no-input")
    environ = environment(tmp_path, **SECRETS)
    done = subprocess.run(words, env=environ, stdin=terminal[1], capture_output=True, check=False)
    assert done.returncode == 2
    assert b"an answer is needed: Password of administrator" in done.stderr
    assert not (tmp_path / "clear.cfg").exists()


def test_a_reader_that_has_gone_is_no_error(tmp_path: Path) -> None:
    """As in `sbc-tool render site.yaml | head -1`."""
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run(
            command("render", EXAMPLE), stdout=writing, stderr=subprocess.PIPE, env=environment(tmp_path), check=False
        )
    finally:
        os.close(writing)
    assert b"Traceback" not in done.stderr
    assert b"internal error" not in done.stderr
