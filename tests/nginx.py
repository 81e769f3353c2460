"""nginx: a TLS and HTTP server that others wrote."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

_CONFIG = """
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log;
events {{ worker_connections 256; }}
http {{
    access_log off;
    client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
    uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
    server {{
        listen 127.0.0.1:{port} ssl;
        ssl_certificate {folder}/nginx.pem;
        ssl_certificate_key {folder}/nginx.key;
        location / {{ {location} }}
    }}
}}
"""


@contextmanager
def nginx(folder: Path, chain: bytes, key: str, location: str) -> Iterator[int]:
    """Its TLS port on 127.0.0.1; `location` holds the directives for all paths."""
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if program is None:
        missing = pytest.fail if os.environ.get("CI") else pytest.skip
        missing("this test needs nginx")
    (folder / "nginx.pem").write_bytes(chain)
    (folder / "nginx.key").write_text(key)
    port = free_port()
    (folder / "nginx.conf").write_text(_CONFIG.format(folder=folder, port=port, location=location))
    command = [program, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", str(folder / "nginx.log")]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as server:
        try:
            await_port(server, port, folder / "nginx.log")
            yield port
        finally:
            server.terminate()


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def await_port(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    """Until it listens."""
    deadline = time.monotonic() + 20
    while server.poll() is None and time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            continue
        return
    raise AssertionError(f"it did not start:\n{log.read_text()[-2000:] if log.exists() else ''}")
