"""Everything that can end a deployment after its first change: undone and proved, or said what state it is in."""

from __future__ import annotations

from pathlib import Path

import pytest
from failing import MAP, assert_stuck, assert_undone, failed, type_at
from installation import PASSWORDS, Installation

from sbc_tool.deploy.deploy import How, deploy
from sbc_tool.errors import DeployUndone
from sbc_tool.trinity.diff import same
from sbc_tool.trinity.tree import parse

SAVE = "copy running-config startup-config"


@pytest.mark.parametrize("answer", ["% No such thing", "Warning: table is getting full"])
def test_a_refused_line_is_named_and_all_is_undone(lab: Installation, tmp_path: Path, answer: str) -> None:
    lab.device.refuse = lambda line: answer if line == MAP else None
    error = failed(lab, tmp_path)
    assert_undone(lab, tmp_path, error)
    table = "mapping-table calling-e164 to calling-e164 MAP_NUMBER_TO_ACCOUNT"
    assert f"did not take `{MAP}` in context cs SWITCH / {table} (templates/trinity/" in str(error)
    assert answer in str(error)


def test_a_refused_password_is_not_repeated(lab: Installation, tmp_path: Path) -> None:
    lab.device.refuse = lambda line: f"% Invalid value: {line}" if "username user.02" in line else None
    error = failed(lab, tmp_path)
    assert "username user.02 password ***" in str(error)
    assert_undone(lab, tmp_path, error)


def test_a_line_that_is_taken_and_not_kept_is_undone(lab: Installation, tmp_path: Path) -> None:
    lab.device.refuse = lambda line: "" if line == MAP else None
    error = failed(lab, tmp_path)
    assert f"running-config-differs: still to add: `{MAP}`" in str(error)
    assert_undone(lab, tmp_path, error)


def test_an_sbc_that_does_not_come_alive_is_undone(lab: Installation, tmp_path: Path, quick: None) -> None:
    def tell(step: str) -> None:
        if step == "read back on a fresh connection":
            lab.device.store.remove(f"pki:private-key/{lab.certificate_name()}")

    error = failed(lab, tmp_path, tell=tell)
    assert "presented-certificate-differs" in str(error)
    assert_undone(lab, tmp_path, error)


@pytest.mark.parametrize("lines", [1, 60, 150])
def test_a_device_that_hangs_up_half_way(lab: Installation, tmp_path: Path, lines: int) -> None:
    lab.device.hang_up_after = lines
    error = failed(lab, tmp_path)
    assert "the session broke off" in str(error)
    assert_undone(lab, tmp_path, error)


@pytest.mark.parametrize("command", ["configure", "show running-config"])
def test_a_device_that_hangs_up_before_or_after_the_lines(lab: Installation, tmp_path: Path, command: str) -> None:
    def tell(step: str) -> None:
        if step == ("push" if command == "configure" else "read back on a fresh connection"):
            lab.device.hang_up_at = command

    error = failed(lab, tmp_path, tell=tell)
    assert "the session broke off" in str(error)
    assert_undone(lab, tmp_path, error)


def test_a_device_that_hangs_up_while_files_are_copied(lab: Installation, tmp_path: Path) -> None:
    def watch() -> None:
        if len(lab.site_files()) == 3 and watch in lab.device.watchers:
            lab.device.watchers.remove(watch)
            lab.lab.ssh.drop_all()

    lab.device.watchers.append(watch)
    error = failed(lab, tmp_path)
    assert watch not in lab.device.watchers
    assert_undone(lab, tmp_path, error)


def test_a_device_that_hangs_up_while_it_saves(lab: Installation, tmp_path: Path) -> None:
    lab.device.hang_up_at = SAVE
    error = failed(lab, tmp_path)
    assert lab.running() == lab.factory
    assert lab.device.startup != lab.factory  # it did save: nobody could know
    assert_stuck(tmp_path, error)
    assert "The device runs what it ran before" in str(error)
    assert "its startup-config may hold the change" in str(error)
    assert SAVE in error.hint


