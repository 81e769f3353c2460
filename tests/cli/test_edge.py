"""The single edge: a bug of ours ends in one line without any value, and exit 3; Ctrl-C is 130."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from command import EXAMPLE, environment

BUG = """
import sys
from sbc_tool.cli import main
from sbc_tool import render

def broken(*_):
    password = "hunter2"
    raise {error}("hunter2")

render.render = broken
sys.argv = ["sbc-tool", "render", {site!r}]
main()
"""
THREAD = """
import sys, threading
from sbc_tool.cli import main
from sbc_tool import render

def broken():
    raise ValueError("hunter2")

def work(*_):
    thread = threading.Thread(target=broken)
    thread.start()
    thread.join()
    sys.exit(0)

render.render = work
sys.argv = ["sbc-tool", "render", {site!r}]
main()
"""


def run(code: str, home: Path, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, encoding="utf-8", env=environment(home, **more), check=False
    )


def bug(error: str, home: Path, **more: str) -> subprocess.CompletedProcess[str]:
    return run(BUG.format(error=error, site=str(EXAMPLE)), home, **more)


def test_a_bug_shows_where_and_no_value(tmp_path: Path) -> None:
    done = bug("ValueError", tmp_path)
    assert done.returncode == 3
    assert done.stdout == ""
    assert "internal error: ValueError in broken (" in done.stderr
    assert "SBC_TOOL_DEBUG=1" in done.stderr
    assert "Traceback" not in done.stderr
    assert "hunter2" not in done.stderr


def test_debugging_adds_the_frames_without_values(tmp_path: Path) -> None:
    done = bug("ValueError", tmp_path, SBC_TOOL_DEBUG="1")
    assert done.returncode == 3
    assert "in rendered" in done.stderr, "the way to the bug"
    assert "hunter2" not in done.stderr


def test_an_interruption_is_130(tmp_path: Path) -> None:
    done = bug("KeyboardInterrupt", tmp_path)
    assert done.returncode == 130
    assert done.stderr.strip().endswith("interrupted")


def test_a_bug_in_a_thread_shows_no_value_either(tmp_path: Path) -> None:
    done = run(THREAD.format(site=str(EXAMPLE)), tmp_path)
    assert "internal error: ValueError in broken" in done.stderr
    assert "hunter2" not in done.stderr
    assert "Traceback" not in done.stderr
