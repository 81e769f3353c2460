"""The receiving end of the old SCP protocol, for one file into one of the device's areas."""

from __future__ import annotations

import contextlib
import re
import shlex

import paramiko

from sbc_tool.lab.store import Store, locate

_LARGEST = 1 << 20  # bytes of one file
_HEAD = re.compile(rb"C[0-7]{4} (\d{1,8}) ([^/\n]+)\n")


def target(command: str) -> str | None:
    """The file's name on the device that `scp -t PATH` is for; None for any other command."""
    with contextlib.suppress(ValueError):
        match shlex.split(command):
            case ["scp", "-t", path] if (place := locate(path)) and place[1]:
                return "".join(place)
    return None


def receive(channel: paramiko.Channel, store: Store, name: str) -> None:
    with contextlib.suppress(OSError, EOFError, paramiko.SSHException), channel, channel.makefile("rb") as source:
        channel.sendall(b"\0")
        head = _HEAD.fullmatch(source.readline(1024))
        if head is None or int(head[1]) > _LARGEST:
            channel.sendall(b"\2not taken\n")
            return
        channel.sendall(b"\0")
        content = source.read(int(head[1]))
        if source.read(1) == b"\0" and len(content) == int(head[1]):
            store.write(name, content)
            channel.sendall(b"\0")
        channel.send_exit_status(0)
