"""The lab as a whole, and the file that tells others where it is."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from sample_site import sample_site
from typist import connection, typist

from sbc_tool.errors import InputError
from sbc_tool.lab import NOTES, Lab, Ready
from sbc_tool.lab.pki import LabCa
from sbc_tool.site.secrets import SecretRef, check_typeable, quote
from sbc_tool.world import ConnectTo, World

USERS = [
    {"external": "+497123222", "internal": "222", "account": "user.01", "password": "env:USER_01"},
    {"external": "+497123223", "internal": "223", "account": "user.02", "password": "env:USER_02"},
    {"external": "+497123224", "internal": "224", "account": "user.03", "password": "env:USER_02"},
]
SITE = sample_site().model_copy(update={"users": sample_site().model_validate(
    {**sample_site().model_dump(mode="json"), "users": USERS}).users})  # fmt: skip
DEVICE = SecretRef("env", "SBC_PASSWORD")


def test_a_lab_can_be_logged_in_to(tmp_path: Path) -> None:
    with Lab.start(SITE, tmp_path / "lab") as lab:
        ready = lab.ready()
        password = ready.stand_in(DEVICE)
        assert password is not None
        world = ready.world(World(tmp_path))
        assert world.device is not None
        client = connection(world.device[1], ready.username, password)
        transport = client.get_transport()
        assert transport is not None
        assert transport.get_remote_server_key().fingerprint == ready.host_key == lab.ssh.fingerprint
        client.close()
        assert not lab.sbc.alive
        assert lab.device.store.names("pki:private-key/") == ["DEFAULT"]


def test_minted_secrets_need_quoting(tmp_path: Path) -> None:
    with Lab.start(SITE, tmp_path) as lab:
        ready = lab.ready()
    assert set(ready.secrets) == {"env:SBC_PASSWORD", "env:USER_01", "env:USER_02"}
    assert len(set(ready.secrets.values())) == 3
    for value in ready.secrets.values():
        assert len(value) == 20
        assert " " in value.strip()
        assert "$" in value
        check_typeable(value, "it")
        assert quote(value) != value
    assert ready.stand_in(SecretRef("env", "OTHER")) is None
    assert ready.secrets["env:USER_01"] not in repr(ready)


def test_secrets_that_are_there_are_used(tmp_path: Path) -> None:
    with Lab.start(SITE, tmp_path, environ={"SBC_PASSWORD": "my own", "USER_02": "x"}) as lab:
        assert set(lab.ready().secrets) == {"env:USER_01"}
        one = typist(lab.ssh.port, "administrator", "my own")
        one.client.close()


def test_a_password_that_cannot_be_typed_is_no_password(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        Lab.start(SITE, tmp_path, environ={"SBC_PASSWORD": 'pa"ssw0rd'})
    assert "ssw0rd" not in str(caught.value)


def test_minted_certificate_stands_in_for_a_missing_one(tmp_path: Path) -> None:
    with Lab.start(SITE, tmp_path / "lab") as lab:
        ready = lab.ready()
    adopted = ready.adopt(SITE)
    assert adopted.tls.certificate.read_bytes().count(b"BEGIN CERTIFICATE") == 2
    assert b"PRIVATE KEY" in adopted.tls.private_key.path.read_bytes()
    assert adopted.device.host_key == ready.host_key
    assert ready.ca_bundle.read_bytes().count(b"BEGIN CERTIFICATE") == 1
    same = {"device": SITE.device, "tls": SITE.tls}
    assert adopted.model_copy(update=same) == SITE
    if sys.platform != "win32":
        assert stat.S_IMODE(adopted.tls.private_key.path.stat().st_mode) == 0o600


@pytest.mark.parametrize("missing", ["", "fullchain.pem", "key.pem"])
def test_the_sites_own_certificate_is_left_alone(tmp_path: Path, missing: str) -> None:
    chain, key = LabCa().mint(SITE.teams.fqdn)
    own = {"fullchain.pem": chain, "key.pem": key}
    for name, content in own.items():
        if name != missing:
            (tmp_path / name).write_bytes(content)
    tls = {"certificate": tmp_path / "fullchain.pem", "private_key": SecretRef("file", str(tmp_path / "key.pem"))}
    site = SITE.model_copy(update={"tls": SITE.tls.model_copy(update=tls)})
    with Lab.start(site, tmp_path / "lab") as lab:
        adopted = lab.ready().adopt(site)
    assert (adopted.tls == site.tls) is (missing == "")


def test_the_world_of_a_lab(tmp_path: Path) -> None:
    mine = ConnectTo("a", 1, "b", 2)
    with Lab.start(SITE, tmp_path) as lab:
        ready = lab.ready()
    world = ready.world(World(tmp_path, connect_to=(mine,), timeout=1))
    assert [resolver.name for resolver in world.resolvers] == ["lab-1", "lab-2"]
    assert [resolver.name for resolver in world.local_resolvers()] == ["office"]
    assert world.connect_to[0] == mine
    assert world.route("SBC.meinefirma.de", 5061) == ("127.0.0.1", lab.sbc.port)
    assert world.ca_bundle == ready.ca_bundle
    assert world.timeout == 1
    assert ready.world(World(tmp_path, device=("192.0.2.1", 22))).device == ("192.0.2.1", 22)


def test_ready_file(tmp_path: Path) -> None:
    with Lab.start(SITE, tmp_path) as lab:
        ready = lab.ready()
    path = tmp_path / "ready.json"
    path.write_text("older")
    ready.write(path)
    assert Ready.read(path) == ready
    assert set(json.loads(path.read_text())) == {
        "device", "host_key", "username", "resolvers", "local_resolvers", "stun",
        "connect_to", "ca_bundle", "certificate", "private_key",
        "secrets", "changes", "beside",
    }  # fmt: skip
    assert [one.name for one in tmp_path.glob("ready*")] == ["ready.json"]
    if sys.platform != "win32":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("content", [None, b"", b"[]", b"{}", b"\xff", b'{"device": "x"}'])
def test_no_ready_file(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "ready.json"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError):
        Ready.read(path)


def test_a_ready_file_nowhere_to_write(tmp_path: Path) -> None:
    with Lab.start(SITE, tmp_path) as lab, pytest.raises(InputError):
        lab.ready().write(tmp_path / "ghost" / "ready.json")


def test_latency_is_in_front_of_the_device(tmp_path: Path) -> None:
    with Lab.start(SITE, tmp_path, latency_ms=20) as lab:
        ready = lab.ready()
        port = int(ready.device.rpartition(":")[2])
        assert port != lab.ssh.port
        one = typist(port, ready.username, ready.secrets["env:SBC_PASSWORD"])
        assert one.say("enable") == ""
        lab.stop()
        assert one.gone()
        one.client.close()


def test_two_labs_side_by_side(tmp_path: Path) -> None:
    with Lab.start(SITE, tmp_path / "one") as one, Lab.start(SITE, tmp_path / "two") as two:
        assert one.ready().device != two.ready().device
        assert one.ready().secrets != two.ready().secrets


def test_what_is_invented_is_told() -> None:
    assert all(NOTES)


def test_the_lab_needs_no_netmiko() -> None:
    code = "import sys, sbc_tool.lab; sys.exit('netmiko' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
