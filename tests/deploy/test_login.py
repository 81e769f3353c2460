"""What a device may ask for besides one password: several methods, questions, another password for `enable`."""

from __future__ import annotations

import contextlib
import io
import socket
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import paramiko
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from installation import MARK, PASSWORDS, Installation
from paramiko.common import AUTH_FAILED, AUTH_PARTIALLY_SUCCESSFUL, AUTH_SUCCESSFUL
from sample_site import sample_site
from scripted import Talk, _Desk, hear, prompting, serving, tcp

from sbc_tool.deploy.deploy import How, deploy
from sbc_tool.deploy.login import Passwords
from sbc_tool.deploy.pace import Pace
from sbc_tool.deploy.session import Session, connect
from sbc_tool.deploy.transcript import Transcript
from sbc_tool.errors import DeviceRefused
from sbc_tool.world import Ssh, World


class _Wanting(_Desk):
    """Wants a key and then answers, or answers alone; `heard` is what it was told."""

    def __init__(self, talk: Talk, methods: str, answers: list[str]) -> None:
        super().__init__(talk)
        self.methods = methods
        self.answers = answers
        self.heard: list[str] = []

    def get_allowed_auths(self, username: str) -> str:
        return self.methods

    def check_auth_publickey(self, username: str, key: paramiko.PKey) -> int:
        self.methods = "keyboard-interactive"
        return AUTH_PARTIALLY_SUCCESSFUL

    def check_auth_password(self, username: str, password: str) -> int:
        self.heard.append("password")
        return AUTH_FAILED

    def check_auth_interactive(self, username: str, submethods: str) -> paramiko.InteractiveQuery:
        query = paramiko.InteractiveQuery("Login", "please")
        query.add_prompt("Password: ", False)
        query.add_prompt("One-time code: ", False)
        return query

    def check_auth_interactive_response(self, responses: list[str]) -> int:
        self.heard += responses
        return AUTH_SUCCESSFUL if responses == self.answers else AUTH_FAILED


@contextmanager
def wanting(methods: str, answers: list[str]) -> Iterator[tuple[int, _Wanting]]:
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
    desk = _Wanting(prompting, methods, answers)

    def serve(connection: socket.socket) -> None:
        transport = paramiko.Transport(connection)
        transport.add_server_key(paramiko.Ed25519Key(file_obj=io.StringIO(pem.decode())))
        with contextlib.suppress(paramiko.SSHException, EOFError):
            transport.start_server(server=desk)
            transport.join()
        for thread in desk.threads:
            thread.join()

    with tcp(serve) as port:
        yield port, desk


def a_key(folder: Path) -> Path:
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
    (folder / "id").write_bytes(pem)
    return folder / "id"


def log_in(port: int, folder: Path, asked: list[tuple[str, bool]], *identities: Path) -> Session:
    def ask(question: str, secret: bool) -> str:
        asked.append((question, secret))
        return "123456"

    world = World(
        folder, device=("127.0.0.1", port), accept_new_host_key=True, timeout=20, ask=ask, ssh=Ssh(None, identities)
    )
    return connect(sample_site(), world, "pw")


def test_questions_are_answered_and_what_we_do_not_know_a_person_is_asked(tmp_path: Path) -> None:
    asked: list[tuple[str, bool]] = []
    with wanting("keyboard-interactive", ["pw", "123456"]) as (port, desk):
        log_in(port, tmp_path, asked).close()
    assert desk.heard == ["pw", "123456"]
    assert asked == [(f"administrator@127.0.0.1:{port}: One-time code:", True)]


def test_a_key_and_then_answers(tmp_path: Path) -> None:
    with wanting("publickey", ["pw", "123456"]) as (port, desk):
        log_in(port, tmp_path, [], a_key(tmp_path)).close()
    assert desk.heard == ["pw", "123456"]


def test_what_the_server_does_not_take_is_not_tried(tmp_path: Path) -> None:
    with wanting("publickey", []) as (port, desk), pytest.raises(DeviceRefused) as caught:
        log_in(port, tmp_path, [])
    assert desk.heard == []
    assert "it takes publickey; tried: nothing of that" in str(caught.value)


def test_answers_that_are_refused(tmp_path: Path) -> None:
    with wanting("keyboard-interactive,password", ["other"]) as (port, desk), pytest.raises(DeviceRefused) as caught:
        log_in(port, tmp_path, [])
    assert desk.heard == ["password", "pw", "123456"]
    assert "tried: password, keyboard-interactive" in str(caught.value)


def test_enable_has_a_password_of_its_own(tmp_path: Path) -> None:
    heard: list[str] = []

    def talk(channel: paramiko.Channel) -> None:
        channel.sendall(b"192.168.1.1>")
        heard.extend(hear(channel))
        channel.sendall(b"enable\r\nPassword: ")
        heard.extend(hear(channel))
        channel.sendall(b"\r\n192.168.1.1#")
        hear(channel)

    with serving(talk) as port:
        world = World(tmp_path, device=("127.0.0.1", port), accept_new_host_key=True, timeout=20)
        connect(sample_site(), world, Passwords(lambda: "pw", lambda: "other")).close()
    assert heard == ["enable", "other"]


def test_a_transcript_tells_all_but_secrets(lab: Installation, tmp_path: Path) -> None:
    file = tmp_path / "transcript"
    file.write_text("older\n")
    file.chmod(0o644)
    vault = lab.vault()
    world = lab.world(tmp_path)
    transcript = Transcript(file, vault.mask, world.now)
    with lab.session(tmp_path) as session:  # somebody else's secret, which no vault of ours knows
        session.enter_configuration()
        assert [r.output for r in session.type([f"administrator other password Other{MARK}"], Pace())] == [""]
    done = deploy(lab.site, lab.world(tmp_path, record=transcript.record), vault, How())
    assert done.state == "deployed"
    text = file.read_text()
    assert text.startswith("older\n")
    for line in ("> show running-config", "> profile tls DEFAULT", "> copy running-config startup-config"):
        assert f" {lab.ready.device} {line}\n" in text
    assert "< administrator other password ***\n" in text
    assert "username user.01 password ***" in text
    assert text.count("***") > 4
    assert MARK not in text
    for password in PASSWORDS.values():
        assert password not in text
    assert all(line[:4].isdigit() for line in text.splitlines()[1:])
    if sys.platform != "win32":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
