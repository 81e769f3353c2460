"""The STARFACEs of all sites that were given, by name and address."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from sbc_tool.check import NotApplicable
from sbc_tool.errors import SbcError
from sbc_tool.site import document
from sbc_tool.site.model import Site


@dataclass(frozen=True, slots=True)
class Pbx:
    """`file` is the site file, as it was given; `name` is what the Teams module calls the STARFACE."""

    file: str
    site: str
    name: str
    address: str


@dataclass(frozen=True, slots=True)
class InventoryFact:
    own: Pbx
    others: tuple[Pbx, ...]


def named(site: Site, file: str) -> Pbx:
    return Pbx(file, site.site, site.starface.fqdn, site.starface.address)


def named_in(paths: Iterable[Path]) -> tuple[Pbx, ...]:
    """Those of the site files that can be read so far; what is wrong with the others is said when they are loaded."""
    found = []
    for path in paths:
        try:
            values, _ = document.read(path)
        except SbcError:
            continue
        starface = values.get("starface")
        if isinstance(starface, dict) and starface.get("fqdn"):
            texts = (values.get("site") or path.stem, starface["fqdn"], starface.get("address") or "")
            found.append(Pbx(str(path), *(str(text) for text in texts)))
    return tuple(found)


def alone(site: Site) -> NotApplicable:  # noqa: ARG001
    return NotApplicable("only one site was given: there is no other STARFACE to compare with")


def among(site: Site, file: str, everyone: Iterable[Pbx]) -> InventoryFact | NotApplicable:
    """`file` is that of the site, which is among `everyone`."""
    others = tuple(pbx for pbx in everyone if pbx.file != file)
    return InventoryFact(named(site, file), others) if others else alone(site)
