"""`rollback`: back to a backup, line for line, with a plan, a question and a proof of its own."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest
from failing import type_at
from installation import Installation

from sbc_tool.deploy import backup
from sbc_tool.deploy.deploy import How, deploy
from sbc_tool.deploy.deployment import Deployment
from sbc_tool.deploy.guard import Work
from sbc_tool.deploy.restore import Back, rollback
from sbc_tool.errors import DeployUndone, InputError, SbcError
from sbc_tool.trinity.diff import same
from sbc_tool.trinity.tree import parse


def work(lab: Installation, folder: Path) -> Work:
    return Work(lab.site, lab.world(folder), lab.vault(), lambda _: None, lambda *_: None, lambda _: "backup")


@pytest.fixture
def deployed(lab: Installation, tmp_path: Path) -> str:
    """What the device runs after a deployment, all of it saved."""
    deploy(lab.site, lab.world(tmp_path), lab.vault(), How())
    return lab.running()


def test_to_what_ran_before_the_last_deployment(lab: Installation, tmp_path: Path, deployed: str) -> None:
    shown: list[Deployment] = []
    done = rollback(work(lab, tmp_path), Back(confirm=lambda plan: not shown.append(plan)))  # type: ignore[func-returns-value]
    assert done.state == "deployed"
    assert same(parse(lab.running()), parse(lab.factory))
    assert lab.device.startup == lab.running()
    assert shown[0].plan is not None
    assert len(shown[0].plan.changes) > 50
    records = [json.loads(line) for line in (tmp_path / "audit.jsonl").read_text().splitlines()]
    assert [record.get("verb") for record in records] == [None, "rollback"]


def test_there_and_back_again(lab: Installation, tmp_path: Path, deployed: str) -> None:
    """Passwords included: what is typed back is what was there."""
    rollback(work(lab, tmp_path), Back())
    newest = backup.listed(tmp_path, "musterfirma")[0]
    rollback(work(lab, tmp_path), Back(newest))
    assert same(parse(lab.running()), parse(deployed))
    assert lab.lab.sbc.alive


def test_lines_of_others_go_as_well(lab: Installation, tmp_path: Path, deployed: str) -> None:
    type_at(lab, "profile acl THEIRS", "permit ip any any")
    rollback(work(lab, tmp_path), Back())
    assert "THEIRS" not in lab.running()


def test_a_no_changes_nothing(lab: Installation, tmp_path: Path, deployed: str) -> None:
    assert rollback(work(lab, tmp_path), Back(confirm=lambda _: False)).state == "planned"
    assert lab.running() == deployed


def test_a_refused_line_is_undone(lab: Installation, tmp_path: Path, deployed: str) -> None:
    lab.device.refuse = lambda line: "% No" if line == "no context sip-gateway GW_TEAMS" else None
    with pytest.raises(DeployUndone) as caught:
        rollback(work(lab, tmp_path), Back())
    assert "no context sip-gateway GW_TEAMS" in str(caught.value)
    assert "(backup)" in str(caught.value)
    assert same(parse(lab.running()), parse(deployed))
    assert lab.device.startup == deployed


def test_a_backup_whose_certificate_is_gone_is_refused_first(lab: Installation, tmp_path: Path, deployed: str) -> None:
    rollback(work(lab, tmp_path), Back())
    newest = backup.listed(tmp_path, "musterfirma")[0]
    before = lab.running()
    lab.device.store.remove(f"pki:certificate/{lab.certificate_name()}")
    with pytest.raises(InputError) as caught:
        rollback(work(lab, tmp_path), Back(newest))
    assert f"pki:certificate/{lab.certificate_name()}, which the device does not hold" in str(caught.value)
    assert lab.running() == before


@pytest.mark.parametrize("text", [None, "", "ntp\n"])
def test_a_backup_that_is_none(lab: Installation, tmp_path: Path, deployed: str, text: str | None) -> None:
    file = tmp_path / "own.cfg"
    if text is not None:
        file.write_text(text)
    with pytest.raises(InputError) as caught:
        rollback(work(lab, tmp_path), Back(file))
    assert "own.cfg" in str(caught.value)
    assert lab.running() == deployed


def test_without_any_other_backup(lab: Installation, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        rollback(work(lab, tmp_path), Back())
    assert "no backup differs" in str(caught.value)


def test_a_change_meanwhile_is_found(lab: Installation, tmp_path: Path, deployed: str) -> None:
    def confirm(_: Deployment) -> bool:
        type_at(lab, "ntp", "server time.theirs.example")
        return True

    with pytest.raises(SbcError) as caught:
        rollback(work(lab, tmp_path), Back(confirm=confirm))
    assert "changed by somebody else meanwhile" in str(caught.value)
    assert "time.theirs.example" in lab.running()


def test_a_timer_is_armed_and_called_off(lab: Installation, tmp_path: Path, deployed: str) -> None:
    lab.device.timers = frozenset({"reload in"})
    told: list[str] = []
    rollback(dataclasses.replace(work(lab, tmp_path), tell=told.append), Back(revert_in=3))
    assert any("timer armed" in step for step in told)
    assert lab.device.armed == ""
