"""Through jump hosts that are OpenSSH: keys, certificates, the agent, the configuration; nothing goes unchecked."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from installation import PASSWORDS, Installation
from sshd import Sshd, agent, keygen, new_key, sshd

from sbc_tool.deploy.session import Session, connect
from sbc_tool.errors import DeviceRefused, InputError, SbcError, Unreachable
from sbc_tool.world import Ssh, World


@pytest.fixture(scope="module")
def jump(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sshd]:
    folder = tmp_path_factory.mktemp("jump")
    new_key(folder / "id")
    new_key(folder / "locked", passphrase="open sesame")
    new_key(folder / "ca")
    new_key(folder / "certified", "ecdsa")
    with sshd(folder, f"TrustedUserCAKeys {folder / 'ca.pub'}") as server:
        keygen("-s", str(folder / "ca"), "-I", "test", "-n", server.user, str(folder / "certified.pub"))
        public = [(folder / name).read_text() for name in ("id.pub", "locked.pub")]
        (folder / "authorized_keys").write_text("".join(public))
        yield server


def world_of(lab: Installation, folder: Path, jump: Sshd, **ssh: Any) -> World:
    chosen = Ssh(**{"jumps": (jump.jump,), "identities": (jump.log.parent / "id",), **ssh})
    return lab.world(folder, accept_new_host_key=True, ssh=chosen, timeout=20.0)


def login(lab: Installation, world: World) -> Session:
    return connect(lab.site, world, PASSWORDS["SBC_PASSWORD"])


def forwarded(jump: Sshd, lab: Installation) -> bool:
    """Whether the server's own log tells of the way to the device."""
    port = lab.ready.device.rpartition(":")[2]
    return f"to 127.0.0.1 port {port}" in jump.log.read_text() or port in jump.log.read_text()


def test_a_key_opens_the_way(lab: Installation, jump: Sshd, tmp_path: Path) -> None:
    with login(lab, world_of(lab, tmp_path, jump)) as session:
        assert "profile tls DEFAULT" in session.running_config()
        assert session.ends == ("", "")
        session.put({"config:X": b"x"})  # a second channel of the same connection
        assert session.read("config:X") == b"x"
    assert "Accepted publickey" in jump.log.read_text()
    assert f"[127.0.0.1]:{jump.port}" in (tmp_path / "known_hosts").read_text()


def test_an_openssh_certificate_opens_the_way(lab: Installation, jump: Sshd, tmp_path: Path) -> None:
    folder = jump.log.parent
    with login(lab, world_of(lab, tmp_path, jump, identities=(folder / "certified",))):
        pass
    assert 'ID "test"' in jump.log.read_text()
    (tmp_path / "bare").write_bytes((folder / "certified").read_bytes())  # without its certificate it is nobody
    with pytest.raises(DeviceRefused) as caught:
        login(lab, world_of(lab, tmp_path, jump, identities=(tmp_path / "bare",)))
    assert "the jump host refused the login" in str(caught.value)
    assert "it takes publickey; tried: publickey" in str(caught.value)


