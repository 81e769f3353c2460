"""Its place makes the modules of this folder (certificates, nameserver, ...) importable from all tests."""

from __future__ import annotations

import ipaddress
import os
import signal
import socket
from typing import Any

import pytest
from hypothesis import settings

from sbc_tool import language

settings.register_profile("ours", deadline=None)  # how long an example takes says nothing about it
settings.load_profile("ours")

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as in what a script starts in the background: Ctrl-C is tested
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--whole-campaign", action="store_true", help="every line times every fault, not a sample")
    parser.addoption("--every-state", action="store_true", help="of the largest example, too: half an hour")
    parser.addoption("--update-golden", action="store_true", help="write the golden files of examples/ anew")


@pytest.fixture(autouse=True)
def only_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sends anything to another machine, and none reads the user's own environment."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and not ipaddress.ip_address(address[0]).is_loopback:
            raise AssertionError(f"a test tried to connect to {address[0]}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)
    for name in [
        name for name in os.environ if name.startswith(("SBC_", "STARFACE_", "NO_COLOR", "FORCE_COLOR", "COLUMNS"))
    ]:
        monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def in_english() -> None:
    """Whatever a test before had a verb talk: the language is the process's."""
    language.use(language.Language.EN)
