"""What was deployed last to a device, kept without secrets: the third side of the next plan."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sbc_tool.deploy import private
from sbc_tool.errors import InputError
from sbc_tool.finding import Place
from sbc_tool.site.model import Site
from sbc_tool.trinity.owned import Deployed
from sbc_tool.trinity.tree import Config, parse, write
from sbc_tool.world import World

_VERSION = 1
_MASK = "***"


@dataclass(frozen=True)
class Record:
    """`serial` is empty where the device didn't say it."""

    deployed: Deployed = field(default_factory=Deployed)
    serial: str = ""

    def of(self, serial: str) -> Deployed:
        """For a device with this serial number: nothing, when it is another one than that of the record."""
        other = self.serial and serial and self.serial != serial
        return Deployed() if other else self.deployed


def load(folder: Path, site: Site) -> Record:
    """Empty when nothing was deployed from here. InputError for a record that can't be read."""
    path = _path(folder, site)
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        if data["schema_version"] != _VERSION:
            raise ValueError
        deployed = Deployed(parse(data["deployed"]), parse(data["found"]))
        return Record(deployed, data["serial"])
    except FileNotFoundError:
        return Record()
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        hint = "remove it: what was deployed earlier and is no longer rendered will then be left alone"
        raise InputError("is no record of a deployment", hint, Place(str(path))) from None


def keep(world: World, site: Site, record: Record) -> str:
    """Keep it. What to tell when there is no room: the deployment has succeeded all the same."""
    try:
        private.keep(_path(world.data_dir, site), _document(site, record, world.now()))
    except OSError as error:
        why = error.strerror or str(error)
        return f"no record of what was deployed ({why}): what the site file leaves out later will stay on the device"
    return ""


def _document(site: Site, record: Record, at: datetime) -> str:
    data = {
        "schema_version": _VERSION,
        "site": site.site,
        "device": site.device.host,
        "serial": record.serial,
        "at": at.isoformat(),
        "deployed": _text(record.deployed.wanted),
        "found": _text(record.deployed.found),
    }
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def _text(config: Config) -> str:
    return write(config.map_secrets(lambda _: _MASK), blank_lines=False)


def _path(folder: Path, site: Site) -> Path:
    return folder / "deployed" / site.site / f"{private.file_name(f'{site.device.host}_{site.device.port}')}.json"
