"""Network namespaces: small internets of real interfaces, routes and nftables, which only root can make."""

from __future__ import annotations

import os
import secrets
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from peer import program


class Internet:
    """Its machines are namespaces, called by their short names; all go with it."""

    def __init__(self) -> None:
        self._mark = secrets.token_hex(2)
        self._machines: list[str] = []
        self._links = 0

    def machine(self, *names: str) -> None:
        """New machines that forward what is not for them."""
        for name in names:
            _run(program("ip"), "netns", "add", f"{name}-{self._mark}")
            self._machines.append(name)
            self.run(name, "ip", "link", "set", "lo", "up")
            self.run(name, "sysctl", "-qw", "net.ipv4.ip_forward=1", "net.ipv4.conf.all.rp_filter=0")

    def link(self, one: str, address: str, other: str, other_address: str) -> None:
        """A cable between two machines, with an address at each end."""
        self._links += 1
        ends = [f"v{self._mark}{self._links}{end}" for end in "ab"]
        _run(program("ip"), "link", "add", ends[0], "type", "veth", "peer", "name", ends[1])
        for machine, end, held in zip((one, other), ends, (address, other_address), strict=True):
            _run(program("ip"), "link", "set", end, "netns", f"{machine}-{self._mark}")
            self.run(machine, "ip", "address", "add", held, "dev", end)
            self.run(machine, "ip", "link", "set", end, "up")

    def default(self, machine: str, gateway: str) -> None:
        self.run(machine, "ip", "route", "add", "default", "via", gateway)

    def nft(self, machine: str, rules: str) -> None:
        """Chains of a table for IPv4."""
        self.run(machine, program("nft"), "-f", "-", given=f"table ip t {{\n{rules}\n}}\n")

    def command(self, machine: str, *words: str) -> list[str]:
        return [program("ip"), "netns", "exec", f"{machine}-{self._mark}", *words]

    def run(self, machine: str, *words: str, given: str = "") -> None:
        _run(*self.command(machine, *words), given=given)

    def close(self) -> None:
        for name in self._machines:
            _run(program("ip"), "netns", "delete", f"{name}-{self._mark}")


def _run(*command: str, given: str = "") -> None:
    done = subprocess.run(command, input=given, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(command)}: {done.stderr}"


def _may() -> bool:
    """Whether this user may make namespaces here."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return False
    name = f"try-{secrets.token_hex(4)}"
    made = subprocess.run([program("ip"), "netns", "add", name], capture_output=True, check=False).returncode == 0
    if made:
        _run(program("ip"), "netns", "delete", name)
    return made


@contextmanager
def internet() -> Iterator[Internet]:
    """Skips the test where nobody may make one, but not in CI."""
    program("nft")
    if not _may():
        missing = pytest.fail if os.environ.get("CI") else pytest.skip
        missing("this test needs root, to make network namespaces")
    made = Internet()
    try:
        yield made
    finally:
        made.close()


def masquerade(*more: str) -> str:
    """Source translation towards the world, with the default route's interface; `more` goes into prerouting."""
    return "\n".join(
        [
            "chain out { type nat hook postrouting priority srcnat; fib daddr type local return; masquerade; }",
            "chain in { type nat hook prerouting priority dstnat; " + " ".join(f"{rule};" for rule in more) + " }",
        ]
    )
