"""`sbc-tool rollback` as a user meets it: the plan before the question, the code that it ends with."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from installation import Installation
from lab_caller import Done, audited, lab_call

from sbc_tool.lab.configuration import Editor
from sbc_tool.trinity.diff import same
from sbc_tool.trinity.tree import parse

YES = ("--yes", "--confirm-name", "192.168.1.1")  # it takes the way to the device away, too


@pytest.fixture
def deployed(lab: Installation, tmp_path: Path) -> str:
    assert lab_call(lab, tmp_path, "deploy", "--yes").code == 0
    return lab.running()


def rollback(lab: Installation, folder: Path, *arguments: object) -> Done:
    return lab_call(lab, folder, "rollback", *arguments)


def backups(lab: Installation, folder: Path) -> list[Path]:
    return [Path(line) for line in rollback(lab, folder, "--list").out.split()]


def test_nobody_to_ask_sees_the_plan(lab: Installation, tmp_path: Path, deployed: str) -> None:
    done = rollback(lab, tmp_path)
    assert done.code == 2
    assert "this can cut the device off from management; nothing was changed" in done.error()
    assert "--confirm-name 192.168.1.1" in done.err
    assert "- context sip-gateway GW_TEAMS" in done.err
    assert "An offline difference: the device has not validated it." in done.err
    assert rollback(lab, tmp_path, "--yes").code == 2, "a yes is not enough"
    assert rollback(lab, tmp_path, "--yes", "--confirm-name", "sbc-2").code == 2, "nor is another name"
    assert lab.running() == lab.device.startup == deployed
    assert audited(tmp_path) == ["deployed"]


def test_to_the_newest_that_is_not_what_runs(lab: Installation, tmp_path: Path, deployed: str) -> None:
    done = rollback(lab, tmp_path, *YES, "--format", "json")
    assert done.code == 0, done.err
    assert done.site["state"] == "deployed"
    assert {"op": "remove", "path": [], "line": "context sip-gateway GW_TEAMS"} in [
        {name: change[name] for name in ("op", "path", "line")} for change in done.site["changes"]
    ]
    assert same(parse(lab.running()), parse(lab.factory))
    assert lab.device.startup == lab.running()
    assert Path(done.site["backup"]).read_text(encoding="utf-8") == deployed + "\n"


def test_there_and_back_with_to(lab: Installation, tmp_path: Path, deployed: str) -> None:
    (first,) = backups(lab, tmp_path)
    assert rollback(lab, tmp_path, *YES, "--to", first).code == 0
    second, *_ = backups(lab, tmp_path)
    assert rollback(lab, tmp_path, *YES, "--to", second).code == 0
    assert same(parse(lab.running()), parse(deployed))
    again = rollback(lab, tmp_path, *YES, "--to", second)
    assert again.code == 0
    assert "unchanged" in again.out
    assert audited(tmp_path) == ["deployed", "deployed", "deployed", "unchanged"]


def test_no_such_backup(lab: Installation, tmp_path: Path, deployed: str) -> None:
    (tmp_path / "empty.cfg").write_text("ntp\n")
    for words, file in {"no backup at": tmp_path / "ghost.cfg", "is empty or cut off": tmp_path / "empty.cfg"}.items():
        done = rollback(lab, tmp_path, *YES, "--to", file)
        assert done.code == 2
        assert words in done.error()
    assert lab.running() == deployed


def test_nothing_to_go_back_to(lab: Installation, tmp_path: Path) -> None:
    assert backups(lab, tmp_path) == []
    done = rollback(lab, tmp_path, *YES)
    assert done.code == 2
    assert "no backup differs from what the device runs" in done.error()
    assert lab.untouched()


def test_a_device_that_hangs_up_half_way(lab: Installation, tmp_path: Path, deployed: str) -> None:
    lab.device.hang_up_after = 20
    done = rollback(lab, tmp_path, *YES, "--format", "json")
    assert done.code == 5
    assert "the session broke off" in done.error()
    assert done.site["state"] == "rolled-back"
    assert same(parse(lab.running()), parse(deployed))
    assert lab.device.startup == deployed
    assert audited(tmp_path) == ["deployed", "rolled-back"]


def test_an_undo_that_fails(lab: Installation, tmp_path: Path, deployed: str) -> None:
    refused = ("no context sip-gateway GW_TEAMS", "context sip-gateway GW_STARFACE", "profile acl ACL_WAN")
    lab.device.refuse = lambda line: "% No" if line.startswith(refused) else None
    done = rollback(lab, tmp_path, *YES)
    assert done.code == 6
    assert "failed: a person is needed now" in done.out
    assert "Then the undo failed" in done.error()
    assert audited(tmp_path) == ["deployed", "failed"]
    lab.device.refuse = None
    assert "deploy abort SITE" in rollback(lab, tmp_path, *YES).err, "nothing else is begun before that is settled"
    assert lab_call(lab, tmp_path, "deploy abort").code == 0
    assert same(parse(lab.running()), parse(deployed))


def test_what_another_person_typed_before_goes_and_is_shown(lab: Installation, tmp_path: Path, deployed: str) -> None:
    """A backup is what the device was, line for line: what came since goes, and stands in the plan."""
    editor = Editor(lab.device.running)
    for line in ("ntp", "server time.theirs.example"):
        assert editor.type_line(line) is None
    done = rollback(lab, tmp_path, *YES, "--to", backups(lab, tmp_path)[0], "--format", "json")
    assert done.code == 0, done.err
    assert "server time.theirs.example" in [one["line"] for one in done.site["changes"] if one["op"] == "remove"]
    assert same(parse(lab.running()), parse(lab.factory))


def test_what_another_person_types_meanwhile_ends_it(lab: Installation, tmp_path: Path, deployed: str) -> None:
    """Typed as the first line is: it is not part of the backup, so the device is not what the backup says."""

    def refuse(_: str) -> None:
        lab.device.refuse = None
        editor = Editor(lab.device.running)
        for line in ("ntp", "server time.theirs.example"):
            assert editor.type_line(line) is None

    lab.device.refuse = refuse
    done = rollback(lab, tmp_path, *YES)
    assert done.code == 5
    assert "the device is not what the backup says" in done.error()
    assert "left alone: `server time.theirs.example` in ntp" in done.err
    assert "server time.theirs.example" in lab.running()


def test_a_device_that_moved_is_found_at_its_address(lab: Installation, tmp_path: Path, deployed: str) -> None:
    """The site's address leads nowhere; --device does, and the record of the site is used all the same."""
    done = rollback(lab, tmp_path, *YES, "--device", lab.ready.device)
    assert done.code == 0, done.err
    (line,) = [
        line for line in (tmp_path / "home" / "lab" / "audit.jsonl").read_text().splitlines() if "rollback" in line
    ]
    assert json.loads(line)["device"] == lab.ready.device


def test_a_device_that_is_down(lab: Installation, tmp_path: Path, deployed: str) -> None:
    done = rollback(lab, tmp_path, *YES, "--device", "127.0.0.1:1")
    assert done.code == 3
    assert "connection refused" in done.error()
    assert lab.running() == deployed