def test_a_device_that_will_not_save(lab: Installation, tmp_path: Path) -> None:
    lab.device.copy = lambda *_: False  # type: ignore[method-assign]
    try:
        error = failed(lab, tmp_path)
    finally:
        del lab.device.copy
    assert SAVE in str(error)
    assert_undone(lab, tmp_path, error)


def test_an_undo_that_is_refused_leaves_a_person_to_act(lab: Installation, tmp_path: Path) -> None:
    lab.device.refuse = lambda line: "% Not now" if line == MAP or line.startswith("no profile") else None
    error = failed(lab, tmp_path)
    assert lab.running() != lab.factory
    assert_stuck(tmp_path, error)
    assert f"did not take `{MAP}`" in str(error)
    assert "Then the undo failed" in str(error)
    assert "did not take `no profile" in str(error)
    assert "startup-config was not written" in str(error)
    assert "a power cycle brings the saved configuration back" in error.hint


def test_an_undo_that_is_taken_and_not_kept_is_found_out(lab: Installation, tmp_path: Path) -> None:
    def refuse(line: str) -> str | None:
        if line == MAP:
            return "% No"
        return "" if line == "no profile acl ACL_WAN" else None

    lab.device.refuse = refuse
    error = failed(lab, tmp_path)
    assert_stuck(tmp_path, error)
    assert "still differs from before: no profile acl ACL_WAN" in str(error)
    assert lab.site_files() != []  # what may still be in use is not taken away


def test_a_device_that_cannot_be_reached_for_the_undo(lab: Installation, tmp_path: Path) -> None:
    waited: list[float] = []

    def tell(step: str) -> None:
        if step == "undo":
            type_at(lab, "ssh-server", "shutdown")

    lab.device.hang_up_after = 60
    error = failed(lab, tmp_path, lab.world(tmp_path, pause=waited.append), tell=tell)
    assert_stuck(tmp_path, error)
    assert "Then the undo failed" in str(error)
    assert len(waited) == 2


def test_a_device_that_needs_a_moment_before_the_undo(lab: Installation, tmp_path: Path) -> None:
    def tell(step: str) -> None:
        if step == "undo":
            type_at(lab, "ssh-server", "shutdown")

    waited: list[float] = []

    def pause(seconds: float) -> None:
        waited.append(seconds)
        type_at(lab, "ssh-server", "no shutdown")

    lab.device.hang_up_after = 60
    error = failed(lab, tmp_path, lab.world(tmp_path, pause=pause), tell=tell)
    assert waited, "its SSH server was down when the undo began"
    assert_undone(lab, tmp_path, error)


def test_what_came_of_it_is_said_though_the_audit_log_breaks(lab: Installation, tmp_path: Path) -> None:
    told: list[str] = []

    def tell(step: str) -> None:
        told.append(step)
        if step == "undo":
            (tmp_path / "audit.jsonl").unlink()
            (tmp_path / "audit.jsonl").mkdir()

    lab.device.refuse = lambda line: "% No" if line == MAP else None
    error = failed(lab, tmp_path, tell=tell)
    assert isinstance(error, DeployUndone)
    assert lab.running() == lab.factory
    assert '"state": "rolled-back"' in told[-1]


def test_a_change_to_a_running_installation_is_undone_to_what_ran(lab: Installation, tmp_path: Path) -> None:
    """Not only from the factory state: passwords of users are typed back, whatever stands in them."""
    deploy(lab.site, lab.world(tmp_path / "first"), lab.vault(), How())
    before, files = lab.running(), lab.site_files()
    lab.environ["USER_01"] = "a new one"
    try:
        lab.device.refuse = lambda line: "% No" if line == "map +497123229 to user.02" else None
        users = [
            u.model_copy(update={"external": "+497123229"}) if u.account == "user.02" else u for u in lab.site.users
        ]
        site = lab.site.model_copy(update={"users": tuple(users)})
        with pytest.raises(DeployUndone):
            deploy(site, lab.world(tmp_path / "second"), lab.vault(), How(skip_preflight="the STARFACE is asked later"))
    finally:
        lab.environ["USER_01"] = PASSWORDS["USER_01"]
    assert same(parse(lab.running()), parse(before))
    assert lab.device.startup == before
    assert lab.site_files() == files
