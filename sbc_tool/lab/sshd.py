"""The device's SSH server: logins against its running-config, any number of sessions, SFTP."""

from __future__ import annotations

import contextlib
import io
import logging
import socket
import threading
from collections.abc import Callable

import paramiko
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from paramiko.common import (
    AUTH_FAILED,
    AUTH_SUCCESSFUL,
    OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED,
    OPEN_SUCCEEDED,
)

from sbc_tool.lab import scp
from sbc_tool.lab.listener import Listener
from sbc_tool.lab.session import Session, Then
from sbc_tool.lab.sftp import Areas
from sbc_tool.lab.smartnode import Rank, SmartNode
from sbc_tool.lab.terminal import Terminal

_LOG = "sbc_tool.lab.ssh"
logging.getLogger(_LOG).addHandler(logging.NullHandler())  # paramiko's tracebacks are not for the user's screen


def _new_host_key() -> paramiko.PKey:
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
    return paramiko.Ed25519Key(file_obj=io.StringIO(pem.decode("ascii")))  # it has no generate()


class SshServer:
    """Serves the device on a port of 127.0.0.1 until stop()."""

    def __init__(self, device: SmartNode) -> None:
        self._device = device
        self._key = _new_host_key()
        self._lock = threading.Lock()
        self._transports: set[paramiko.Transport] = set()
        self._listener = Listener("lab-ssh", self._serve)
        self.port = self._listener.port
        self._listener.start()

    @property
    def fingerprint(self) -> str:
        """Of the host key, as ssh-keygen -l writes it: `SHA256:…`."""
        return str(self._key.fingerprint)

    def rotate_host_key(self) -> None:
        """New connections see another key, as after an exchange of the device, or with someone in between."""
        self._key = _new_host_key()

    def drop_all(self) -> None:
        with self._lock:
            transports = list(self._transports)
        for transport in transports:
            transport.close()

    def stop(self) -> None:
        self.drop_all()
        self._listener.stop()

    def _serve(self, connection: socket.socket) -> None:
        if not self._device.reachable:
            return
        transport = paramiko.Transport(connection)
        transport.name = "lab-ssh-transport"
        transport.set_log_channel(_LOG)
        transport.add_server_key(self._key)
        desk = _Desk(self._device, transport, self._restart)
        with self._lock:
            self._transports.add(transport)
        try:
            with contextlib.suppress(paramiko.SSHException, EOFError):  # it went away while shaking hands
                transport.start_server(server=desk)
                transport.join()
        finally:
            transport.close()
            if transport.is_alive():
                transport.join()
            transport.packetizer.complete_handshake()  # ends a timer that outlives a handshake that failed
            desk.join()
            with self._lock:
                self._transports.discard(transport)

    def _restart(self) -> None:
        self._device.restart()
        self.drop_all()


class _Desk(paramiko.ServerInterface):
    """One connection: who it is, and what it asks for."""

    def __init__(self, device: SmartNode, transport: paramiko.Transport, restart: Callable[[], None]) -> None:
        self._device = device
        self._transport = transport
        self._restart = restart
        self._rank = Rank.OPERATOR
        self._threads: list[threading.Thread] = []

    def join(self) -> None:
        for thread in self._threads:
            thread.join()

    def get_allowed_auths(self, username: str) -> str:  # noqa: ARG002
        return "password"

    def check_auth_password(self, username: str, password: str) -> int:
        rank = self._device.admit(username, password)
        if rank is None:
            return AUTH_FAILED
        self._rank = rank
        return AUTH_SUCCESSFUL

    def check_channel_request(self, kind: str, chanid: int) -> int:  # noqa: ARG002
        if kind == "session":
            return OPEN_SUCCEEDED
        return OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED

    def check_channel_pty_request(self, *_: object) -> bool:
        return True  # any size: the device never wraps a line

    def check_channel_window_change_request(self, *_: object) -> bool:
        return True

    def check_channel_shell_request(self, channel: paramiko.Channel) -> bool:
        self._device.count_session()
        self._start(threading.Thread(target=self._shell, args=(channel,), daemon=True))
        return True

    def check_channel_subsystem_request(self, channel: paramiko.Channel, name: str) -> bool:
        if name != "sftp" or "sftp" not in self._device.takes or self._rank is not Rank.ADMINISTRATOR:
            return False
        self._start(paramiko.SFTPServer(channel, name, self, Areas, self._device.store))
        return True

    def check_channel_exec_request(self, channel: paramiko.Channel, command: bytes) -> bool:
        """`scp -t PATH`, and nothing else."""
        place = scp.target(command.decode("utf-8", "replace"))
        if place is None or "scp" not in self._device.takes or self._rank is not Rank.ADMINISTRATOR:
            return False
        self._start(threading.Thread(target=scp.receive, args=(channel, self._device.store, place), daemon=True))
        return True

    def _start(self, thread: threading.Thread) -> None:
        thread.name = "lab-ssh-session"
        self._threads.append(thread)
        thread.start()

    def _shell(self, channel: paramiko.Channel) -> None:
        terminal = Terminal(Session(self._device, self._rank))
        with contextlib.suppress(OSError, EOFError, paramiko.SSHException), channel:  # it went away
            channel.sendall(terminal.greeting())
            then = Then.STAY
            while then is Then.STAY and (data := channel.recv(1 << 16)):
                output, then = terminal.feed(self._device.garble(data) if self._device.garble else data)
                self._device.settle()  # what the lines brought about is there before their answer is
                if then in (Then.STAY, Then.LOG_OUT):
                    channel.sendall(self._device.mangle(output) if self._device.mangle else output)
            if then is Then.RESTART:
                self._restart()
            elif then is Then.HANG_UP:
                self._transport.close()
            elif then is Then.LOG_OUT:
                channel.send_exit_status(0)
