"""A real OpenSSH server on loopback, as its unprivileged owner runs it: the jump host of the tests."""

from __future__ import annotations

import getpass
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from programs import free_port, program, running


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
    port = free_port()
    lines = [
        f"Port {port}", "ListenAddress 127.0.0.1", f"HostKey {key}", f"PidFile {folder / 'pid'}",
        f"AuthorizedKeysFile {folder / 'authorized_keys'}", "UsePAM no", "StrictModes no", "LogLevel VERBOSE",
        "PasswordAuthentication no", "KbdInteractiveAuthentication no", "PermitRootLogin yes", *settings,
    ]  # fmt: skip
    (folder / "sshd_config").write_text("\n".join(lines) + "\n")
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)  # root's sshd wants it, and only the package's service makes it
    command = [server, "-D", "-E", str(log), "-f", str(folder / "sshd_config")]
    with running(command, port, folder):
        listed = [program("ssh-keygen"), "-l", "-f", str(key)]
        printed = subprocess.run(listed, check=True, capture_output=True, text=True)
        yield Sshd(port, getpass.getuser(), log, printed.stdout.split()[1])


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
