"""The device's files: the areas `config:` and `pki:`, in memory."""

from __future__ import annotations

import threading
from collections.abc import Callable

from sbc_tool.lab.invented import SFTP_AREAS

PRIVATE = "pki:private-key/"


class Store:
    """Files by their full name on the device, such as `pki:certificate/SBC`; each change is told to `on_change`."""

    def __init__(self, on_change: Callable[[], None]) -> None:
        self._files: dict[str, bytes] = {}
        self._lock = threading.Lock()
        self._on_change = on_change
        self.revision = 0

    def read(self, name: str) -> bytes | None:
        with self._lock:
            return self._files.get(name)

    def write(self, name: str, content: bytes) -> None:
        with self._lock:
            self._files[name] = content
            self.revision += 1
        self._on_change()

    def remove(self, name: str) -> bool:
        """Whether it was there."""
        with self._lock:
            found = self._files.pop(name, None) is not None
            self.revision += found
        self._on_change()
        return found

    def names(self, area: str) -> list[str]:
        """The names within an area, without it."""
        with self._lock:
            return sorted(name.removeprefix(area) for name in self._files if name.startswith(area))


def locate(path: str) -> tuple[str, str] | None:
    """Area and name of a path such as `pki:certificate/SBC` or `/config:backup`; None if it is in no area.

    The name is empty for the area itself, both are for the root of all areas.
    """
    path = path.lstrip("/")
    if path in ("", "."):
        return "", ""
    for area in SFTP_AREAS:
        if path.rstrip("/") == area.rstrip("/"):
            return area, ""
        if path.startswith(area):
            name = path.removeprefix(area).lstrip("/")
            return (area, name) if name and "/" not in name else None
    return None
