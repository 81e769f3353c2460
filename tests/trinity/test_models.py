"""The device models: what is said of them, and by whom."""

from __future__ import annotations

import re

import pytest

from sbc_tool.trinity.grammar import Evidence, load
from sbc_tool.trinity.models import Model, models


def test_the_models_of_the_product_page_are_there() -> None:
    assert set(models()) >= {"SN5500", "SN5600", "vTrinity"}


@pytest.mark.parametrize("model", models().values(), ids=models())
def test_a_model(model: Model) -> None:
    assert models()[model.name] is model
    assert model.ethernet
    assert len(set(model.ethernet)) == len(model.ethernet)
    assert model.transcoding in ("none", "limited", "full")
    assert model.evidence in set(Evidence)
    assert len(model.source) > 5
    for port in model.ethernet:
        assert re.fullmatch(r"\d+ \d+", port)
        match = load().match("config", f"port ethernet {port}")
        assert match
        assert match.command.enters == "port-ethernet"
