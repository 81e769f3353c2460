"""One file over the old SCP protocol, for an SSH server that has `scp -t` and no SFTP."""

from __future__ import annotations

import shlex

import paramiko

_REPLY_S = 30.0


def send(transport: paramiko.Transport, path: str, content: bytes) -> str:
    """What the other side said against it; empty when it has taken the file."""
    with transport.open_session() as channel:
        channel.settimeout(_REPLY_S)
        channel.exec_command(f"scp -t {shlex.quote(path)}")
        name = path.rpartition("/")[2]
        for message in (b"", f"C0600 {len(content)} {name}\n".encode(), content + b"\0"):
            channel.sendall(message)
            if said := _refusal(channel):
                return said
    return ""


def _refusal(channel: paramiko.Channel) -> str:
    """Each step is answered with a zero byte, or with 1 or 2 and a line of text."""
    answer = channel.recv(1)
    if answer == b"\0":
        return ""
    text = b""
    while answer and not text.endswith(b"\n") and (more := channel.recv(1024)):
        text += more
    return text.decode("utf-8", "replace").strip() or "no answer to scp"
