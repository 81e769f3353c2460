"""Deployments that fail, and what must be true of the device then."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from installation import PASSWORDS, Installation

from sbc_tool.deploy.deploy import How, deploy
from sbc_tool.errors import DeployStuck, DeployUndone, SbcError
from sbc_tool.finding import Exit
from sbc_tool.lab.configuration import Editor
from sbc_tool.world import World

MAP = "map +497123223 to user.02"  # a line in the middle of the plan, two blocks deep


def failed(lab: Installation, folder: Path, world: World | None = None, **how: Any) -> SbcError:
    with pytest.raises(SbcError) as caught:
        deploy(lab.site, world or lab.world(folder), lab.vault(), How(**how))
    for password in PASSWORDS.values():
        assert password not in f"{caught.value} {caught.value.hint}"
    return caught.value


def assert_undone(lab: Installation, folder: Path, error: SbcError, exit: Exit = Exit.UNDONE) -> None:
    """Said and true: the device is what it was, down to the files; the backup that it was compared with is named."""
    assert isinstance(error, DeployUndone)
    assert error.exit is exit
    assert "The device is back to what it was" in str(error)
    (backup,) = (folder / "backups" / "musterfirma").iterdir()
    assert str(backup) in str(error)
    assert lab.running() == lab.factory == lab.device.startup
    assert lab.site_files() == []
    assert logged(folder)["state"] == "rolled-back"


def assert_stuck(folder: Path, error: SbcError) -> None:
    """A person is needed: what the device may hold, where what it held before is, and what to do."""
    assert isinstance(error, DeployStuck)
    assert error.exit is Exit.STUCK
    (backup,) = (folder / "backups" / "musterfirma").iterdir()
    assert str(backup) in f"{error} {error.hint}"
    assert error.hint
    assert logged(folder)["state"] == "failed"


def logged(folder: Path) -> dict[str, Any]:
    (line,) = (folder / "audit.jsonl").read_text(encoding="utf-8").splitlines()
    record: dict[str, Any] = json.loads(line)
    assert record["error"]
    return record


def type_at(lab: Installation, *lines: str) -> None:
    editor = Editor(lab.device.running)
    for line in lines:
        assert editor.type_line(line) is None, line
