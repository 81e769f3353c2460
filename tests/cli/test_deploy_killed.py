"""A deployment whose process is killed: what is on record, and the verbs that finish it or take it back."""

from __future__ import annotations

import json
import socket
import stat
import sys
from pathlib import Path

import pytest
from installation import PASSWORDS, Installation
from lab_caller import Done, audited, end, lab_call, ready_file, start

from sbc_tool.deploy.lock import turn
from sbc_tool.lab.configuration import Editor
from sbc_tool.trinity.diff import same
from sbc_tool.trinity.tree import apply, parse

THEIRS = "server time.theirs.example"
MAP = "map +497123223 to user.02"  # in the middle of the plan
LAST = "no method 2"  # its last line


def killed(lab: Installation, folder: Path, at: str) -> None:
    """A deployment whose process gets a SIGKILL when the device is given this line."""
    process = start(lab, folder, "deploy", lab.file, "--yes", "--lab-ready", ready_file(lab, folder))

    def overhear(line: str) -> None:
        if line == at:
            lab.device.overhear = None
            process.kill()
            process.wait(60)

    lab.device.overhear = overhear
    done = end(process)
    assert done.code not in (0, 5, 6), done.err
    lab.lab.ssh.drop_all()


def record(folder: Path) -> Path:
    return folder / "home" / "lab" / "journal" / "musterfirma.json"


def said(done: Done) -> str:
    assert "Traceback" not in done.err
    return done.out + done.err


@pytest.mark.parametrize(("at", "step"), [(MAP, "lines"), (LAST, "lines"), ("show startup-config", "begun")])
def test_a_killed_process_leaves_a_true_record(lab: Installation, tmp_path: Path, at: str, step: str) -> None:
    killed(lab, tmp_path, at)
    if step == "begun":  # it only looked: nothing was changed, and nothing is on record
        assert not record(tmp_path).exists()
        assert lab.untouched()
        return
    text = record(tmp_path).read_text(encoding="utf-8")
    entry = json.loads(text)
    assert entry["step"] == step
    assert Path(entry["backup"]).read_text(encoding="utf-8") == lab.factory + "\n"
    assert set(entry["written"]) == set(lab.site_files())
    assert entry["host_key"] == lab.ready.host_key
    assert not any(password in text for password in PASSWORDS.values())
    if sys.platform != "win32":
        assert stat.S_IMODE(record(tmp_path).stat().st_mode) == 0o600


def test_status_says_where_it_stands(lab: Installation, tmp_path: Path) -> None:
    assert said(lab_call(lab, tmp_path, "deploy status")).strip() == "musterfirma: nothing is pending"
    killed(lab, tmp_path, MAP)
    done = lab_call(lab, tmp_path, "deploy status")
    assert done.code == 1
    assert "ended while lines were typed: it runs something else than before, or part of it" in done.out
    lab.device.restart()
    assert "it runs what it ran before" in lab_call(lab, tmp_path, "deploy status").out


def test_status_without_the_device_shows_what_is_on_record(lab: Installation, tmp_path: Path) -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        nobody = ("--device", f"127.0.0.1:{held.getsockname()[1]}")
        assert lab_call(lab, tmp_path, "deploy status", *nobody).code == 0, "nothing is pending: nobody is asked"
        killed(lab, tmp_path, MAP)
        done = lab_call(lab, tmp_path, "deploy status", *nobody)
        assert done.code == 3
        assert (
            "ended while lines were typed: what it runs is not known, as it could not be asked: 127.0.0.1:" in done.out
        )
        assert "connection refused; backup: " in done.out
        for verb in ("deploy confirm", "deploy abort"):
            assert "connection refused" in lab_call(lab, tmp_path, verb, *nobody).error()
    assert record(tmp_path).exists()
    assert audited(tmp_path) == []


@pytest.mark.parametrize("verb", ["deploy status", "deploy confirm", "deploy abort", "rollback --yes", "deploy --yes"])
def test_nothing_is_begun_while_somebody_is_at_work(lab: Installation, tmp_path: Path, verb: str) -> None:
    killed(lab, tmp_path, MAP)
    entry, sessions = record(tmp_path).read_text(), lab.device.sessions
    with turn(tmp_path / "home" / "lab", lab.ready.device, {"USER": "erika"}, "08:00"):
        done = lab_call(lab, tmp_path, verb)
    assert done.code == 1
    assert "erika@" in said(done)
    assert (record(tmp_path).read_text(), lab.device.sessions) == (entry, sessions)


