"""One deployment a device at a time, from this computer: a lock that the system lets go of when its holder dies."""

from __future__ import annotations

import json
import os
import socket
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from sbc_tool.deploy.private import file_name
from sbc_tool.errors import InputError

_LOCKED_AT = 1 << 30  # bytes: where Windows locks, far behind the text, which must stay readable to others


@dataclass(frozen=True, slots=True)
class Holder:
    """Who deploys: a person, a process, and since when (RFC 3339)."""

    by: str
    process: int
    since: str

    def __str__(self) -> str:
        return f"{self.by or 'somebody'} (process {self.process}) since {self.since}"


@dataclass(frozen=True, slots=True)
class Turn:
    """`other`: who has the device now; None when it is ours. What a dead process has left behind is no lock."""

    device: str
    other: Holder | None = None


@contextmanager
def turn(folder: Path, device: str, environ: Mapping[str, str], since: str) -> Iterator[Turn]:
    """Take the device for as long as the context lasts, if nobody else has it; InputError without a place for locks."""
    path = folder / "locks" / f"{file_name(device)}.lock"
    by = environ.get("USER") or environ.get("USERNAME") or ""
    me = Holder(f"{by}@{socket.gethostname()}" if by else socket.gethostname(), os.getpid(), since)
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+", encoding="utf-8")
    except OSError as error:
        raise InputError(f"no lock at {path}: {error.strerror or error}", "make room, or set SBC_TOOL_HOME") from None
    with file:
        if not _locked(file):
            yield Turn(device, _read(file))
            return
        _write(file, json.dumps(asdict(me)))
        try:
            yield Turn(device)
        finally:
            _write(file, "")


def _locked(file: IO[str]) -> bool:
    """Whether the lock is now ours. It goes with the open file, so two threads exclude each other as well."""
    try:
        if sys.platform == "win32":
            import msvcrt

            file.seek(_LOCKED_AT)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _write(file: IO[str], text: str) -> None:
    file.seek(0)
    file.truncate()
    file.write(text)
    file.flush()


def _read(file: IO[str]) -> Holder:
    """As far as it is written: the other may be about to write it."""
    file.seek(0)
    try:
        return Holder(**json.loads(file.read()))
    except (ValueError, TypeError):
        return Holder("", 0, "just now")
