"""Streams and formats: pure JSON, several outputs at once, colour where it is wanted, tables that fit."""

from __future__ import annotations

import json
import os
import re
import struct
import subprocess
from pathlib import Path

import jsonschema
import pytest
from command import EXAMPLE, command, environment, program, sbc_tool

ANSI = re.compile(r"\x1b\[[0-9;]*m")
COLOUR = re.compile(r"\x1b\[(?:\d+;)*(?:3[0-7]|9[0-7])(?:;\d+)*m")
OFFLINE = ["preflight", EXAMPLE, "--offline"]
RUNS = {
    "lint": ["lint", EXAMPLE],
    "lint of nothing that is there": ["lint", "absent.cfg"],
    "preflight": OFFLINE,
    "preflight of several": ["preflight", EXAMPLE, EXAMPLE.parents[1] / "vtrinity-250" / "site.yaml", "--offline"],
    "plan": ["plan", EXAMPLE, "--running", EXAMPLE.parent / "running.cfg"],
}


def result_schema(home: Path) -> dict[str, object]:
    schema: dict[str, object] = json.loads(sbc_tool("schema", "result", home=home).out)
    jsonschema.Draft202012Validator.check_schema(schema)
    return schema


@pytest.mark.parametrize("words", RUNS.values(), ids=RUNS)
def test_stdout_is_one_json_document_that_keeps_to_its_schema(words: list[str | Path], tmp_path: Path) -> None:
    ran = program(*words, "--format", "json", home=tmp_path)
    document = json.loads(ran.out)
    jsonschema.validate(document, result_schema(tmp_path), jsonschema.Draft202012Validator)
    assert document["command"] == words[0]
    assert not ANSI.search(ran.out)
    assert sbc_tool(*words, home=tmp_path).code == ran.code, "the format decides nothing"
    assert document["verdict"] in ("go", "review", "no-go")


def test_site_schema_takes_the_examples_and_refuses_what_the_loader_refuses(tmp_path: Path) -> None:
    from ruamel.yaml import YAML

    schema = json.loads(sbc_tool("schema", "site", home=tmp_path).out)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    for path in EXAMPLE.parents[1].glob("*/site.yaml"):
        values = json.loads(json.dumps(YAML(typ="safe").load(path.read_text(encoding="utf-8")), default=str))
        assert list(validator.iter_errors(values)) == []
        assert list(validator.iter_errors(values | {"gatway": 1}))
        assert list(validator.iter_errors({key: value for key, value in values.items() if key != "teams"}))


def test_json_for_a_console_that_is_not_unicode(tmp_path: Path) -> None:
    ran = program(*OFFLINE, "--format", "json", home=tmp_path, PYTHONIOENCODING="cp1252")
    assert ran.out.isascii()
    json.loads(ran.out)


def test_a_console_without_arrows_ends_nothing(tmp_path: Path) -> None:
    ran = program("preflight", EXAMPLE, "--offline", home=tmp_path, PYTHONIOENCODING="ascii")
    assert ran.code == 3
    assert "musterfirma: review" in ran.out
    assert "internal error" not in ran.err


def test_several_outputs_at_once(tmp_path: Path) -> None:
    files = {name: tmp_path / name for name in ("a.json", "b.txt", "c.json")}
    words = ["--output", f"json:{files['a.json']}", "--output", f"text:{files['b.txt']}", "-o", str(files["c.json"])]
    ran = sbc_tool(*OFFLINE, *words, "--format", "json", home=tmp_path)
    assert ran.out == "", "they stand in place of stdout"
    assert ran.code == 3
    document = json.loads(files["a.json"].read_text(encoding="utf-8"))
    jsonschema.validate(document, result_schema(tmp_path), jsonschema.Draft202012Validator)
    assert (
        json.loads(files["c.json"].read_text(encoding="utf-8"))["sites"][0]["results"]
        == (document["sites"][0]["results"])
    ), "--format is that of an output without one"
    text = files["b.txt"].read_text(encoding="utf-8")
    assert text.startswith("musterfirma\n")
    assert all(one["id"] in text for one in document["sites"][0]["results"])


def test_an_output_that_cannot_be_written_is_known_before_any_work(tmp_path: Path) -> None:
    words = ["--output", f"json:{tmp_path / 'fine.json'}", "--output", f"json:{tmp_path / 'absent' / 'x'}"]
    ran = sbc_tool(*OFFLINE, *words, home=tmp_path)
    assert ran.code == 2
    assert "asked" not in ran.err, "preflight began"


@pytest.mark.parametrize("words", [RUNS["lint"], RUNS["preflight of several"]])
def test_tables_fit_100_columns_and_have_no_blanks_at_the_end(words: list[str | Path], tmp_path: Path) -> None:
    out = sbc_tool(*words, home=tmp_path, env={"COLUMNS": "300"}).out
    assert max(len(line) for line in out.splitlines()) <= 100
    assert [line for line in out.splitlines() if line != line.rstrip()] == []


def test_a_narrow_terminal(tmp_path: Path) -> None:
    out = ANSI.sub("", program(*OFFLINE, home=tmp_path, FORCE_COLOR="1", COLUMNS="40").out)
    assert max(len(line) for line in out.splitlines()) <= 40
    assert "1,800 kbit/s" in " ".join(out.split())


def test_colour_only_where_it_is_wanted(tmp_path: Path) -> None:
    assert not ANSI.search(program(*OFFLINE, home=tmp_path).out)
    assert COLOUR.search(program(*OFFLINE, home=tmp_path, FORCE_COLOR="1").out)
    assert not COLOUR.search(program(*OFFLINE, home=tmp_path, FORCE_COLOR="1", NO_COLOR="1").out)
    file = tmp_path / "result.txt"
    program(*OFFLINE, "--output", file, home=tmp_path, FORCE_COLOR="1")
    assert not ANSI.search(file.read_text(encoding="utf-8")), "a file is no terminal"
    assert not ANSI.search(program(*OFFLINE, "--format", "json", home=tmp_path, FORCE_COLOR="1").out)


def test_errors_without_a_terminal_have_no_colour(tmp_path: Path) -> None:
    ran = program("render", "absent.yaml", home=tmp_path)
    assert not ANSI.search(ran.err)
    assert COLOUR.search(program("render", "absent.yaml", home=tmp_path, FORCE_COLOR="1").err)


def on_a_terminal(columns: int, home: Path, *words: str | Path, **more: str) -> str:
    """What a command writes to a pseudo-terminal of that width."""
    pty = pytest.importorskip("pty", reason="no pseudo-terminals here")
    import fcntl
    import termios

    near, far = pty.openpty()
    fcntl.ioctl(far, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    environ = environment(home, TERM="xterm", **more)
    running = subprocess.Popen(command(*words), stdin=far, stdout=far, stderr=subprocess.DEVNULL, env=environ)
    os.close(far)
    seen = b""
    try:
        while part := os.read(near, 4096):
            seen += part
    except OSError:  # Linux' way to say that nobody is left at the other end
        pass
    finally:
        os.close(near)
        running.wait(60)
    return seen.decode().replace("\r\n", "\n")


def test_a_real_terminal(tmp_path: Path) -> None:
    out = on_a_terminal(80, tmp_path, *OFFLINE)
    assert COLOUR.search(out)
    assert 72 <= max(len(line) for line in ANSI.sub("", out).splitlines()) <= 80
    out = on_a_terminal(50, tmp_path, *OFFLINE, NO_COLOR="1")
    assert not COLOUR.search(out)
    assert max(len(line) for line in ANSI.sub("", out).splitlines()) <= 50
