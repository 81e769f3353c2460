"""Ctrl-C and bugs of ours after the first change: undone all the same."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from failing import assert_stuck, assert_undone, failed, type_at
from installation import PASSWORDS, Installation

from sbc_tool.deploy.deploy import How, deploy
from sbc_tool.finding import Exit


def raising(error: BaseException, at: int = 70) -> Callable[[int, int], None]:
    def progress(done: int, total: int) -> None:
        if done == at:
            raise error

    return progress


@pytest.mark.parametrize("at", [1, 70, 160])
def test_ctrl_c_undoes(lab: Installation, tmp_path: Path, at: int) -> None:
    error = failed(lab, tmp_path, progress=raising(KeyboardInterrupt(), at))
    assert "interrupted" in str(error)
    assert_undone(lab, tmp_path, error, Exit.INTERRUPTED)


@pytest.mark.parametrize("at", ["certificate, key and roots", "push", "read back on a fresh connection", "save"])
def test_ctrl_c_between_the_steps(lab: Installation, tmp_path: Path, at: str) -> None:
    def tell(step: str) -> None:
        if step == at:
            raise KeyboardInterrupt

    if at == "certificate, key and roots":  # nothing was done yet: nothing to undo, and nobody says so
        with pytest.raises(KeyboardInterrupt):
            deploy(lab.site, lab.world(tmp_path), lab.vault(), How(tell=tell))
        assert lab.running() == lab.factory
        assert lab.site_files() == []
    else:
        assert_undone(lab, tmp_path, failed(lab, tmp_path, tell=tell), Exit.INTERRUPTED)


def test_the_undo_reads_only_after_all_in_flight_was_answered(lab: Installation, tmp_path: Path) -> None:
    """A slow device: lines typed before Ctrl-C must not land behind the back of the undo."""
    logins = lab.device.sessions
    undoing = threading.Event()
    count_session, late = lab.device.count_session, []

    def count() -> None:
        count_session()
        if lab.device.sessions == logins + 2:
            undoing.set()

    def overhear(line: str) -> None:
        if threading.current_thread() not in heard:
            heard.append(threading.current_thread())
        if threading.current_thread() is heard[0]:
            if line.startswith("remote "):
                undoing.wait(0.2)  # at most: the device takes its time over these, unless the undo is there first
            if undoing.is_set() and line != "end":
                late.append(line)

    heard: list[threading.Thread] = []
    lab.device.count_session = count  # type: ignore[method-assign]
    lab.device.overhear = overhear
    try:
        error = failed(lab, tmp_path, progress=raising(KeyboardInterrupt(), 70))
    finally:
        del lab.device.count_session
    assert undoing.is_set()
    assert late == []
    assert_undone(lab, tmp_path, error, Exit.INTERRUPTED)


def test_a_second_ctrl_c_ends_the_undo_and_says_so(lab: Installation, tmp_path: Path) -> None:
    world = lab.world(tmp_path, pause=raising_pause(KeyboardInterrupt()))

    def tell(step: str) -> None:
        if step == "undo":
            type_at(lab, "ssh-server", "shutdown")

    error = failed(lab, tmp_path, world, progress=raising(KeyboardInterrupt()), tell=tell)
    assert_stuck(tmp_path, error)
    assert "interrupted. Then the undo failed: interrupted" in str(error)


def raising_pause(error: BaseException) -> Callable[[float], None]:
    def pause(seconds: float) -> None:
        raise error

    return pause


def test_a_bug_in_the_middle_of_a_push_is_undone(lab: Installation, tmp_path: Path) -> None:
    error = failed(lab, tmp_path, progress=raising(RuntimeError(f"with {PASSWORDS['USER_01']}")))
    assert "internal error: RuntimeError in progress (test_interrupted.py:" in str(error)
    assert_undone(lab, tmp_path, error)


def test_a_bug_in_the_undo_is_a_device_that_a_person_must_look_at(lab: Installation, tmp_path: Path) -> None:
    def tell(step: str) -> None:
        if step == "undo":
            type_at(lab, "ssh-server", "shutdown")

    world = lab.world(tmp_path, pause=raising_pause(RuntimeError(PASSWORDS["USER_01"])))
    lab.device.hang_up_after = 60
    error = failed(lab, tmp_path, world, tell=tell)
    assert_stuck(tmp_path, error)
    assert "Then the undo failed: internal error: RuntimeError" in str(error)
