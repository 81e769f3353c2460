"""Devices to type at. Every test here must leave no thread behind."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from bench import FQDN, ROOT, Bench
from sample_site import sample_site
from typist import PASSWORD, Typist, typist

from sbc_tool.lab.factory import factory_configuration
from sbc_tool.lab.pki import LabCa
from sbc_tool.lab.sbc import Sbc
from sbc_tool.lab.service import read_service
from sbc_tool.lab.smartnode import Nameplate, SmartNode
from sbc_tool.lab.sshd import SshServer


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


@pytest.fixture(scope="session")
def ca() -> LabCa:
    return LabCa()


@pytest.fixture(scope="session")
def pair(ca: LabCa) -> tuple[bytes, bytes]:
    return ca.mint(FQDN)


@pytest.fixture
def bench(device: SmartNode, tmp_path: Path, ca: LabCa, pair: tuple[bytes, bytes]) -> Iterator[Bench]:
    sbc = Sbc(("123.123.123.123", 5061), tmp_path, lambda: read_service(device.running, device.store, ca.root_pem))
    device.watchers.append(sbc.update)
    device.store.write("pki:certificate/SBC", pair[0])
    device.store.write("pki:private-key/SBC", pair[1])
    device.store.write(f"pki:certificate/{ROOT.pki_name}", ROOT.pem.encode())
    yield Bench(device, sbc, tmp_path, ca)
    sbc.stop()
