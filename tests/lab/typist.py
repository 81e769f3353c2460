"""A person at the device's command line, over a paramiko client."""

from __future__ import annotations

import re
from dataclasses import dataclass

import paramiko

PASSWORD = "a b$c#\\"  # what the engineer of these tests has typed in
_PROMPT = re.compile(r"(?:^|\n)([^\n]*(?:[>#]|\? ))\Z")
_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_PATIENCE = 20.0  # seconds


@dataclass
class Typist:
    client: paramiko.SSHClient
    channel: paramiko.Channel
    banner: str = ""
    prompt: str = ""

    def say(self, line: str) -> str:
        """Type a line; what is printed between its echo and the next prompt."""
        self.channel.sendall(f"{line}\n".encode())
        return self.hear(1).partition("\n")[2]

    def hear(self, prompts: int) -> str:
        """All that comes until so many prompts were seen, less the last of them."""
        text = ""
        while True:
            data = self.channel.recv(1 << 16)
            assert data, f"hung up after {text!r}"
            text += _ANSI.sub("", data.decode()).replace("\r\n", "\n")
            seen = len(re.findall(r"^[\d.]+(?:\(.*?\)(?:\[.*?\])?)?[>#]|^The system .*\? ", text, re.MULTILINE))
            if seen >= prompts and (end := _PROMPT.search(text)):
                self.prompt = end[1]
                return text[: end.start(1)].removesuffix("\n")

    def gone(self) -> bool:
        """Whether the device hung up, all it still had to say read."""
        while self.channel.recv(1 << 16):
            pass
        return True

    def configure(self, *lines: str) -> None:
        """From exec mode into configuration mode and back, every line accepted."""
        for line in ("enable", "configure", *lines, "end"):
            assert self.say(line) == "", line


def connection(port: int, username: str, password: str) -> paramiko.SSHClient:
    client = paramiko.SSHClient()
    client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
    try:
        client.connect("127.0.0.1", port, username, password, allow_agent=False, look_for_keys=False, timeout=_PATIENCE)
    except BaseException:
        client.close()
        raise
    return client


def typist(port: int, username: str, password: str) -> Typist:
    client = connection(port, username, password)
    channel = client.invoke_shell()
    channel.settimeout(_PATIENCE)
    one = Typist(client, channel)
    one.banner = one.hear(1)
    return one
