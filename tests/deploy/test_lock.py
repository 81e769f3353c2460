"""One deployment a device at a time: the lock goes with its process, however that ends."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sbc_tool.deploy.lock import Turn, turn
from sbc_tool.errors import InputError

DEVICE = "192.0.2.1:22"
HOLD = """
import os, sys
from pathlib import Path
from sbc_tool.deploy.lock import turn
with turn(Path(sys.argv[1]), "192.0.2.1:22", {"USER": "erika"}, "2026-11-25T08:00:00+00:00") as mine:
    print(mine.other is None, flush=True)
    sys.stdin.read()
"""


def take(folder: Path, device: str = DEVICE) -> Turn:
    with turn(folder, device, {"USER": "otto"}, "2026-11-25T09:00:00+00:00") as mine:
        return mine


def held(folder: Path) -> subprocess.Popen[str]:
    """Another process that has the device by the time this returns."""
    command = [sys.executable, "-c", HOLD, str(folder)]
    other = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert other.stdout
    assert other.stdout.readline() == "True\n"
    return other


def test_the_holder_is_named_and_the_lock_goes_when_it_ends(tmp_path: Path) -> None:
    with held(tmp_path) as other:
        seen = take(tmp_path).other
        assert seen
        assert (seen.process, seen.since) == (other.pid, "2026-11-25T08:00:00+00:00")
        assert seen.by.startswith("erika@")
        assert take(tmp_path, "192.0.2.2:22").other is None, "another device is free"
        other.communicate("")
    assert take(tmp_path).other is None


def test_a_killed_process_leaves_no_lock(tmp_path: Path) -> None:
    with held(tmp_path) as other:
        other.kill()
    text = next((tmp_path / "locks").iterdir()).read_text()
    assert str(other.pid) in text, "it had no chance to tidy up"
    assert take(tmp_path).other is None


def test_two_threads_exclude_each_other_too(tmp_path: Path) -> None:
    with turn(tmp_path, DEVICE, {}, "now") as mine:
        assert mine.other is None
        seen = take(tmp_path).other
        assert seen
        assert seen.process == os.getpid()
    assert take(tmp_path).other is None


def test_no_place_for_a_lock(tmp_path: Path) -> None:
    (tmp_path / "locks").write_text("in the way")
    with pytest.raises(InputError, match="no lock at"):
        take(tmp_path)
