"""The device models that we know something about (models.yaml)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from ruamel.yaml import YAML


@dataclass(frozen=True, slots=True)
class Model:
    name: str
    ethernet: tuple[str, ...]  # "SLOT PORT"
    transcoding: str
    evidence: str
    source: str


@cache
def models() -> dict[str, Model]:
    text = files("sbc_tool.trinity").joinpath("models.yaml").read_text(encoding="utf-8")
    return {
        name: Model(name, tuple(data["ethernet"]), data["transcoding"], data["evidence"], data["source"])
        for name, data in YAML(typ="safe").load(text).items()
    }
