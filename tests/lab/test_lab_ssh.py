"""The device over SSH: logins, many sessions, pipelined lines, restart, files; with paramiko and with OpenSSH."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import paramiko
import pytest
from sample_site import sample_site
from typist import PASSWORD, Typist, connection, typist

from sbc_tool.lab import invented
from sbc_tool.lab.factory import factory_configuration
from sbc_tool.lab.smartnode import Nameplate, SmartNode
from sbc_tool.lab.sshd import SshServer

Shell = Callable[..., Typist]


def test_login_banner_and_modes(shell: Shell, device: SmartNode) -> None:
    one = shell()
    assert one.banner == invented.BANNER
    assert one.prompt == "192.168.1.1>"
    assert one.say("enable") == ""
    assert one.say("show running-config") == device.running.printed()
    assert one.say("make coffee").startswith("% ")
    one.say("configure")
    one.say("port ethernet 0 1")
    assert one.prompt == "192.168.1.1(prt-eth)[0/1]#"
    assert device.sessions == 1


def test_sessions_side_by_side_share_one_configuration(shell: Shell, device: SmartNode) -> None:
    first, second = shell(), shell()
    first.configure("ntp", "server first.example")
    second.configure("ntp", "server second.example")
    text = first.say("show running-config")
    assert "server first.example\n  server second.example" in text
    assert device.sessions == 2


@pytest.mark.parametrize(("username", "password"), [("administrator", "wrong"), ("nobody", PASSWORD), (".", "")])
def test_a_wrong_login_is_refused(ssh: SshServer, username: str, password: str) -> None:
    with pytest.raises(paramiko.AuthenticationException):
        connection(ssh.port, username, password)


def test_a_factory_box_lets_anyone_in() -> None:
    device = SmartNode(factory_configuration(sample_site(), None), Nameplate("192.168.1.1", "SN5500"))
    server = SshServer(device)
    try:
        one = typist(server.port, ".", "")
        one.configure("profile aaa DEFAULT", "no method 2")
        one.client.close()
        with pytest.raises(paramiko.AuthenticationException):
            connection(server.port, ".", "")
    finally:
        server.stop()


def test_an_operator_can_log_in_and_no_more(shell: Shell) -> None:
    shell().configure("operator watcher password look")
    watcher = shell("watcher", "look")
    assert watcher.say("enable") == invented.NOT_PERMITTED
    with pytest.raises(paramiko.SSHException):
        watcher.client.open_sftp()


def test_a_server_that_is_shut_down_takes_no_connection(shell: Shell, ssh: SshServer) -> None:
    shell().configure("ssh-server", "shutdown")
    with pytest.raises((paramiko.SSHException, EOFError, OSError)):
        connection(ssh.port, "administrator", PASSWORD)


def test_many_lines_in_one_write_are_answered_in_order(shell: Shell, device: SmartNode) -> None:
    one = shell()
    for line in ("enable", "configure", "context cs SWITCH", "mapping-table called-e164 to called-e164 M"):
        assert one.say(line) == ""
    lines = [f"map +49{number} to user.{number}" for number in range(500)]
    lines[250] = "make coffee"
    one.channel.sendall("".join(f"{line}\n" for line in lines).encode())
    heard = one.hear(len(lines)).split("\n")
    echoes = [line.removeprefix("192.168.1.1(map-tab)[M]#") for line in heard]
    expected = [*lines[:251], invented.UNKNOWN_COMMAND.format("make coffee"), *lines[251:]]
    assert echoes == expected
    assert device.lines_accepted == 501


def test_restart_drops_all_sessions_and_starts_what_was_saved(shell: Shell, device: SmartNode) -> None:
    first, second = shell(), shell()
    first.configure("ntp", "server saved.example")
    assert first.say("copy running-config startup-config") == ""
    first.configure("ntp", "server lost.example")
    first.say("reload")
    assert first.prompt == invented.RELOAD_QUESTION
    first.channel.sendall(b"yes\n")
    assert first.gone()
    assert second.gone()
    third = shell()
    third.say("enable")
    text = third.say("show running-config")
    assert "server saved.example" in text
    assert "lost" not in text


def test_hang_up_half_way(shell: Shell, device: SmartNode) -> None:
    one = shell()
    one.say("enable")
    one.say("configure")
    device.hang_up_after = 3
    one.channel.sendall(b"ntp\nserver a\nserver b\nserver c\nserver d\n")
    assert one.gone()
    assert "server b" in device.running.printed()
    assert "server c" not in device.running.printed()
    assert shell().prompt == "192.168.1.1>"


def test_exit_ends_the_session(shell: Shell) -> None:
    one = shell()
    one.channel.sendall(b"exit\n")
    assert one.gone()
    assert one.channel.recv_exit_status() == 0


def test_a_rotated_host_key_is_seen(ssh: SshServer) -> None:
    def seen() -> str:
        client = connection(ssh.port, "administrator", PASSWORD)
        transport = client.get_transport()
        assert transport is not None
        fingerprint = transport.get_remote_server_key().fingerprint
        client.close()
        return str(fingerprint)

    before = ssh.fingerprint
    assert before.startswith("SHA256:")
    assert seen() == before
    ssh.rotate_host_key()
    assert seen() == ssh.fingerprint != before


def test_files(shell: Shell, device: SmartNode) -> None:
    client = shell().client
    with client.open_sftp() as files:
        for path, content in (("pki:certificate/SBC", b"cert"), ("/pki:private-key/SBC", b"key"), ("config:x", b"ntp")):
            with files.open(path, "wb") as file:
                file.write(content)
        assert files.listdir("pki:certificate") == ["SBC"]
        assert files.listdir("/pki:private-key/") == ["SBC"]
        assert files.stat("pki:private-key/SBC").st_size == 3
        with files.open("pki:certificate/SBC") as file:
            assert file.read() == b"cert"
        with pytest.raises(PermissionError):
            files.open("pki:private-key/SBC")
        for missing in ("pki:certificate/GHOST", "pki:else/SBC", "pki:certificate/a/b", "etc/passwd"):
            with pytest.raises(FileNotFoundError):
                files.stat(missing)
            with pytest.raises(FileNotFoundError):
                files.open(missing)
        files.remove("pki:certificate/SBC")
        assert files.listdir("pki:certificate") == []
    assert device.store.read("pki:private-key/SBC") == b"key"
    assert device.copy("config:x", "startup-config")
    assert device.startup == "ntp"


def openssh(name: str) -> str:
    path = shutil.which(name)
    if path is None or sys.platform == "win32":
        pytest.skip(f"no {name} that takes a password from a program")
    return path


def run_openssh(ssh: SshServer, folder: Path, command: list[str], text: str) -> subprocess.CompletedProcess[str]:
    ask = folder / "ask"
    ask.write_text('#!/bin/sh\nprintf "%s\\n" "$LAB_PASSWORD"\n')
    ask.chmod(0o700)
    environ = {**os.environ, "SSH_ASKPASS": str(ask), "SSH_ASKPASS_REQUIRE": "force", "LAB_PASSWORD": PASSWORD}
    options = ["-F", "none", "-o", "StrictHostKeyChecking=no", "-o", f"UserKnownHostsFile={folder / 'known'}"]
    options += ["-o", "LogLevel=ERROR", "-o", "PubkeyAuthentication=no", "-o", "NumberOfPasswordPrompts=1"]
    options += ["-o", "BatchMode=no"]  # which sftp -b would set
    command = [openssh(command[0]), *options, *command[1:]]
    return subprocess.run(command, input=text, env=environ, capture_output=True, text=True, timeout=60, check=False)


def test_openssh_client(ssh: SshServer, device: SmartNode, tmp_path: Path) -> None:
    script = "enable\nconfigure\nntp\nserver openssh.example\nend\nshow running-config\nexit\n"
    command = ["ssh", "-tt", "-p", str(ssh.port), "administrator@127.0.0.1"]
    done = run_openssh(ssh, tmp_path, command, script)
    assert done.returncode == 0, done.stderr
    assert "  server openssh.example" in done.stdout
    assert "server openssh.example" in device.running.printed()


def test_openssh_sftp(ssh: SshServer, device: SmartNode, tmp_path: Path) -> None:
    (tmp_path / "chain.pem").write_bytes(b"chain" * 10000)
    script = (
        f"put {tmp_path / 'chain.pem'} pki:certificate/SBC\nls -l pki:certificate\n"
        f"get pki:certificate/SBC {tmp_path / 'back.pem'}\n"
    )
    command = ["sftp", "-b", "-", "-P", str(ssh.port), "administrator@127.0.0.1"]
    done = run_openssh(ssh, tmp_path, command, script)
    assert done.returncode == 0, done.stderr
    assert "SBC" in done.stdout
    assert (tmp_path / "back.pem").read_bytes() == device.store.read("pki:certificate/SBC") == b"chain" * 10000


def test_who_talks_nonsense_or_goes_away_harms_nobody(ssh: SshServer, shell: Shell) -> None:
    for words in (b"", b"GET / HTTP/1.0\r\n\r\n", b"SSH-2.0-x\r\n" + bytes(1000)):
        with socket.create_connection(("127.0.0.1", ssh.port), timeout=20) as connection:
            connection.sendall(words)
    assert shell().prompt == "192.168.1.1>"
