"""Logins: every way in which one can fail is told apart, and no key is trusted that was not agreed to."""

from __future__ import annotations

import io
import socket
import struct
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any

import paramiko
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from installation import PASSWORDS, Installation
from scripted import PASSWORD, login, prompting, serving, tcp

from sbc_tool.deploy.pace import Pace
from sbc_tool.deploy.session import Session, connect
from sbc_tool.errors import DeviceRefused, InputError, SbcError, Unreachable


def unpinned(lab: Installation, folder: Path, **changes: Any) -> Session:
    """Without the lab's key in the site file: the tool has to know it."""
    site = lab.site.model_copy(update={"device": lab.site.device.model_copy(update={"host_key": None})})
    return connect(site, lab.world(folder, **changes), PASSWORDS["SBC_PASSWORD"])


def refused(call: Callable[..., Session], *arguments: Any, **changes: Any) -> str:
    with pytest.raises(DeviceRefused) as caught:
        call(*arguments, **changes)
    assert caught.value.exit == 4
    assert caught.value.hint
    return f"{caught.value} -> {caught.value.hint}"


@pytest.fixture
def rotating(lab: Installation) -> Any:
    """The lab's SSH server, whose key may be exchanged; it gets its own back."""
    key = lab.lab.ssh._key
    yield lab.lab.ssh
    lab.lab.ssh._key = key


def test_an_unknown_key_is_refused_and_shown(lab: Installation, tmp_path: Path) -> None:
    said = refused(unpinned, lab, tmp_path)
    assert f"the host key is not known: {lab.ready.host_key}" in said
    assert "--accept-new-host-key" in said
    assert (tmp_path / "known_hosts").read_text() == ""


def test_a_new_key_is_learnt_once(lab: Installation, tmp_path: Path) -> None:
    with unpinned(lab, tmp_path, accept_new_host_key=True) as session:
        assert session.prompt == "192.168.1.1#"
    learnt = (tmp_path / "known_hosts").read_text()
    assert learnt.count("\n") == 1
    for accept in (False, True):
        unpinned(lab, tmp_path, accept_new_host_key=accept).close()
    assert (tmp_path / "known_hosts").read_text() == learnt


def test_learning_leaves_the_rest_of_the_file(lab: Installation, tmp_path: Path) -> None:
    (tmp_path / "known_hosts").write_text("# ours\n")
    unpinned(lab, tmp_path, accept_new_host_key=True).close()
    assert (tmp_path / "known_hosts").read_text().startswith("# ours\n[127.0.0.1]:")


def test_two_that_learn_at_once_both_know(lab: Installation, tmp_path: Path) -> None:
    with serving(prompting) as other, ThreadPoolExecutor(2) as threads:
        one = threads.submit(unpinned, lab, tmp_path, accept_new_host_key=True)
        two = threads.submit(login, other, tmp_path)
        one.result().close()
        two.result().close()
    assert (tmp_path / "known_hosts").read_text().count("\n") == 2


@pytest.mark.parametrize("accept", [False, True])
@pytest.mark.parametrize("kind", ["ed25519", "rsa"])
def test_a_changed_key_is_always_refused(
    lab: Installation, rotating: Any, tmp_path: Path, accept: bool, kind: str
) -> None:
    unpinned(lab, tmp_path, accept_new_host_key=True).close()
    learnt = (tmp_path / "known_hosts").read_text()
    rotating.rotate_host_key()
    if kind == "rsa":
        pem = generate_private_key(65537, 2048).private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
        rotating._key = paramiko.RSAKey.from_private_key(io.StringIO(pem.decode()))
    said = refused(unpinned, lab, tmp_path, accept_new_host_key=accept)
    assert f"the host key has changed: {rotating.fingerprint}, known was {lab.ready.host_key}" in said
    assert (tmp_path / "known_hosts").read_text() == learnt


def test_a_pinned_key_needs_no_file_and_takes_no_other(lab: Installation, rotating: Any, tmp_path: Path) -> None:
    lab.session(tmp_path).close()
    rotating.rotate_host_key()
    said = refused(lab.session, tmp_path, accept_new_host_key=True)
    assert f"the host key is {rotating.fingerprint}, not the one in the site file" in said
    assert not (tmp_path / "known_hosts").exists()


def test_a_wrong_key_never_gets_the_password(lab: Installation, rotating: Any, tmp_path: Path) -> None:
    asked: list[str] = []
    lab.device.admit = lambda username, password: asked.append(password)  # type: ignore[method-assign,assignment]
    try:
        refused(unpinned, lab, tmp_path)
        rotating.rotate_host_key()
        refused(lab.session, tmp_path)
    finally:
        del lab.device.admit
    assert asked == []


@pytest.mark.parametrize("blocked", ["folder", "file"])
def test_host_keys_that_cannot_be_kept(lab: Installation, tmp_path: Path, blocked: str) -> None:
    if blocked == "folder":
        (tmp_path / "home").write_text("a file")
    else:
        (tmp_path / "home" / "known_hosts").mkdir(parents=True)
    with pytest.raises(InputError) as caught:
        unpinned(lab, tmp_path / "home", accept_new_host_key=True)
    assert "known_hosts" in str(caught.value)
    assert "SBC_TOOL_HOME" in caught.value.hint


def test_a_wrong_password(lab: Installation, tmp_path: Path) -> None:
    def login() -> Session:
        return connect(lab.site, lab.world(tmp_path), "wr0ng-passw0rd")

    said = refused(login)
    assert "refused the login of administrator" in said
    assert "device.password" in said
    assert "wr0ng" not in said


