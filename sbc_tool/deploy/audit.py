"""The audit log: one line of JSON for each deployment that looked at a device. It holds no secret."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from sbc_tool.errors import InputError

_OWNER_ONLY = 0o600
_NAME = "audit.jsonl"


def check(folder: Path) -> None:
    """InputError when no line could be appended: to be known before the first change, not after it."""
    append(folder, None)


def append(folder: Path, record: Mapping[str, Any] | None) -> None:
    line = "" if record is None else json.dumps(record, ensure_ascii=False, default=str) + "\n"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(folder / _NAME, os.O_WRONLY | os.O_CREAT | os.O_APPEND, _OWNER_ONLY)
        with os.fdopen(descriptor, "ab") as file:
            file.write(line.encode())
    except OSError as error:
        what = f"no audit log at {folder / _NAME}: {error.strerror or error}"
        raise InputError(what, "make room, or set SBC_TOOL_HOME") from None


def append_or_tell(folder: Path, record: Mapping[str, Any], tell: Callable[[str], None]) -> None:
    """What came of a deployment is more than its record: a full disk must not hide it."""
    try:
        append(folder, record)
    except InputError as failure:
        tell(f"{failure}: {json.dumps(record, default=str)}")
