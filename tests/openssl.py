"""The openssl program: a server and a verifier that others wrote."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


def program() -> str:
    """Its path. Skips the test where there is none (LibreSSL, as on macOS, has other options), but not in CI."""
    path = shutil.which("openssl")
    version = subprocess.run([path, "version"], capture_output=True, text=True, check=True).stdout if path else ""
    if not path or not version.startswith("OpenSSL"):
        missing = pytest.fail if os.environ.get("CI") else pytest.skip
        missing("this test needs the openssl program")
    return path


@contextmanager
def s_server(folder: Path, key: str, leaf: bytes, others: bytes = b"", *options: str) -> Iterator[int]:
    """`openssl s_server` that presents the chain; the port on 127.0.0.1."""
    files = {"key.pem": key.encode(), "leaf.pem": leaf, "others.pem": others}
    for name, content in files.items():
        (folder / name).write_bytes(content)
    chain = ["-cert_chain", str(folder / "others.pem")] if others else []
    command = [program(), "s_server", "-accept", "127.0.0.1:0", *options]
    command += ["-no-CAfile", "-no-CApath", "-cert", str(folder / "leaf.pem"), "-key", str(folder / "key.pem"), *chain]
    pipe = subprocess.PIPE  # an open stdin, or the server goes at the first connection
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.STDOUT) as server:
        try:
            yield _port(server)
        finally:
            server.kill()


def _port(server: subprocess.Popen[bytes]) -> int:
    assert server.stdout is not None
    said = b""
    for line in server.stdout:
        said += line
        if match := re.match(rb"ACCEPT .*:(\d+)", line):
            return int(match[1])
    raise AssertionError(f"openssl s_server did not start: {said.decode()}")


def verify(folder: Path, leaf: bytes, others: bytes, anchors: bytes, *options: str) -> str:
    """The error that `openssl verify` names first, such as `unable to get local issuer certificate`; empty if none."""
    for name, content in {"v-leaf.pem": leaf, "v-others.pem": others, "v-anchors.pem": anchors}.items():
        (folder / name).write_bytes(content)
    command = [program(), "verify", "-no-CApath", "-CAfile", str(folder / "v-anchors.pem"), *options]
    command += ["-untrusted", str(folder / "v-others.pem")] if others else []
    done = subprocess.run([*command, str(folder / "v-leaf.pem")], capture_output=True, text=True, check=False)
    found = re.search(r"error \d+ at \d+ depth lookup: (.+)", done.stdout + done.stderr)
    assert found or done.returncode == 0, done.stderr
    return found[1].strip() if found else ""
