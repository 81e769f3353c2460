"""A disk of its own for a test, small enough to be filled: a tmpfs, which only root can mount."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from peer import program

_SIZE = 512 * 1024
_BALLAST = "ballast"


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """Skips the test where nobody may mount one, but not in CI."""
    folder.mkdir()
    mount = [program("mount"), "-t", "tmpfs", "-o", f"size={_SIZE},mode=700", "tmpfs", str(folder)]
    done = subprocess.run(mount, capture_output=True, text=True, check=False)
    if done.returncode:
        missing = pytest.fail if os.environ.get("CI") else pytest.skip
        missing(f"this test needs to mount a tmpfs: {done.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run([program("umount"), "-l", str(folder)], check=True)


def fill(disk: Path) -> None:
    """Leave no room: every file that is written from now on breaks off with `No space left on device`."""
    with (disk / _BALLAST).open("ab", buffering=0) as ballast:
        try:
            while True:
                ballast.write(b"\0" * 4096)
        except OSError:
            return


def empty(disk: Path) -> None:
    (disk / _BALLAST).unlink(missing_ok=True)
