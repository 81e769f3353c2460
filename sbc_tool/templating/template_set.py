"""A whole set of templates: what is reached from its first, and what that reads."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import jinja2

from sbc_tool.finding import Place
from sbc_tool.render import CONTEXT
from sbc_tool.render.jinja import MAIN, SHIPPED, environment, parsed
from sbc_tool.render.jinja import folder as shipped_folder
from sbc_tool.site.model import Site
from sbc_tool.templating.read import read
from sbc_tool.templating.reading import Reading
from sbc_tool.templating.values import keys_set


@dataclass(frozen=True)
class TemplateSet:
    """`idle`: files of the folder that nothing takes in."""

    folder: Path | None
    reading: Reading
    idle: tuple[Place, ...] = ()

    @classmethod
    def of(cls, folder: Path | None) -> TemplateSet:
        """The shipped templates, or those with a folder laid over. InputError for one that can't be parsed."""
        jinja = environment(lambda *_: "", folder)
        readings: dict[str, Reading] = {}
        waiting = [MAIN]
        while waiting:
            name = waiting.pop()
            if name not in readings:
                try:
                    tree, file = parsed(jinja, name)
                except jinja2.TemplateNotFound:
                    continue  # rendering says so, unless it is to be ignored
                readings[name] = read(tree, _shown(file), CONTEXT, jinja.globals)
                waiting += readings[name].takes
        idle = sorted(set(_names(folder)) - {name.removeprefix(SHIPPED) for name in readings}) if folder else []
        places = tuple(Place((folder / name).as_posix()) for name in idle if folder)
        return cls(folder, _together(readings), places)

    def forgotten(self, site: Site, shipped: TemplateSet) -> tuple[str, ...]:
        """Keys of the site that the shipped templates read, and these don't."""
        return tuple(key for key in keys_set(site) if shipped.reading.has_read(key) and not self.reading.has_read(key))

    def unread(self, site: Site) -> tuple[str, ...]:
        """Keys of the site that no template reads: most are for the tool itself."""
        return tuple(key for key in keys_set(site) if not self.reading.has_read(key))


def _shown(file: Path) -> str:
    """As rendered lines name it: where the package lies is nobody's business."""
    ours = shipped_folder()
    return f"templates/{file.relative_to(ours).as_posix()}" if file.is_relative_to(ours) else file.as_posix()


def _names(folder: Path) -> list[str]:
    return [file.relative_to(folder).as_posix() for file in folder.glob("**/*.j2")]


def _together(readings: dict[str, Reading]) -> Reading:
    """What one template sets, those see that it includes; what an imported one defines is for others."""
    taken = {name for reading in readings.values() for name in reading.takes}
    imported = {name for reading in readings.values() for name in reading.imports}
    defined = {name for reading in readings.values() for name in reading.defines}
    whole = Reading()
    for name, reading in sorted(readings.items()):
        if name in imported:
            reading.unused.clear()
        if name in taken:
            reading.undefined = [spot for spot in reading.undefined if spot.name not in defined]
        whole.add(reading)
    return whole
