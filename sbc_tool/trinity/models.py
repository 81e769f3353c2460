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
    telephone: tuple[str, ...] | None  # "KIND SLOT PORT", such as "e1t1 0 0"; None where nobody says
    transcoding: str
    evidence: str
    source: str

    def has(self, port: str) -> bool | None:
        """Whether it has this port, such as "ethernet 0 1" or "bri 0 0"; None where that isn't known."""
        kind, _, number = port.partition(" ")
        if kind == "ethernet":
            return number in self.ethernet
        return None if self.telephone is None else port in self.telephone


@cache
def models() -> dict[str, Model]:
    text = files("sbc_tool.trinity").joinpath("models.yaml").read_text(encoding="utf-8")
    return {
        name: Model(
            name,
            tuple(data["ethernet"]),
            tuple(data["telephone"]) if "telephone" in data else None,
            data["transcoding"],
            data["evidence"],
            data["source"],
        )
        for name, data in YAML(typ="safe").load(text).items()
    }


def known(name: str) -> Model | None:
    """By its name, in any case, with or without the variant behind a slash."""
    wanted = name.partition("/")[0].casefold()
    return next((model for model in models().values() if model.name.casefold() == wanted), None)
