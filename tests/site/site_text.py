"""Site files as texts: the good one, and how a wrong one is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from sbc_tool.errors import InputError
from sbc_tool.finding import Exit
from sbc_tool.site.load import load

GOOD = (Path(__file__).parent / "good.yaml").read_text("utf-8")


def write(folder: Path, text: str | bytes) -> Path:
    path = folder / "site.yaml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def said(error: InputError) -> list[str]:
    """Every problem as it is printed, less the folder."""
    return [
        str(one).replace(f"{Path(one.where.file).parent}", "", 1).lstrip("/\\")
        for one in (error, *error.more)
        if one.where
    ]


def refused(folder: Path, text: str | bytes) -> list[str]:
    with pytest.raises(InputError) as caught:
        load(write(folder, text))
    assert caught.value.exit is Exit.INPUT
    return said(caught.value)
