"""A real OpenSSH server on loopback, as its unprivileged owner runs it: the jump host of the tests."""

from __future__ import annotations

import getpass
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest


def program(name: str) -> str:
    """Its path. Skips the test where there is none, but not in CI."""
    path = shutil.which(name, path=os.environ.get("PATH", "") + os.pathsep + "/usr/sbin")
    if path is None:
        missing = pytest.fail if os.environ.get("CI") else pytest.skip
        missing(f"this test needs the program {name}")
    return path


def keygen(*options: str) -> None:
    subprocess.run([program("ssh-keygen"), "-q", *options], check=True, capture_output=True, stdin=subprocess.DEVNULL)


def new_key(path: Path, kind: str = "ed25519", passphrase: str = "") -> Path:
    keygen("-t", kind, "-N", passphrase, "-f", str(path))
    return path


@dataclass(frozen=True)
class Sshd:
    """`log` is what the server tells of its logins and forwardings; `fingerprint` is of its host key."""

    port: int
    user: str
    log: Path
    fingerprint: str

    @property
    def jump(self) -> str:
        return f"{self.user}@127.0.0.1:{self.port}"


@contextmanager
def sshd(folder: Path, *settings: str) -> Iterator[Sshd]:
    """Takes keys of `folder/authorized_keys`, which may be written later, and what `settings` say."""
    server = program("sshd")
    folder.mkdir(parents=True, exist_ok=True)
    key, log = new_key(folder / "host_key"), folder / "sshd.log"
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port = held.getsockname()[1]
    lines = [
        f"Port {port}", "ListenAddress 127.0.0.1", f"HostKey {key}", f"PidFile {folder / 'pid'}",
        f"AuthorizedKeysFile {folder / 'authorized_keys'}", "UsePAM no", "StrictModes no", "LogLevel VERBOSE",
        "PasswordAuthentication no", "KbdInteractiveAuthentication no", "PermitRootLogin yes", *settings,
    ]  # fmt: skip
    (folder / "sshd_config").write_text("\n".join(lines) + "\n")
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)  # root's sshd wants it, and only the package's service makes it
    command = [server, "-D", "-E", str(log), "-f", str(folder / "sshd_config")]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        try:
            _listening(port, process)
            printed = subprocess.run(
                [program("ssh-keygen"), "-l", "-f", str(key)], check=True, capture_output=True, text=True
            )
            yield Sshd(port, getpass.getuser(), log, printed.stdout.split()[1])
        finally:
            process.terminate()


def _listening(port: int, process: subprocess.Popen[bytes]) -> None:
    """Until the port is open; connecting is the question, and the kernel answers it at once."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        assert process.poll() is None, process.stderr.read().decode() if process.stderr else ""
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
    raise AssertionError("sshd does not listen")


@contextmanager
def agent(*keys: Path) -> Iterator[str]:
    """The socket of an ssh-agent that holds these keys."""
    import tempfile

    with tempfile.TemporaryDirectory(prefix="a") as folder:  # a socket's path must be short
        path = str(Path(folder) / "s")
        with subprocess.Popen([program("ssh-agent"), "-D", "-a", path], stdout=subprocess.PIPE) as process:
            try:
                assert process.stdout is not None
                process.stdout.readline()  # says where it listens, once it does
                environ = {**os.environ, "SSH_AUTH_SOCK": path}
                for key in keys:
                    subprocess.run([program("ssh-add"), str(key)], env=environ, check=True, capture_output=True)
                yield path
            finally:
                process.terminate()