def test_the_agent_opens_the_way(
    lab: Installation, jump: Sshd, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with agent(jump.log.parent / "id") as path:
        monkeypatch.setenv("SSH_AUTH_SOCK", path)
        world = world_of(lab, tmp_path, jump, identities=())
        with pytest.raises(DeviceRefused):
            login(lab, world)  # its environment knows of no agent
        with login(lab, dataclasses.replace(world, environ={**world.environ, "SSH_AUTH_SOCK": path})) as session:
            assert session.prompt.endswith("#")


@pytest.mark.parametrize("named", ["id", "id.pub"])
def test_one_key_of_a_full_agent(
    lab: Installation, jump: Sshd, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, named: str
) -> None:
    """A server hangs up after six wrong keys; the one that the configuration names is tried first, or alone."""
    folder = jump.log.parent
    others = [new_key(tmp_path / f"other{number}") for number in range(7)]
    with agent(*others, folder / "id") as path:
        monkeypatch.setenv("SSH_AUTH_SOCK", path)
        world = world_of(lab, tmp_path, jump, identities=())
        world = dataclasses.replace(world, environ={**world.environ, "SSH_AUTH_SOCK": path})
        with pytest.raises(DeviceRefused) as caught:
            login(lab, world)
        assert "it hung up after" in str(caught.value)
        for only in ("yes", "no"):
            config = tmp_path / only
            config.write_text(f"Host *\n  IdentityFile {folder / named}\n  IdentitiesOnly {only}\n")
            login(lab, dataclasses.replace(world, ssh=Ssh(config, jumps=(jump.jump,)))).close()


def test_a_listed_key_that_is_of_no_use_is_passed_over(lab: Installation, jump: Sshd, tmp_path: Path) -> None:
    """As OpenSSH does; one of --identity is an error."""
    folder, config = jump.log.parent, tmp_path / "config"
    lost = tmp_path / "lost.pub"
    lost.write_text((folder / "certified.pub").read_text())
    listed = [folder / "locked", lost, folder / "id"]  # nobody is there to tell a passphrase
    config.write_text("Host *\n" + "".join(f"  IdentityFile {path}\n" for path in listed))
    login(lab, world_of(lab, tmp_path, jump, config=config, identities=())).close()
    with pytest.raises(InputError) as caught:
        login(lab, world_of(lab, tmp_path, jump, identities=(lost,)))
    assert "ssh-agent does not hold the key" in caught.value.hint


def test_host_keys_are_known_by_their_alias(lab: Installation, jump: Sshd, tmp_path: Path) -> None:
    """HostKeyAlias: behind a forwarding, many devices have one address."""
    config = tmp_path / "config"
    host, _, port = lab.ready.device.rpartition(":")
    config.write_text(f"Match host {host} exec 'test %p = {port}'\n  HostKeyAlias branch\n")
    site = lab.site.model_copy(update={"device": lab.site.device.model_copy(update={"host_key": None})})
    world = dataclasses.replace(world_of(lab, tmp_path, jump, config=config), device=(host, int(port)))
    with connect(site, world, PASSWORDS["SBC_PASSWORD"]) as session:
        assert session.address == f"{host}:{port}"
    names = [line.split()[0] for line in (tmp_path / "known_hosts").read_text().splitlines()]
    assert names == [f"[127.0.0.1]:{jump.port}", "branch"]
    connect(site, dataclasses.replace(world, accept_new_host_key=False), PASSWORDS["SBC_PASSWORD"]).close()


def test_a_locked_key_asks_for_its_passphrase(lab: Installation, jump: Sshd, tmp_path: Path) -> None:
    asked: list[tuple[str, bool]] = []

    def ask(question: str, secret: bool) -> str:
        asked.append((question, secret))
        return "open sesame" if len(asked) == 1 else "wrong"

    key = jump.log.parent / "locked"
    world = dataclasses.replace(world_of(lab, tmp_path, jump, identities=(key,)), ask=ask)
    login(lab, world).close()
    assert asked == [(f"Passphrase of {key}", True)]
    with pytest.raises(InputError) as caught:
        login(lab, world)
    assert "no private key that can be used" in str(caught.value)
    assert "wrong" not in str(caught.value)


def test_two_jump_hosts_in_a_row(lab: Installation, jump: Sshd, tmp_path: Path) -> None:
    with sshd(tmp_path / "second") as second:
        key = (jump.log.parent / "id.pub").read_text()
        (tmp_path / "second" / "authorized_keys").write_text(key)
        with login(lab, world_of(lab, tmp_path, jump, jumps=(jump.jump, second.jump))) as session:
            assert session.prompt.endswith("#")
        assert "Accepted publickey" in second.log.read_text()
    assert (tmp_path / "known_hosts").read_text().count("\n") == 2


@pytest.mark.parametrize("direct", [True, False])
def test_the_users_configuration(lab: Installation, jump: Sshd, tmp_path: Path, direct: bool) -> None:
    """Alias, HostName, Port, User, IdentityFile and ProxyJump, the jump host itself an alias."""
    host, _, port = lab.ready.device.rpartition(":")
    config = tmp_path / "config"
    config.write_text(
        f"Host bastion\n  HostName 127.0.0.1\n  Port {jump.port}\n  User {jump.user}\n"
        f"  IdentityFile {jump.log.parent / 'id'}\n  IdentityFile {tmp_path / 'gone'}\n"
        f"Host branch\n  HostName {host}\n  Port {port}\n  User administrator\n"
        + ("" if direct else "  ProxyJump bastion\n")
    )
    device = lab.site.device.model_copy(update={"host": "branch"})
    device.model_fields_set.discard("port")
    site = lab.site.model_copy(update={"device": device})
    world = lab.world(tmp_path, device=None, accept_new_host_key=True, ssh=Ssh(config), timeout=20.0)
    before = jump.log.read_text().count("Accepted publickey")
    with connect(site, world, PASSWORDS["SBC_PASSWORD"]) as session:
        assert session.address == f"{host}:{port}"
        assert any(session.ends) is direct
    assert jump.log.read_text().count("Accepted publickey") - before == (0 if direct else 1)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Host a\n ProxyJump b\nHost b\n ProxyJump a\n", "in a circle"),
        ("Host a\n ProxyCommand nc %h %p\n", "ProxyCommand"),
        ("Host \xff", "config"),
    ],
)
def test_a_configuration_that_cannot_be_followed(lab: Installation, tmp_path: Path, text: str, said: str) -> None:
    config = tmp_path / "config"
    config.write_bytes(text.encode("latin-1"))
    world = lab.world(tmp_path, device=("a", 22), ssh=Ssh(config))
    with pytest.raises(InputError) as caught:
        login(lab, dataclasses.replace(world, environ={"USER": "u"}))
    assert said in str(caught.value)
    assert caught.value.hint