@pytest.mark.parametrize("at", [MAP, LAST])
def test_abort_takes_it_back(lab: Installation, tmp_path: Path, at: str) -> None:
    killed(lab, tmp_path, at)
    assert lab.running() != lab.factory
    done = lab_call(lab, tmp_path, "deploy abort")
    assert done.code == 0, done.err
    assert "taken back" in done.out
    assert lab.untouched()
    assert not record(tmp_path).exists()
    assert audited(tmp_path) == ["rolled-back"]


def test_abort_leaves_what_another_person_typed(lab: Installation, tmp_path: Path) -> None:
    killed(lab, tmp_path, MAP)
    editor = Editor(lab.device.running)
    for line in ("ntp", THEIRS):
        assert editor.type_line(line) is None
    done = lab_call(lab, tmp_path, "deploy abort")
    assert done.code == 0, done.err
    assert "taken back: the device is what it was, apart from what was not typed here" in done.out
    assert f"left alone: `{THEIRS}` in ntp" in done.out
    assert same(parse(lab.running()), apply(parse(lab.factory), parse(f"ntp\n  {THEIRS}").nodes))


def test_abort_that_is_refused_needs_a_person(lab: Installation, tmp_path: Path) -> None:
    killed(lab, tmp_path, MAP)
    lab.device.refuse = lambda line: "% No" if line.startswith("no ") else None
    done = lab_call(lab, tmp_path, "deploy abort")
    assert done.code == 6
    assert "the undo failed" in done.error()
    assert json.loads(record(tmp_path).read_text())["step"] == "stuck"
    lab.device.refuse = None
    assert lab_call(lab, tmp_path, "deploy abort").code == 0
    assert lab.untouched()
    assert audited(tmp_path) == ["failed", "rolled-back"]


def test_confirm_keeps_what_runs(lab: Installation, tmp_path: Path) -> None:
    killed(lab, tmp_path, LAST)
    done = lab_call(lab, tmp_path, "deploy confirm")
    assert done.code == 0, done.err
    assert lab.device.startup == lab.running() != lab.factory
    assert not record(tmp_path).exists()
    assert audited(tmp_path) == ["deployed"]


def test_a_save_that_was_not_kept_is_no_confirmation(lab: Installation, tmp_path: Path) -> None:
    killed(lab, tmp_path, LAST)
    lab.device.copy = lambda *_: True  # type: ignore[method-assign]
    try:
        done = lab_call(lab, tmp_path, "deploy confirm")
    finally:
        del lab.device.copy
    assert done.code == 1
    assert "took the save, yet its startup-config is not what runs" in done.error()
    assert record(tmp_path).exists()
    assert audited(tmp_path) == ["failed"]


@pytest.mark.parametrize("at", [MAP, LAST, "copy running-config startup-config"])
def test_the_next_deployment_finishes_it(lab: Installation, tmp_path: Path, at: str) -> None:
    killed(lab, tmp_path, at)
    done = lab_call(lab, tmp_path, "deploy", "--yes")
    assert done.code == 0, done.err
    assert "was cut off" in done.err or "ended while" in done.err
    assert lab.device.startup == lab.running()
    assert lab.lab.sbc.alive
    assert not record(tmp_path).exists()


def test_the_next_deployment_undoes_both(lab: Installation, tmp_path: Path) -> None:
    """When it fails as well, the device is brought back to what it was before the first."""
    killed(lab, tmp_path, MAP)
    lab.device.refuse = lambda line: "% No" if line == LAST else None
    done = lab_call(lab, tmp_path, "deploy", "--yes")
    assert done.code == 5
    assert lab.untouched()
    assert not record(tmp_path).exists()


def test_a_record_of_another_device_is_left_aside(lab: Installation, tmp_path: Path) -> None:
    killed(lab, tmp_path, MAP)
    entry = json.loads(record(tmp_path).read_text())
    record(tmp_path).write_text(json.dumps({**entry, "host_key": "SHA256:another"}))
    done = lab_call(lab, tmp_path, "deploy status")
    assert done.code == 0
    assert "another host key" in done.err


def test_a_record_that_cannot_be_read_is_no_record_of_nothing(lab: Installation, tmp_path: Path) -> None:
    record(tmp_path).parent.mkdir(parents=True)
    record(tmp_path).write_text("{")
    for verb in ("deploy status", "deploy", "rollback"):
        done = lab_call(lab, tmp_path, *([verb] if verb == "deploy status" else [verb, "--yes"]))
        assert done.code == 2
        assert "cannot be read" in done.error()
    assert lab.untouched()
