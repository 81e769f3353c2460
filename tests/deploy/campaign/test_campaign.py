"""Every line of a plan times every misfortune: before, after, or a person who is told the truth."""

from __future__ import annotations

from pathlib import Path

import pytest
from campaign import SILENCE_S, wage
from installation import Installation
from misfortunes import AT_EVERY_LINE, ONCE


def test_the_device_is_what_it_was_or_what_it_should_be(
    lab: Installation,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A sample with a fixed seed; all of it with --whole-campaign."""
    monkeypatch.setattr("sbc_tool.deploy.session._SILENCE_S", SILENCE_S)
    monkeypatch.setattr("sbc_tool.deploy.driver._HALF_A_LINE_S", SILENCE_S)
    outcomes = wage(lab, tmp_path, None if request.config.getoption("--whole-campaign") else 4, 5)
    with capsys.disabled():
        print(f"\n{outcomes}")
    assert outcomes.bad == []
    assert set(outcomes.codes) == {one.__name__ for one in (*AT_EVERY_LINE, *ONCE)}
    for misfortune in ("refuse", "forget", "hang_up", "reboot", "change_underfoot_and_refuse"):
        assert outcomes.codes[misfortune][5], misfortune  # each did befall
    for misfortune in ("refuse_the_undo", "rotate_host_key", "fill_the_flash_half_way"):
        assert outcomes.codes[misfortune][6], misfortune
