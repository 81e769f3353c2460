"""`lab start` in a process of its own, and the other verbs pointed at it with --lab-ready."""

from __future__ import annotations

import json
import signal
import socket
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from command import EXAMPLE, Ran, command, environment, sbc_tool

from sbc_tool import preflight
from sbc_tool.lab import NOTES


@contextmanager
def lab(folder: Path, *words: str) -> Iterator[tuple[subprocess.Popen[str], Path]]:
    """A running lab and its ready file. It says `ready` on stderr once it listens, so nobody has to wait and look."""
    ready = folder / "lab.json"
    new_group: dict[str, Any] = (
        {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP} if sys.platform == "win32" else {}
    )
    running = subprocess.Popen(
        command("lab", "start", EXAMPLE, "--ready-file", ready, *words),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8", env=environment(folder), **new_group,
    )  # fmt: skip
    with running:
        try:
            assert running.stderr is not None
            said = ""
            for line in running.stderr:
                said += line
                if line.startswith("ready: "):
                    break
            else:
                raise AssertionError(said)
            yield running, ready
        finally:
            running.kill()


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with lab(tmp_path_factory.mktemp("lab")) as (_, file):
        yield file


def secrets_of(ready: Path) -> list[str]:
    found = list(json.loads(ready.read_text(encoding="utf-8"))["secrets"].values())
    assert len(found) == 4, "the device's and three users'"
    return found


def no_secret(ran: Ran, ready: Path, home: Path) -> None:
    """Nor in a file, except in the backup of the device's configuration, which could not be brought back without."""
    files = [file for file in home.rglob("*") if file.is_file() and file.parent.parent.name != "backups"]
    written = "".join(file.read_text(encoding="utf-8") for file in files)
    assert written, "the audit log"
    for secret in secrets_of(ready):
        assert secret not in ran.out + ran.err
        assert secret not in written


def test_the_ready_file_tells_where_everything_is(ready: Path) -> None:
    content = json.loads(ready.read_text(encoding="utf-8"))
    assert content["host_key"].startswith("SHA256:")
    host, _, port = content["device"].rpartition(":")
    assert host == "127.0.0.1"
    with socket.create_connection((host, int(port)), 10) as connection:
        assert connection.recv(8) == b"SSH-2.0-"
    for name in ("ca_bundle", "certificate", "private_key"):
        assert Path(content[name]).is_file()
    assert content["connect_to"]
    assert content["resolvers"]
    if sys.platform != "win32":
        assert stat.S_IMODE(ready.stat().st_mode) == 0o600


def test_a_life_with_the_lab(ready: Path, tmp_path: Path) -> None:
    """A plan, no SBC yet, a deployment, and then all is as it should be: README's three lines and what follows."""
    at = ["--lab-ready", ready]
    before = sbc_tool("plan", EXAMPLE, *at, home=tmp_path)
    assert before.code == 1
    assert "+ context sip-gateway GW_TEAMS" in before.out
    closed = sbc_tool("preflight", EXAMPLE, *at, "--only", "sip-port-closed", "--format", "json", home=tmp_path)
    (result,) = json.loads(closed.out)["sites"][0]["results"]
    assert result["outcome"] != "pass"

    deployed = sbc_tool("deploy", EXAMPLE, *at, "--yes", "--format", "json", home=tmp_path)
    assert deployed.code == 0, deployed.err
    (site,) = json.loads(deployed.out)["sites"]
    assert (site["state"], site["verdict"]) == ("deployed", "go")
    no_secret(deployed, ready, tmp_path)

    after = sbc_tool("preflight", EXAMPLE, *at, home=tmp_path)
    assert after.code == 0, after.out
    assert f"musterfirma: go ({len(preflight.ALL) - 1} pass, 1 n/a)" in after.out  # names are compared between sites
    assert "lab" in after.out, "what rests on the lab's own CA says so"
    assert sbc_tool("plan", EXAMPLE, *at, home=tmp_path).code == 0
    again = sbc_tool("deploy", EXAMPLE, *at, "--no-input", "--format", "json", home=tmp_path)
    assert again.code == 0
    assert json.loads(again.out)["sites"][0]["state"] == "unchanged"
    no_secret(again, ready, tmp_path)


def test_without_a_yes_nothing_is_changed(tmp_path: Path) -> None:
    with lab(tmp_path) as (_, ready):
        ran = sbc_tool("deploy", EXAMPLE, "--lab-ready", ready, "--no-input", home=tmp_path / "home")
        assert ran.code == 2
        assert "nobody can be asked" in ran.err
        assert sbc_tool("plan", EXAMPLE, "--lab-ready", ready, home=tmp_path / "home").code == 1


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signal that a child can be sent and clean up after")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 0)])
def test_it_goes_when_asked_and_takes_all_with_it(number: signal.Signals, code: int, tmp_path: Path) -> None:
    with lab(tmp_path, "--latency", "5") as (running, ready):
        content = json.loads(ready.read_text(encoding="utf-8"))
        running.send_signal(number)
        assert running.wait(60) == code
        assert running.stdout is not None
        assert running.stderr is not None
        assert running.stdout.read() == "", "stdout is for results"
        assert "Traceback" not in running.stderr.read()
    assert not ready.exists()
    folder = Path(content["ca_bundle"]).parent
    assert folder != Path(tempfile.gettempdir())
    assert not folder.exists()
    host, _, port = content["device"].rpartition(":")
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((host, int(port)), 10)
    stale = sbc_tool("plan", EXAMPLE, "--lab-ready", ready, home=tmp_path)
    assert stale.code == 2
    assert "lab start SITE --ready-file" in stale.err


def test_what_it_invents_is_said_first(tmp_path: Path) -> None:
    """And then what it says of itself, before it is ready."""
    words = command("lab", "start", EXAMPLE, "--ready-file", tmp_path / "absent" / "lab.json")
    done = subprocess.run(words, capture_output=True, encoding="utf-8", env=environment(tmp_path), check=False)
    assert done.returncode == 2
    assert done.stdout == ""
    assert all(note in done.stderr for note in NOTES)
    assert "host key SHA256:" in done.stderr
    assert f"error: {tmp_path / 'absent' / 'lab.json'}: cannot be written" in done.stderr
    assert done.stderr.splitlines()[-1].startswith("  → ")


def test_an_unused_lab_folder_is_not_left_behind(tmp_path: Path) -> None:
    environ = environment(tmp_path, TMPDIR=str(tmp_path), TEMP=str(tmp_path))
    words = command("preflight", EXAMPLE, "--lab", "--only", "bandwidth-insufficient")
    done = subprocess.run(words, capture_output=True, env=environ, check=False)
    assert done.returncode == 0
    assert list(tmp_path.glob("sbc-tool*")) == []
