"""`sbc-tool plan`: what a deployment would change, and nothing is."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from installation import PASSWORDS, Installation
from lab_caller import Done, call, lab_call
from typer.testing import CliRunner

from sbc_tool.cli import app
from sbc_tool.lab.configuration import Editor
from sbc_tool.trinity.diff import same
from sbc_tool.trinity.tree import apply, parse


def plan(lab: Installation, folder: Path, *arguments: object) -> Done:
    return lab_call(lab, folder, "plan", *arguments)


def test_a_difference_is_shown_and_nothing_is_changed(lab: Installation, tmp_path: Path) -> None:
    lines = lab.device.lines_accepted
    done = plan(lab, tmp_path)
    assert done.code == 1
    assert "+ profile voip PF_VOIP_TEAMS" in done.out
    assert "+   srtp transmission forced" in done.out
    assert lab.device.lines_accepted == lines
    assert lab.running() == lab.factory
    assert not (tmp_path / "home" / "lab" / "backups").exists()


def test_what_a_deployment_would_refuse_is_said(lab: Installation, tmp_path: Path) -> None:
    """From the session that is open anyway: another device, and changes that nobody saved."""
    site = tmp_path / "site.yaml"
    text = lab.file.read_text(encoding="utf-8").replace("model: SN5500", "model: SN5500, serial: 00A0BA012345")
    site.write_text(text.replace("fullchain.pem", str(lab.file.parent / "fullchain.pem")), encoding="utf-8")
    (tmp_path / "users.env").write_bytes((lab.file.parent / "users.env").read_bytes())
    editor = Editor(lab.device.running)
    for line in ("ntp", "server time.theirs.example"):
        assert editor.type_line(line) is None
    sessions = lab.device.sessions
    done = plan(lab, tmp_path, site)
    assert done.code == 1
    assert "! `deploy` would refuse: serial-differs: serial number " in done.out
    assert "! startup-differs: runs and is not saved, or the other way round: `server time.theirs.example`" in done.out
    assert lab.device.sessions == sessions + 1
    judged = {one["id"]: one["outcome"] for one in plan(lab, tmp_path, site, "--format", "json").site["results"]}
    assert judged == {"serial-differs": "fail", "startup-differs": "warn"}


def test_no_difference_after_a_deployment(lab: Installation, tmp_path: Path) -> None:
    assert lab_call(lab, tmp_path, "deploy", "--yes").code == 0
    done = plan(lab, tmp_path)
    assert done.code == 0
    assert "musterfirma: no difference" in done.out
    assert plan(lab, tmp_path, "--commands").out == ""


def test_one_changed_password_is_one_line(lab: Installation, tmp_path: Path) -> None:
    assert lab_call(lab, tmp_path, "deploy", "--yes").code == 0
    lab.environ["USER_01"] = "an 0ther"
    try:
        done = plan(lab, tmp_path, "--format", "json")
    finally:
        lab.environ["USER_01"] = PASSWORDS["USER_01"]
    assert done.code == 1
    (change,) = done.site["changes"]
    assert change["op"] == "replace"
    assert change["line"].startswith("username user.01 password ***")
    assert "0ther" not in done.out


def test_as_json(lab: Installation, tmp_path: Path) -> None:
    done = plan(lab, tmp_path, "--format", "json")
    assert done.code == 1
    jsonschema.validate(done.document, json.loads(CliRunner().invoke(app, ["schema", "result"]).stdout))
    assert done.site["state"] == "planned"
    assert "backup" not in done.site
    assert {"op": "add", "path": ["ntp"], "line": "server pool.ntp.org"} in done.site["changes"]


def test_commands_lead_there_and_undo_leads_back(lab: Installation, tmp_path: Path) -> None:
    running = tmp_path / "running.cfg"
    running.write_text(lab.running(), encoding="utf-8")
    start = parse(lab.running()).map_secrets(lambda _: "***")  # as a file is shown
    there = apply(start, parse(plan(lab, tmp_path, "--running", running, "--commands").out).nodes)
    assert list(there.blocks("profile voip PF_VOIP_TEAMS"))
    back = apply(there, parse(plan(lab, tmp_path, "--running", running, "--undo").out).nodes)
    assert same(back, start)


def test_a_file_needs_no_device_and_no_password(lab: Installation, tmp_path: Path) -> None:
    running = tmp_path / "running.cfg"
    running.write_text(lab.running(), encoding="utf-8")
    sessions = lab.device.sessions
    done = call(lab, tmp_path, "plan", lab.file, "--running", running, environ={})
    assert done.code == 1
    assert "$(sip:user.01)" in done.out
    assert lab.device.sessions == sessions


def test_wrong_input(lab: Installation, tmp_path: Path) -> None:
    (tmp_path / "empty.cfg").write_text("\n")
    (tmp_path / "binary.cfg").write_bytes(b"\0\1\2")
    for words, arguments in {
        "no such file": ("--running", tmp_path / "ghost.cfg"),
        "holds no configuration": ("--running", tmp_path / "empty.cfg"),
        "is no text": ("--running", tmp_path / "binary.cfg"),
        "exclude each other": ("--undo", "--commands"),
        "--undo, --commands and --format json": ("--undo", "--format", "json"),
        "cannot be read": ("--lab-ready", tmp_path / "ghost.json"),
    }.items():
        done = plan(lab, tmp_path, *arguments)
        assert done.code == 2, words
        assert words in done.error()


@pytest.mark.parametrize(("environ", "code"), [({"SBC_PASSWORD": "wr0ng-0ne"}, 4), ({"USER_01": ""}, 2)])
def test_wrong_secrets(lab: Installation, tmp_path: Path, environ: dict[str, str], code: int) -> None:
    done = lab_call(lab, tmp_path, "plan", environ={**lab.environ, **environ})
    assert done.code == code
    assert "wr0ng" not in done.error()


def test_a_device_that_will_not_show_its_configuration(lab: Installation, tmp_path: Path) -> None:
    lab.device.hang_up_at = "show running-config"
    done = plan(lab, tmp_path)
    assert done.code == 3
    assert "the session broke off" in done.error()
