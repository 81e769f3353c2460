"""What a roll-out over many sites has done, so that the next run can go on where this one ended."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from sbc_tool.deploy import pki
from sbc_tool.errors import InputError, SbcError
from sbc_tool.render import render
from sbc_tool.site.load import load

_OWNER_ONLY = 0o600


def fingerprint(file: Path, templates: Path | None) -> str:
    """SHA-256 of what a deployment of this site would bring: configuration without its secrets, and certificate.

    Empty for a site file that can't be rendered: its deployment will say why. A changed password alone is not seen,
    for nothing of a password is written down.
    """
    try:
        site = load(file)
        name = pki.name_of_file(site) or ""
        text = render(site, name, templates).text
    except SbcError:
        return ""
    return hashlib.sha256(f"{name}\n{text}".encode()).hexdigest()


class Rollout:
    """One line of JSON for each site that was done, in a file that belongs to this set of site files."""

    def __init__(self, folder: Path, files: Iterable[Path], resume: bool) -> None:
        names = "\n".join(sorted(str(file.resolve()) for file in files))
        self.path = folder / "rollouts" / f"{hashlib.sha256(names.encode()).hexdigest()[:16]}.jsonl"
        self._done = self._read() if resume else {}
        self._write("", anew=not resume)

    def has(self, file: Path, fingerprint: str) -> bool:
        """Whether exactly this was deployed there already."""
        return bool(fingerprint) and self._done.get(str(file.resolve())) == fingerprint

    def add(self, file: Path, fingerprint: str, at: datetime) -> None:
        record = {"at": at.isoformat(), "file": str(file.resolve()), "sha256": fingerprint}
        self._write(json.dumps(record) + "\n")

    def _read(self) -> dict[str, str]:
        """The last line of each site counts; one that was cut off, when a computer went down, does not."""
        done: dict[str, str] = {}
        try:
            lines = self.path.read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return done
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(f"{self.path}: cannot be read ({type(error).__name__})", "run without --resume") from None
        for line in lines:
            try:
                record = json.loads(line)
                done[record["file"]] = record["sha256"]
            except (ValueError, TypeError, KeyError):
                continue
        return done

    def _write(self, text: str, anew: bool = False) -> None:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            flags = os.O_WRONLY | os.O_CREAT | (os.O_TRUNC if anew else os.O_APPEND)
            with os.fdopen(os.open(self.path, flags, _OWNER_ONLY), "ab") as file:
                file.write(text.encode())
        except OSError as error:
            what = f"no record of this roll-out at {self.path}: {error.strerror or error}"
            raise InputError(what, "make room, or set SBC_TOOL_HOME") from None
