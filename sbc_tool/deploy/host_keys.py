"""Whether the device is the one that it was: its host key, pinned in the site file or learnt once."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import Any

import paramiko
from paramiko.hostkeys import HostKeyEntry

from sbc_tool.errors import InputError


def known_hosts(folder: Path) -> Path:
    """The file of the keys that were learnt; made if it isn't there. InputError when it can't be used."""
    path = folder / "known_hosts"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with path.open("a+", encoding="utf-8"):
            return path
    except OSError as error:
        what = f"host keys can't be kept in {path}: {error.strerror or error}"
        raise InputError(what, "set SBC_TOOL_HOME to a folder of yours, or device.host_key in the site file") from None


def fingerprint(key: paramiko.PKey) -> str:
    """As OpenSSH prints it: SHA256: and the digest in base64 without padding."""
    digest = hashlib.sha256(key.asbytes()).digest()
    return "SHA256:" + base64.b64encode(digest).decode().rstrip("=")


class Unknown(paramiko.SSHException):
    """No key is known for this host; the text is the fingerprint of the one that was seen."""


class PinnedDiffers(paramiko.SSHException):
    """The site file names another key; the text is the fingerprint of the one that was seen."""


class Policy(paramiko.MissingHostKeyPolicy):
    """Asked for hosts that known_hosts does not list; a *changed* key never gets here, paramiko refuses it."""

    def __init__(self, pinned: str | None, accept_new: bool) -> None:
        self.pinned = pinned.rstrip("=") if pinned else None
        self.accept_new = accept_new

    def missing_host_key(self, client: Any, hostname: str, key: paramiko.PKey) -> None:
        seen = fingerprint(key)
        if self.pinned:
            if seen != self.pinned:
                raise PinnedDiffers(seen)
        elif self.accept_new:
            # a line more, the file as it is: other sites may be learning at the same time
            with Path(client._host_keys_filename).open("a", encoding="ascii", newline="\n") as file:
                file.write(HostKeyEntry([hostname], key).to_line() or "")
        else:
            raise Unknown(seen)
