"""An SSH server that says word for word what a test wants: for devices that the lab is too well-behaved to be."""

from __future__ import annotations

import contextlib
import io
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import paramiko
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from paramiko.common import AUTH_SUCCESSFUL, OPEN_SUCCEEDED
from sample_site import sample_site

from sbc_tool.deploy.session import Session, connect
from sbc_tool.lab.listener import Listener
from sbc_tool.world import World

PASSWORD = r"a b$c#\1"
Talk = Callable[[paramiko.Channel], None]


class _Desk(paramiko.ServerInterface):
    def __init__(self, talk: Talk, heard: Callable[[str], object] = lambda _: None) -> None:
        self._talk = talk
        self._heard = heard
        self.threads: list[Thread] = []

    def get_allowed_auths(self, username: str) -> str:
        return "password"

    def check_global_request(self, kind: str, msg: paramiko.Message) -> bool:
        self._heard(kind)
        return False

    def check_auth_password(self, username: str, password: str) -> int:
        return AUTH_SUCCESSFUL

    def check_channel_request(self, kind: str, chanid: int) -> int:
        return OPEN_SUCCEEDED

    def check_channel_pty_request(self, *_: object) -> bool:
        return True

    def check_channel_shell_request(self, channel: paramiko.Channel) -> bool:
        self.threads.append(Thread(target=self._run, args=(channel,)))
        self.threads[-1].start()
        return True

    def _run(self, channel: paramiko.Channel) -> None:
        with contextlib.suppress(OSError, EOFError):  # the client went away
            self._talk(channel)
            channel.close()


@contextmanager
def serving(talk: Talk, heard: Callable[[str], object] = lambda _: None) -> Iterator[int]:
    """The port of a server whose shell is `talk`; `heard` gets the kind of every request outside of it."""
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
    key = paramiko.Ed25519Key(file_obj=io.StringIO(pem.decode()))

    def serve(connection: socket.socket) -> None:
        transport = paramiko.Transport(connection)
        transport.add_server_key(key)
        desk = _Desk(talk, heard)
        with contextlib.suppress(paramiko.SSHException, EOFError):
            transport.start_server(server=desk)
            transport.join()
        for thread in desk.threads:
            thread.join()

    with tcp(serve) as port:
        yield port


@contextmanager
def tcp(serve: Callable[[socket.socket], None]) -> Iterator[int]:
    listener = Listener("scripted", serve)
    listener.start()
    try:
        yield listener.port
    finally:
        listener.stop()


def login(port: int, folder: Path, password: str = PASSWORD) -> Session:
    world = World(folder, device=("127.0.0.1", port), accept_new_host_key=True, timeout=20)
    return connect(sample_site(), world, password)


def hear(channel: paramiko.Channel, lines: int = 1) -> list[str]:
    """Wait for so many whole lines."""
    text = ""
    while text.count("\n") < lines:
        data = channel.recv(1 << 16)
        if not data:
            raise EOFError
        text += data.decode().replace("\r\n", "\n")
    return text.split("\n")[:-1]


def prompting(channel: paramiko.Channel) -> None:
    """An administrator at once, who then hears nothing more."""
    channel.sendall(b"Welcome!\r\n192.168.1.1#")
    hear(channel)
