"""A timer on the device: armed before the first change, called off when all went well or was undone."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from failing import MAP, assert_stuck, assert_undone, failed
from installation import Installation

from sbc_tool.deploy import journal
from sbc_tool.deploy.deploy import How, deploy
from sbc_tool.errors import SbcError


def armed_at_each_line(lab: Installation) -> list[bool]:
    seen: list[bool] = []
    lab.device.overhear = lambda line: seen.append(bool(lab.device.armed)) if line.startswith("map ") else None
    return seen


@pytest.mark.parametrize("form", ["timer", "reload in"])
def test_armed_before_the_first_change_and_called_off_before_the_save(
    lab: Installation, tmp_path: Path, form: str
) -> None:
    lab.device.timers = frozenset({form})
    seen, told = armed_at_each_line(lab), []
    done = deploy(lab.site, lab.world(tmp_path), lab.vault(), How(revert_in=5, tell=told.append))
    assert done.state == "deployed"
    assert seen
    assert all(seen)
    assert lab.device.armed == ""
    assert any(f"timer armed (`{form}`;" in step and "not seen to fire" in step for step in told)


def test_where_there_is_none_the_way_back_is_told_first(lab: Installation, tmp_path: Path) -> None:
    told: list[str] = []
    deploy(lab.site, lab.world(tmp_path), lab.vault(), How(revert_in=5, tell=told.append))
    way = next(number for number, step in enumerate(told) if "a power cycle brings back" in step)
    none = next(number for number, step in enumerate(told) if "offers no timer" in step)
    assert way < none < told.index("push")


def test_called_off_when_the_deployment_was_undone(lab: Installation, tmp_path: Path) -> None:
    lab.device.timers = frozenset({"timer"})
    lab.device.refuse = lambda line: "% No" if line == MAP else None
    assert_undone(lab, tmp_path, failed(lab, tmp_path, revert_in=5))
    assert lab.device.armed == ""


def test_left_armed_when_the_undo_failed_and_it_does_bring_the_device_back(lab: Installation, tmp_path: Path) -> None:
    lab.device.timers = frozenset({"timer"})
    lab.device.refuse = lambda line: "% No" if line == MAP or line.startswith("no profile") else None
    error = failed(lab, tmp_path, revert_in=5)
    assert_stuck(tmp_path, error)
    assert "the device restarts by itself at" in error.hint
    assert lab.device.armed
    lab.device.time_is_up()
    assert lab.running() == lab.factory


def test_no_second_deployment_while_one_is_pending(lab: Installation, tmp_path: Path) -> None:
    lab.device.timers = frozenset({"timer"})
    lab.device.refuse = lambda line: "% No" if line == MAP or line.startswith("no profile") else None
    failed(lab, tmp_path, revert_in=5)
    lab.device.refuse = None
    before = lab.running()
    with pytest.raises(SbcError) as caught:
        deploy(lab.site, lab.world(tmp_path), lab.vault(), How())
    assert "is pending: the device restarts at" in str(caught.value)
    assert "deploy abort" in caught.value.hint
    assert lab.running() == before
    later = datetime.now(UTC) + timedelta(minutes=6)
    lab.device.time_is_up()
    lab.lab.ssh.drop_all()
    done = deploy(lab.site, lab.world(tmp_path, now=lambda: later), lab.vault(), How())
    assert done.state == "deployed"


def test_a_timer_that_cannot_be_called_off_is_undone_and_said(lab: Installation, tmp_path: Path) -> None:
    lab.device.timers = frozenset({"timer"})
    set_timer = lab.device.set_timer
    lab.device.set_timer = lambda line: "% No" if line.startswith("no timer") else set_timer(line)  # type: ignore[method-assign]
    try:
        error = failed(lab, tmp_path, revert_in=5)
    finally:
        del lab.device.set_timer
    assert_stuck(tmp_path, error)
    assert "the timer could not be called off" in str(error)
    assert lab.running().replace(f"{lab.device.armed}\n", "") == lab.factory == lab.device.startup


def test_the_record_knows_of_the_timer_before_it_is_armed(lab: Installation, tmp_path: Path) -> None:
    lab.device.timers = frozenset({"timer"})
    seen: list[str] = []

    def overhear(line: str) -> None:
        if line.startswith("timer "):
            seen.append(json.loads((tmp_path / "journal" / "musterfirma.json").read_text())["timer"])

    lab.device.overhear = overhear
    set_timer = lab.device.set_timer
    lab.device.set_timer = lambda line: (overhear(line), set_timer(line))[1]  # type: ignore[method-assign]
    try:
        deploy(lab.site, lab.world(tmp_path), lab.vault(), How(revert_in=5))
    finally:
        del lab.device.set_timer
    assert "timer" in seen
    assert journal.read(tmp_path, "musterfirma") is None
