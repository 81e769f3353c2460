"""What is being done to a device, written before it is done: the record that a killed process leaves behind.

One file a site, as long as something is under way or was not brought to an end. It holds no secret: passwords are in
the backup that it names.
"""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from sbc_tool.deploy.private import keep
from sbc_tool.errors import InputError

Step = Literal["begun", "files", "lines", "typed", "save", "undo", "stuck"]

TOLD: dict[Step, str] = {
    "begun": "before its first change",
    "files": "while certificate, key and roots were copied",
    "lines": "while lines were typed",
    "typed": "after its lines were typed, before they were verified",
    "save": "while it was saved",
    "undo": "while it was undone",
    "stuck": "with an undo that is not proved",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """How far it got. `host_key` tells the device again; `startup_unsure`: what it has saved may hold the change."""

    site: str
    device: str
    host_key: str
    at: str  # RFC 3339
    backup: str
    step: Step = "begun"
    written: tuple[str, ...] = ()
    typed: str = ""  # the lines that were or may have been typed, with tokens for secrets
    startup_unsure: bool = False
    timer: str = ""  # the form in which a timer is armed on the device
    fires: str = ""  # RFC 3339


class Journal:
    """The journal of one piece of work. Each `note` is on the disk when it returns."""

    def __init__(self, folder: Path, entry: Entry) -> None:
        self._folder = folder
        self.entry = entry

    def note(self, **changes: Any) -> None:
        """InputError when it can't be written: then nothing that it would tell of may be begun."""
        self.entry = dataclasses.replace(self.entry, **changes)
        path = _path(self._folder, self.entry.site)
        try:
            for made in (self._folder, path.parent):
                made.mkdir(parents=True, exist_ok=True, mode=0o700)
            keep(path, json.dumps(dataclasses.asdict(self.entry), indent=1) + "\n")
        except OSError as error:
            what = f"no journal at {path}: {error.strerror or error}"
            raise InputError(what, "make room, or set SBC_TOOL_HOME") from None

    def close(self) -> None:
        """The work has come to an end that is told elsewhere."""
        _path(self._folder, self.entry.site).unlink(missing_ok=True)


def read(folder: Path, site: str) -> Entry | None:
    """What was not brought to an end at this site; InputError when that can't be read."""
    path = _path(folder, site)
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        return Entry(**{**data, "written": tuple(data["written"])})
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError) as error:
        hint = "look at the device, then remove that file"
        raise InputError(f"the journal {path} cannot be read: {type(error).__name__}", hint) from None


def fires_later(entry: Entry, now: datetime) -> bool:
    """Whether a timer on the device is still to fire."""
    return bool(entry.timer) and datetime.fromisoformat(entry.fires) > now


def _path(folder: Path, site: str) -> Path:
    return folder / "journal" / f"{site}.json"