@pytest.mark.parametrize("name", ["", "a b", "u@", "h:0", "h:70000", "u@h:x", "h,i"])
def test_a_jump_host_that_is_none(lab: Installation, tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError) as caught:
        login(lab, lab.world(tmp_path, ssh=Ssh(jumps=(name,))))
    assert "[USER@]HOST[:PORT]" in str(caught.value)


def test_an_unknown_or_changed_key_of_the_jump_host_is_refused(lab: Installation, jump: Sshd, tmp_path: Path) -> None:
    world = world_of(lab, tmp_path, jump)
    sessions, logins = lab.device.sessions, jump.log.read_text().count("Accepted")
    with pytest.raises(DeviceRefused) as caught:
        login(lab, dataclasses.replace(world, accept_new_host_key=False))
    assert f"the host key is not known: {jump.fingerprint}" in str(caught.value)
    new_key(tmp_path / "other")
    kind, key, _ = (tmp_path / "other.pub").read_text().split()
    (tmp_path / "known_hosts").write_text(f"[127.0.0.1]:{jump.port} {kind} {key}\n")
    with pytest.raises(DeviceRefused) as caught:
        login(lab, world)
    assert "the host key has changed" in str(caught.value)
    assert (lab.device.sessions, jump.log.read_text().count("Accepted")) == (sessions, logins)


def test_the_devices_key_is_checked_behind_the_jump_host_too(lab: Installation, jump: Sshd, tmp_path: Path) -> None:
    wrong = lab.site.device.model_copy(update={"host_key": jump.fingerprint})
    with pytest.raises(DeviceRefused) as caught:
        connect(lab.site.model_copy(update={"device": wrong}), world_of(lab, tmp_path, jump), "never sent")
    assert "not the one in the site file" in str(caught.value)


def test_the_jump_host_never_gets_the_devices_password(lab: Installation, tmp_path: Path) -> None:
    """A server that would take a password: a person is asked for it, the device's own is not tried."""
    from scripted import prompting, serving

    asked: list[str] = []

    def ask(question: str, secret: bool) -> str:
        asked.append(question)
        raise InputError("nobody")

    with serving(prompting) as port:
        world = lab.world(tmp_path, accept_new_host_key=True, ssh=Ssh(jumps=(f"u@127.0.0.1:{port}",)), ask=ask)
        with pytest.raises(SbcError):
            login(lab, world)
        assert asked == [f"Password of u@127.0.0.1:{port}"]


def test_what_lies_behind_is_not_reached(lab: Installation, jump: Sshd, tmp_path: Path) -> None:
    import socket

    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        world = dataclasses.replace(world_of(lab, tmp_path, jump), device=held.getsockname())
        with pytest.raises(Unreachable) as caught:
            login(lab, world)
    assert "not reached from the jump host" in str(caught.value)
    with sshd(tmp_path / "closed", "AllowTcpForwarding no") as closed:
        (tmp_path / "closed" / "authorized_keys").write_text((jump.log.parent / "id.pub").read_text())
        with pytest.raises(DeviceRefused) as refused:
            login(lab, world_of(lab, tmp_path, closed, identities=(jump.log.parent / "id",)))
    assert "does not forward" in str(refused.value)
    assert "AllowTcpForwarding" in refused.value.hint