def test_an_operator_is_no_administrator(lab: Installation, tmp_path: Path) -> None:
    with lab.session(tmp_path) as session:
        session.enter_configuration()
        assert [reply.output for reply in session.type(["operator watcher password look"], Pace())] == [""]
    device = lab.site.device.model_copy(update={"username": "watcher"})
    site = lab.site.model_copy(update={"device": device})
    assert "`enable` was refused" in refused(connect, site, lab.world(tmp_path), "look")


def unreachable(port: int, folder: Path) -> str:
    with pytest.raises(Unreachable) as caught:
        login(port, folder)
    assert caught.value.exit == 3
    assert caught.value.hint
    return str(caught.value)


def test_a_device_that_is_down(tmp_path: Path) -> None:
    with socket.socket() as held:  # bound, and listening to nobody
        held.bind(("127.0.0.1", 0))
        port = held.getsockname()[1]
        assert unreachable(port, tmp_path) == f"127.0.0.1:{port}: connection refused"


def hangs_up(connection: socket.socket) -> None:
    connection.recv(1)


def hangs_up_after_its_banner(connection: socket.socket) -> None:
    connection.sendall(b"SSH-2.0-SmartNode\r\n")
    connection.recv(1)


def talks_nonsense(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.0 400 Bad Request\r\n\r\n")
    while connection.recv(1 << 16):
        pass


@pytest.mark.parametrize("serve", [hangs_up, hangs_up_after_its_banner, talks_nonsense])
def test_a_server_that_gives_no_session(tmp_path: Path, serve: Callable[[socket.socket], None]) -> None:
    with tcp(serve) as port:
        assert "no SSH session" in unreachable(port, tmp_path)


def test_a_device_that_hangs_up_at_login(tmp_path: Path) -> None:
    with serving(lambda channel: channel.close()) as port:
        told = unreachable(port, tmp_path)
        assert "no SSH session" in told
        assert "Error" not in told


def test_a_device_that_hangs_up_after_the_banner(tmp_path: Path) -> None:
    with serving(lambda channel: channel.sendall(b"Welcome!\r\n")) as port:  # maybe before the shell is granted
        assert "no SSH session" in unreachable(port, tmp_path)


def test_an_old_server_is_explained(tmp_path: Path) -> None:
    """One that offers SHA-1 key exchange alone, as firmware of that age does."""
    if "diffie-hellman-group1-sha1" in paramiko.Transport._preferred_kex:
        pytest.skip("paramiko below 5 is installed: it does speak SHA-1")

    def names(*values: str) -> bytes:
        text = ",".join(values).encode()
        return struct.pack(">I", len(text)) + text

    # RFC 4253 section 7.1: SSH_MSG_KEXINIT, cookie, ten lists of names, a boolean and a zero
    lists = [names("diffie-hellman-group1-sha1", "diffie-hellman-group14-sha1"), names("ssh-rsa")]
    lists += [names("aes128-ctr")] * 2 + [names("hmac-sha2-256")] * 2 + [names("none")] * 2 + [names()] * 2
    payload = b"\x14" + bytes(16) + b"".join(lists) + bytes(5)
    padding = 8 - (5 + len(payload)) % 8 + 8
    packet = struct.pack(">IB", 1 + len(payload) + padding, padding) + payload + bytes(padding)

    def serve(connection: socket.socket) -> None:
        connection.sendall(b"SSH-2.0-OldSmartNode\r\n" + packet)
        while connection.recv(1 << 16):
            pass

    with tcp(serve) as port:
        said = refused(login, port, tmp_path)
    assert "no common SSH algorithm" in said
    assert "SHA-1" in said
    assert 'pip install "sbc-tool[legacy-ssh]"' in said


def test_messages_name_the_address_that_was_spoken_to(lab: Installation, tmp_path: Path) -> None:
    with lab.session(tmp_path) as session:
        assert session.address == lab.ready.device


def test_files_in_the_devices_areas(lab: Installation, tmp_path: Path) -> None:
    with lab.session(tmp_path) as session:
        session.put({"pki:certificate/X": b"certificate"})
        assert "X" in session.names("pki:certificate")
        assert session.read("pki:certificate/X") == b"certificate"
        session.remove("pki:certificate/X")
        assert "X" not in session.names("pki:certificate")
        for work in (lambda: session.read("pki:certificate/X"), lambda: session.put({"etc/passwd": b"x"})):
            with pytest.raises(SbcError) as caught:
                work()
            assert "did not take a file transfer" in str(caught.value)
            assert "tls.delivery: manual" in caught.value.hint


def test_a_closed_session_says_so(lab: Installation, tmp_path: Path) -> None:
    session = lab.session(tmp_path)
    session.close()
    session.settle()
    session.close()
    for work in (lambda: session.run("show system"), lambda: session.names("pki:certificate"), session.save):
        with pytest.raises(Unreachable):
            work()


def test_the_password_is_not_in_what_a_session_shows_of_itself(tmp_path: Path) -> None:
    with serving(prompting) as port, login(port, tmp_path) as session:
        assert PASSWORD not in repr(session) + repr(session._driver)


def test_a_session_that_waits_is_kept_alive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sbc_tool.deploy.session._KEEP_ALIVE_S", 0.2)
    alive = Event()
    with serving(prompting, lambda kind: kind.startswith("keepalive") and alive.set()) as port, login(port, tmp_path):
        assert alive.wait(20)
