"""Every capture of the case library, as tshark reads it: messages, calls, RTP."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_trace_peers import agrees

from sbc_tool.diagnose.trace.trace import read

CASES = Path(__file__).parents[1] / "cases"
CAPTURES = sorted(CASES.glob("*/*.pcap*"))


def test_there_are_captures() -> None:
    assert len(CAPTURES) >= 40


@pytest.mark.parametrize("file", CAPTURES, ids=lambda file: file.parent.name)
def test_figures_are_those_of_tshark(file: Path) -> None:
    agrees(read([file]), file)
