"""The NTP client against chronyd."""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from nameserver import unused_port
from peer import program, running
from sample_site import sample_site

from sbc_tool.check import Unknown
from sbc_tool.facts.ntp import NtpFact, probe
from sbc_tool.world import ConnectTo, World


@contextmanager
def chrony(folder: Path, *lines: str) -> Iterator[int]:
    """It must leave this computer's clock alone (-x), and run as anybody (-U)."""
    port = unused_port()
    settings = [f"port {port}", "bindaddress 127.0.0.1", "allow 127.0.0.1", "cmdport 0", "bindcmdaddress /", *lines]
    (folder / "chrony.conf").write_text("\n".join([*settings, f"pidfile {folder}/pid", ""]))
    with running([program("chronyd"), "-d", "-x", "-U", "-f", str(folder / "chrony.conf")], "Disabled control"):
        _answers(port)
        yield port


def _answers(port: int) -> None:
    """Ask until it does, as it says nothing when it has opened its port."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asker:
        asker.settimeout(0.05)
        asker.connect(("127.0.0.1", port))
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:  # until it has its port, each question is refused at once
            with contextlib.suppress(OSError):
                asker.send(bytes([4 << 3 | 3]) + bytes(47))
                assert len(asker.recv(100)) >= 48
                return
    raise AssertionError("chronyd does not answer")


def world(port: int, ahead: timedelta = timedelta()) -> World:
    way = ConnectTo("pool.ntp.org", 123, "127.0.0.1", port)
    return World(Path(), connect_to=(way,), now=lambda: datetime.now(UTC) + ahead)


@pytest.mark.parametrize("ahead", [0, 3600, -90])
def test_chrony_tells_how_far_we_are_off(tmp_path: Path, ahead: int) -> None:
    with chrony(tmp_path, "local stratum 5") as port:
        fact = probe(sample_site(), world(port, timedelta(seconds=ahead)))
    assert isinstance(fact, NtpFact), fact
    assert fact.best.stratum == 5
    assert fact.best.ahead_s == pytest.approx(-ahead, abs=0.5)


def test_a_server_without_time_is_none(tmp_path: Path) -> None:
    with chrony(tmp_path) as port:
        fact = probe(sample_site(), world(port))
    assert isinstance(fact, Unknown)
    assert "unsynchronized" in fact or "refuses to tell" in fact
