"""What a fault is, and how a lab gets it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sbc_tool.finding import Outcome
from sbc_tool.site.model import Site

if TYPE_CHECKING:
    from sbc_tool.lab.lab import Lab


def _nothing(lab: Lab) -> None:
    """What most faults do at one of their two moments."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that goes wrong at customers', and the check that must say so.

    `site` holds keys of the site file that have another value from the start on, such as {"wan_link.up_kbps": 900}.
    `before` acts on the lab before the site is deployed into it, `after` on the lab with the deployed site.
    """

    name: str
    breaks: str  # one line, for people
    check: str  # the id of the preflight check that finds it
    also: tuple[str, ...] = ()  # other checks that one cause must fail too; no check beyond these does
    outcome: Outcome = Outcome.FAIL
    site: Mapping[str, Any] = field(default_factory=dict)
    before: Callable[[Lab], None] = _nothing
    after: Callable[[Lab], None] = _nothing


def changed(site: Site, changes: Mapping[str, Any]) -> Site:
    """The same site with other values of some keys, each as a path with dots. Absent sections come into being."""
    if not changes:
        return site
    values = site.model_dump(mode="json", exclude_none=True)
    for path, value in changes.items():
        *sections, key = path.split(".")
        part = values
        for section in sections:
            part = part.setdefault(section, {})
        part[key] = value
    return Site.model_validate(values)


def changes_of(faults: Iterable[Fault]) -> dict[str, Any]:
    """The keys of the site file that these faults give another value."""
    return {path: value for fault in faults for path, value in fault.site.items()}
