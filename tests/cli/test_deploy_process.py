"""`sbc-tool deploy` in a process of its own: codes, signals, pipes."""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path

import pytest
from installation import Installation
from lab_caller import audited, end, ready_file, start

MAP = "map +497123223 to user.02"


def in_lab(lab: Installation, folder: Path) -> tuple[object, ...]:
    return ("deploy", lab.file, "--yes", "--lab-ready", ready_file(lab, folder))


def test_a_process_of_its_own(lab: Installation, tmp_path: Path) -> None:
    done = end(start(lab, tmp_path, *in_lab(lab, tmp_path), "--format", "json"))
    assert done.code == 0, done.err
    assert done.site["state"] == "deployed"
    lab.reset()
    lab.device.refuse = lambda line: "% No" if line == MAP else None
    done = end(start(lab, tmp_path, *in_lab(lab, tmp_path)))
    assert done.code == 5
    assert MAP in done.error()
    ghost = end(start(lab, tmp_path, "deploy", tmp_path / "ghost.yaml"))
    assert ghost.code == 2
    assert "no such file" in ghost.error()
    wrong = end(start(lab, tmp_path, *in_lab(lab, tmp_path), SBC_PASSWORD="wr0ng"))
    assert wrong.code == 4
    wrong.error()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends no signal to one process alone")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_in_the_middle_of_a_push_undoes(lab: Installation, tmp_path: Path, number: int) -> None:
    process = start(lab, tmp_path, *in_lab(lab, tmp_path))

    def overhear(line: str) -> None:
        if line == MAP:
            lab.device.overhear = None
            os.kill(process.pid, number)

    lab.device.overhear = overhear
    done = end(process)
    assert done.code == 130, done.err
    assert "interrupted. The device is back to what it was" in done.error()
    assert lab.untouched()
    assert audited(tmp_path) == ["rolled-back"]


@pytest.mark.skipif(sys.platform == "win32", reason="a pipe on Windows breaks in another way")
def test_a_reader_that_goes_away_does_not_stop_a_push(lab: Installation, tmp_path: Path) -> None:
    process = start(lab, tmp_path, *in_lab(lab, tmp_path), "--format", "json")
    assert process.stderr
    assert process.stdout
    assert process.stderr.readline()
    process.stderr.close()
    out = process.stdout.read()
    process.stdout.close()
    assert process.wait(60) == 0
    assert json.loads(out)["sites"][0]["state"] == "deployed"
    assert lab.device.startup == lab.running()
