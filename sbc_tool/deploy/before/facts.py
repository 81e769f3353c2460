"""What is looked at on the device before the first change."""

from __future__ import annotations

from dataclasses import dataclass

from sbc_tool.trinity.diff import Change, restore
from sbc_tool.trinity.nameplate import Nameplate
from sbc_tool.trinity.tree import Config

_TOLD = 5  # lines


@dataclass(frozen=True, slots=True)
class Identity:
    """What the site file says of the device, and what the device says of itself; `serial` is empty where not pinned."""

    model: str
    serial: str
    plate: Nameplate


@dataclass(frozen=True, slots=True)
class Startup:
    """Lines in which startup-config and running-config differ, as far as they are told."""

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Disturbing:
    """The changes of the plan that can drop calls."""

    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Moved:
    """Whether the running configuration is another one than `since`; `lines` as far as they are known."""

    since: str
    moved: bool
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Agreed:
    """Whether site file and device still give the plan of the file that was made at `made`."""

    made: str
    same: bool


def different(one: Config, other: Config) -> tuple[str, ...]:
    """The lines that tell two configurations apart, the first few."""
    blocks = [*restore(one, other), *restore(other, one)]
    lines = dict.fromkeys(node.text for block in blocks for _, node in block.walk() if not node.children)
    return tuple(lines)[:_TOLD]
