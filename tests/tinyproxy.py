"""tinyproxy: an HTTP proxy that others wrote."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from nginx import await_port, free_port


@contextmanager
def tinyproxy(folder: Path, upstream: int, login: str) -> Iterator[int]:
    """Its port on 127.0.0.1; it wants `login` (user:password), and passes all on to another proxy."""
    program = shutil.which("tinyproxy") or shutil.which("tinyproxy", path="/usr/sbin")
    if program is None:
        missing = pytest.fail if os.environ.get("CI") else pytest.skip
        missing("this test needs tinyproxy")
    port, (user, password) = free_port(), login.split(":")
    lines = [
        f"Port {port}", "Listen 127.0.0.1", "Timeout 30", "MaxClients 20", "ConnectPort 443",
        f"BasicAuth {user} {password}", f'Upstream http 127.0.0.1:{upstream}',
        f'LogFile "{folder}/tinyproxy.log"',
    ]  # fmt: skip
    (folder / "tinyproxy.conf").write_text("\n".join(lines) + "\n")
    with subprocess.Popen([program, "-d", "-c", str(folder / "tinyproxy.conf")], stdout=subprocess.DEVNULL) as server:
        try:
            await_port(server, port, folder / "tinyproxy.log")
            yield port
        finally:
            server.terminate()
