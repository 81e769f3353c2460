"""What the device was before: the running configuration on disk, readable by its owner only."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sbc_tool.errors import InputError
from sbc_tool.site.secrets import Vault
from sbc_tool.trinity.tree import Config, parse

_OWNER_ONLY = 0o600  # a running configuration holds the passwords of every user


@dataclass(frozen=True)
class Before:
    """What the way back leads to; `config` has tokens for its secrets."""

    config: Config
    backup: Path


def save(folder: Path, site: str, at: datetime, text: str) -> Path:
    """Write the backup and read it again; InputError when it can't be trusted, since nothing may change without one."""
    if len(parse(text).nodes) < 2:
        raise InputError(
            "the device's running-config is empty or cut off: no backup, so nothing is changed", "try again"
        )
    path = folder / "backups" / site / f"{at:%Y%m%dT%H%M%S.%fZ}-running.cfg"
    try:
        for made in (folder, path.parent.parent, path.parent):
            made.mkdir(parents=True, exist_ok=True, mode=0o700)
        _write(path, text)
        good = path.read_text(encoding="utf-8") == text
    except OSError as error:
        raise InputError(f"no backup at {path}: {error.strerror or error}", "make room, or set SBC_TOOL_HOME") from None
    if not good:
        raise InputError(f"the backup at {path} does not read back as it was written", "check the disk")
    return path


def listed(folder: Path, site: str) -> list[Path]:
    """The backups of a site, the newest first."""
    return sorted((folder / "backups" / site).glob("*-running.cfg"), reverse=True)


def before(path: str | Path, vault: Vault) -> Before:
    """What a device was, from its backup; InputError when that can't be had."""
    try:
        text = Path(path).read_text(encoding="utf-8")
    except OSError as error:
        raise InputError(f"no backup at {path}: {error.strerror or error}", "name another one with --to") from None
    config = parse(text, Path(path).name)
    if len(config.nodes) < 2:
        raise InputError(f"the backup at {path} is empty or cut off", "name another one with --to")
    return Before(config.map_secrets(vault.seal), Path(path))


def _write(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), _OWNER_ONLY)
    with os.fdopen(descriptor, "wb") as file:
        file.write(text.encode())
        file.flush()
        os.fsync(file.fileno())
