"""Where a device is reached, before and after a change of its own addresses."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from sbc_tool.deploy.session import address
from sbc_tool.site.model import Site
from sbc_tool.trinity.tree import Config
from sbc_tool.world import World

if TYPE_CHECKING:
    from sbc_tool.deploy.guard import Work


def addresses(config: Config) -> dict[tuple[str, str], str]:
    """The device's own, by interface and label."""
    return {
        (path[-1].text if path else "", node.value("label")): node.value("address").partition("/")[0]
        for path, node in config.walk()
        if node.match and not node.match.negated and node.match.command.literals == ("ipaddress",)
    }


def new_address(site: Site, world: World, before: Config, after: Config) -> str:
    """Where the device is found after the change, if that takes away the address that it is reached by; else empty."""
    host, _ = address(site, world)
    here = next((where for where, ip in addresses(before).items() if ip == host), None)
    there = addresses(after).get(here, "") if here else ""
    return there if there != host else ""


def moved(work: Work, before: Config, after: Config) -> Work:
    """The same work, where the device is found after the change."""
    there = new_address(work.site, work.world, before, after)
    if not there:
        return work
    world = dataclasses.replace(work.world, device=(there, address(work.site, work.world)[1]))
    return dataclasses.replace(work, world=world)
