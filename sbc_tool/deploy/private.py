"""Files that only their owner reads, written whole or not at all."""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path


def file_name(device: str) -> str:
    """An address or a name as a file name on every system."""
    return re.sub(r"[^A-Za-z0-9.-]", "_", device)


def keep(path: Path, text: str) -> None:
    """Write the file (0600) beside its place and move it there. OSError when there is no room."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor, beside = tempfile.mkstemp(dir=path.parent, prefix=path.name)  # which makes it 0600
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(beside).replace(path)
    except OSError:
        Path(beside).unlink(missing_ok=True)
        raise
