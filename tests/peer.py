"""Servers that others wrote, each started for one test on ports of 127.0.0.1."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest


def program(name: str) -> str:
    """Its path. Without it a test is skipped, but not in CI."""
    path = shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin:/usr/local/sbin")
    if path is None:
        missing = pytest.fail if os.environ.get("CI") else pytest.skip
        missing(f"this test needs {name}")
    return path


@contextmanager
def running(command: Sequence[str], ready: str) -> Iterator[subprocess.Popen[str]]:
    """The server, once it has printed a line with `ready` in it."""
    pipe = subprocess.PIPE  # its stdin stays open as long as it shall run
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.STDOUT, text=True) as server:
        try:
            assert server.stdout is not None
            said = ""
            for line in server.stdout:
                said += line
                if ready in line:
                    break
            else:
                raise AssertionError(f"{command[0]} did not start: {said}")
            yield server
        finally:
            server.kill()
