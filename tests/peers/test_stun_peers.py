"""The STUN client against coturn."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from nameserver import unused_port
from peer import program, running

from sbc_tool.facts.stun import StunFact, probe
from sbc_tool.world import World


@contextmanager
def coturn(folder: Path) -> Iterator[int]:
    port = unused_port()
    files = ["--log-file", "stdout", "--pidfile", str(folder / "pid"), "--userdb", str(folder / "db")]
    quiet = ["--no-tls", "--no-dtls", "--no-cli", "--stun-only", "-v"]
    command = [program("turnserver"), "-n", "--listening-ip", "127.0.0.1", "-p", str(port), *files, *quiet]
    with running(command, "UDP listener opened on: 127.0.0.1"):
        yield port


def test_coturn_tells_our_address(tmp_path: Path) -> None:
    with coturn(tmp_path) as port:
        fact = probe(World(tmp_path, stun=(("127.0.0.1", port),)))
    assert isinstance(fact, StunFact), fact
    (answer,) = fact.answers
    assert (answer.seen, answer.local, answer.error) == ("127.0.0.1", "127.0.0.1", "")
