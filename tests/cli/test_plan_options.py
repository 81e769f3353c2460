"""plan --out and deploy --plan, --replace, --confirm-name: as a pipeline uses them."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from installation import Installation
from lab_caller import Done, call, lab_call
from typer.testing import CliRunner

from sbc_tool.cli import app
from sbc_tool.lab.configuration import Editor

NAME = "192.168.1.1"  # what the lab's device calls itself


def type_at(lab: Installation, *lines: str) -> None:
    editor = Editor(lab.device.running)
    for line in lines:
        assert editor.type_line(line) is None, line


def deploy(lab: Installation, folder: Path, *arguments: object) -> Done:
    return lab_call(lab, folder, "deploy", *arguments)


def test_a_plan_that_was_agreed_to_is_carried_out(lab: Installation, tmp_path: Path) -> None:
    file = tmp_path / "musterfirma.plan"
    assert lab_call(lab, tmp_path, "plan", "--out", file).code == 1
    done = deploy(lab, tmp_path, "--yes", "--plan", file)
    assert done.code == 0, done.err
    assert "deployed" in done.out


def test_it_is_refused_when_the_device_changed_since(lab: Installation, tmp_path: Path) -> None:
    file = tmp_path / "musterfirma.plan"
    lab_call(lab, tmp_path, "plan", "--out", file)
    type_at(lab, "ntp", "server time.theirs.example")
    done = deploy(lab, tmp_path, "--yes", "--plan", file, "--format", "json")
    assert done.code == 1
    assert done.site["state"] == "unchanged"
    assert {"running-config-moved"} == {one["id"] for one in done.site["results"] if one["outcome"] == "fail"}
    assert lab.device.startup == lab.factory


def test_what_cuts_off_management_needs_the_name(lab: Installation, tmp_path: Path) -> None:
    assert deploy(lab, tmp_path, "--yes").code == 0
    type_at(lab, "context ip ROUTER", "interface LAN", "ipaddress LAN 192.168.1.9/24")
    plan = lab_call(lab, tmp_path, "plan")
    assert "ipaddress LAN 192.168.1.1/24  ! management, calls" in plan.out
    assert "can cut the device off from management" in plan.out
    assert "the device has not validated it" in plan.out
    refused = deploy(lab, tmp_path, "--yes")
    assert refused.code == 2
    assert "can cut the device off from management; nothing was changed" in refused.error()
    assert "--confirm-name 192.168.1.9" in refused.err, "a device without a name calls itself by its address"
    assert "192.168.1.9/24" in lab.running()
    assert deploy(lab, tmp_path, "--yes", "--confirm-name", NAME).code == 2
    assert deploy(lab, tmp_path, "--confirm-name", "192.168.1.9").code == 0
    assert "192.168.1.9/24" not in lab.running()


def test_replace_names_what_it_deletes_and_needs_the_name(lab: Installation, tmp_path: Path) -> None:
    assert deploy(lab, tmp_path, "--yes").code == 0
    type_at(lab, "profile voip THEIRS", "codec 1 g729 rx-length 20 tx-length 20")
    left = lab_call(lab, tmp_path, "plan", "--format", "json")
    assert (left.code, left.site["changes"]) == (0, [])
    assert {"path": [], "line": "profile voip THEIRS"} in left.site["left_alone"]
    shown = lab_call(lab, tmp_path, "plan", "--replace")
    assert "- profile voip THEIRS" in shown.out
    assert "-   codec 1 g729 rx-length 20 tx-length 20" in shown.out
    assert deploy(lab, tmp_path, "--yes", "--replace").code == 2
    assert "profile voip THEIRS" in lab.running()
    done = deploy(lab, tmp_path, "--yes", "--replace", "--confirm-name", NAME)
    assert done.code == 0, done.err
    assert "profile voip THEIRS" not in lab.running()
    assert f"administrator {lab.site.device.username}" in lab.running()
    assert lab_call(lab, tmp_path, "plan", "--replace").code == 0


def test_labels_are_in_the_document(lab: Installation, tmp_path: Path) -> None:
    done = lab_call(lab, tmp_path, "plan", "--format", "json")
    jsonschema.validate(done.document, json.loads(CliRunner().invoke(app, ["schema", "result"]).stdout))
    assert done.site["validated_by_device"] is False
    touches = {kind for change in done.site["changes"] for kind in change.get("touches", ())}
    assert touches == {"tls"}, "a first installation"


@pytest.mark.parametrize(
    ("verb", "arguments", "words"),
    [
        ("plan", ("--out", "x.plan", "--running", "x.cfg"), "--out and --running exclude each other"),
        ("deploy", ("--plan", "ghost.plan"), "no such file"),
        ("deploy", ("--plan", "x", "--replace"), "--plan and --replace exclude each other"),
    ],
)  # fmt: skip
def test_wrong_options(lab: Installation, tmp_path: Path, verb: str, arguments: tuple[str, ...], words: str) -> None:
    done = lab_call(lab, tmp_path, verb, *arguments)
    assert done.code == 2
    assert words in done.error()


def test_what_was_deployed_last_counts_without_a_device_too(lab: Installation, tmp_path: Path) -> None:
    """`plan --running` knows what is ours from the record of this data folder."""
    assert deploy(lab, tmp_path, "--yes").code == 0
    running = tmp_path / "running.cfg"
    running.write_text(lab.running() + "\n", encoding="utf-8")
    site = lab.file.parent / "moved.yaml"
    site.write_text(lab.file.read_text(encoding="utf-8").replace("pool.ntp.org", "other.ntp.org"), encoding="utf-8")
    home = tmp_path / "home" / "lab"  # a lab's records stay apart
    done = call(lab, tmp_path, "plan", site, "--running", running, "--commands", data_dir=home)
    site.unlink()
    assert "  no server pool.ntp.org" in done.out.splitlines()
    assert "  no server 0.patton.pool.ntp.org" not in done.out.splitlines()
