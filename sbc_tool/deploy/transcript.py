"""What was said to a device and by it, with the time, for its owner only, and without secrets."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from threading import Lock

from sbc_tool.errors import InputError
from sbc_tool.trinity.spelling import change_likely_secrets
from sbc_tool.trinity.tree import parse, write

_OWNER_ONLY = 0o600
_CONFIGURATION = ("show running-config", "show startup-config")


class Transcript:
    """`mask` takes the secrets that are known out of a text; those of others are known by the words before them.

    InputError for the first line that can't be written, and none for those after it: what was begun must be undone
    over sessions that are recorded, too.
    """

    def __init__(self, path: Path, mask: Callable[[str], str], now: Callable[[], datetime]) -> None:
        self._path = path
        self._mask = mask
        self._now = now
        self._lock = Lock()
        self._asked: dict[str, str] = {}  # device -> its last command: replies come in the order of the commands
        self._broken = False
        self._write("")

    def record(self, device: str, direction: str, text: str) -> None:
        """`direction`: > to the device, < from it."""
        with self._lock:
            if self._broken:
                return
            if direction == ">":
                self._asked[device] = text
            whole = direction == "<" and self._asked.get(device) in _CONFIGURATION
            clean = self._hidden(text, whole)
            stamp = f"{self._now().isoformat(timespec='milliseconds')} {device} {direction} "
            self._write("".join(f"{stamp}{line}\n" for line in clean.splitlines() if line))

    def _hidden(self, text: str, whole: bool) -> str:
        """In a whole configuration the grammar tells what is secret; in a single line, words such as `password`."""
        if whole:
            body, _, prompt = text.rpartition("\n")
            text = write(parse(body).map_secrets(lambda _: "***"), blank_lines=False) + prompt
        masked = self._mask(text)
        return "\n".join(change_likely_secrets(line, lambda _: "***") for line in masked.splitlines())

    def _write(self, text: str) -> None:
        try:
            descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, _OWNER_ONLY)
            with os.fdopen(descriptor, "ab") as file:
                if hasattr(os, "fchmod"):
                    os.fchmod(file.fileno(), _OWNER_ONLY)  # it may have been there with other rights
                file.write(text.encode())
        except OSError as error:
            self._broken = True
            why = (error.strerror or str(error)).lower()
            raise InputError(f"--transcript {self._path}: {why}", "name a file that can be written") from None
