"""Devices to type at. Every test here must leave no thread behind."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
from sample_site import sample_site
from typist import Typist, typist

from sbc_tool.lab.factory import factory_configuration
from sbc_tool.lab.smartnode import Nameplate, SmartNode
from sbc_tool.lab.sshd import SshServer

PASSWORD = "a b$c#\\"


@pytest.fixture(autouse=True)
def no_thread_left() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    left = [thread for thread in threading.enumerate() if thread not in before]
    assert [thread.name for thread in left if thread.name.startswith("lab-")] == []
    for thread in left:  # of paramiko's client, which does not wait for its own
        thread.join(20)
        assert not thread.is_alive(), thread.name


@pytest.fixture
def device(no_thread_left: None) -> SmartNode:
    """As an engineer leaves it who typed an address and a login in."""
    return SmartNode(factory_configuration(sample_site(), PASSWORD), Nameplate("192.168.1.1", "SN5500"))


@pytest.fixture
def ssh(device: SmartNode) -> Iterator[SshServer]:
    server = SshServer(device)
    yield server
    server.stop()


@pytest.fixture
def shell(ssh: SshServer) -> Iterator[Callable[..., Typist]]:
    """Opens sessions, each on a connection of its own."""
    opened: list[Typist] = []

    def open_one(username: str = "administrator", password: str = PASSWORD) -> Typist:
        opened.append(typist(ssh.port, username, password))
        return opened[-1]

    yield open_one
    for one in opened:
        one.client.close()
