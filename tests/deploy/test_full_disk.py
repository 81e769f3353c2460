"""The disk of this machine fills up, at every step: the device is what it was or what it should be, or it is said."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from failing import MAP
from installation import Installation
from small_disk import empty, fill, small_disk

from sbc_tool.deploy import journal, record
from sbc_tool.deploy.deploy import Deployment, How, deploy
from sbc_tool.deploy.transcript import Transcript
from sbc_tool.errors import DeployStuck, DeployUndone, InputError, SbcError
from sbc_tool.world import World

FULL = "No space left on device"


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    with small_disk(tmp_path / "disk") as folder:
        yield folder


def run(lab: Installation, world: World, **how: object) -> Deployment:
    return deploy(lab.site, world, lab.vault(), How("config", "a full disk is looked at", **how))  # type: ignore[arg-type]


def at(step: str, act: Callable[[], None], told: list[str]) -> Callable[[str], None]:
    """Hears what is told, and acts when it is this step's turn."""

    def tell(what: str) -> None:
        told.append(what)
        if what.startswith(step):
            act()

    return tell


@pytest.mark.parametrize("step", ["connecting to", "backup", "certificate, key and roots"])
def test_before_the_first_change_nothing_is_begun(lab: Installation, disk: Path, step: str) -> None:
    """No room for a backup, or for the journal: what would be begun could not be told of."""
    with pytest.raises(InputError, match=f"no (backup|journal) at .*: {FULL}"):
        run(lab, lab.world(disk), tell=at(step, lambda: fill(disk), []))
    assert lab.untouched()


@pytest.mark.parametrize("step", ["push", "read back on a fresh connection", "save"])
def test_after_it_all_is_undone(lab: Installation, disk: Path, step: str) -> None:
    with pytest.raises(DeployUndone, match=FULL) as caught:
        run(lab, lab.world(disk), tell=at(step, lambda: fill(disk), []))
    assert lab.untouched()
    assert "read back and equals the backup" in str(caught.value)


def test_while_lines_are_typed(lab: Installation, disk: Path) -> None:
    """The next thing that is written is that they were typed."""
    with pytest.raises(DeployUndone, match=f"no journal at .*: {FULL}"):
        run(lab, lab.world(disk), progress=lambda done, _: fill(disk) if done == 70 else None)
    assert lab.untouched()


def test_an_undo_goes_on_without_a_record_of_it(lab: Installation, disk: Path) -> None:
    lab.device.refuse = lambda line: "% No room" if line == MAP else None
    told: list[str] = []
    with pytest.raises(DeployUndone, match="did not take"):
        run(lab, lab.world(disk), tell=at("undo", lambda: fill(disk), told))
    assert lab.untouched()


def test_a_device_that_needs_a_person_is_on_record_all_the_same(lab: Installation, disk: Path) -> None:
    """What was written before the disk was full is still there, and says how far it got."""
    lab.device.refuse = lambda line: "% No" if line == MAP or line.startswith("no profile") else None
    told: list[str] = []

    def progress(done: int, _: int) -> None:
        if done == 40:
            fill(disk)

    with pytest.raises(DeployStuck):
        run(lab, lab.world(disk), tell=at("never", lambda: None, told), progress=progress)
    assert any(f"no journal at {disk}" in what for what in told)
    entry = journal.read(disk, "musterfirma")
    assert entry is not None
    assert entry.step == "lines"
    assert Path(entry.backup).read_text(encoding="utf-8") == lab.factory + "\n"
    lab.device.refuse = None
    empty(disk)
    told.clear()
    done = run(lab, lab.world(disk), tell=told.append)
    assert any("ended while lines were typed" in what for what in told)
    assert done.state == "deployed"


def test_a_deployment_that_was_saved_says_that_nothing_is_known_of_it(lab: Installation, tmp_path: Path) -> None:
    """The device is as it should be. Without a record, what is left out later will stay on it: that is said."""
    told: list[str] = []
    home = tmp_path / "home"
    home.mkdir()
    with small_disk(home / "deployed") as disk:  # only the record has no room
        fill(disk)
        done = run(lab, lab.world(home), tell=told.append)
        assert record.load(home, lab.site).deployed.wanted.nodes == ()
    assert done.state == "deployed"
    assert lab.device.startup == lab.running()
    assert (
        f"no record of what was deployed ({FULL}): what the site file leaves out later will stay on the device" in told
    )
    assert journal.read(home, "musterfirma") is None


def test_what_came_of_it_is_said_where_the_audit_log_has_no_room(lab: Installation, disk: Path, tmp_path: Path) -> None:
    """Only the log is on the disk that fills up."""
    told: list[str] = []
    home, log = tmp_path / "home", disk / "audit.jsonl"
    home.mkdir()
    (home / "audit.jsonl").symlink_to(log)
    lab.device.refuse = lambda line: "% No room" if line == MAP else None
    with pytest.raises(DeployUndone):
        run(lab, lab.world(home), tell=at("undo", lambda: fill(disk), told))
    assert lab.untouched()
    assert log.read_bytes() == b""
    assert told[-1].startswith(f"no audit log at {home / 'audit.jsonl'}: {FULL}")
    assert '"state": "rolled-back"' in told[-1]


@pytest.mark.parametrize("line", ["show running-config", "configure", MAP, "copy running-config startup-config"])
def test_a_transcript_that_breaks_off_ends_the_work_and_not_the_undo(
    lab: Installation, disk: Path, tmp_path: Path, line: str
) -> None:
    """Its disk is full; that of the journal is not."""
    world, vault = lab.world(tmp_path / "home"), lab.vault()
    transcript = Transcript(disk / "transcript", vault.mask, world.now)

    def record_it(device: str, direction: str, text: str) -> None:
        if text == line:
            fill(disk)
        transcript.record(device, direction, text)

    with pytest.raises(SbcError, match=r"--transcript .*: no space left on device") as caught:
        deploy(lab.site, dataclasses.replace(world, record=record_it), vault, How("config", "a full disk"))
    if line == "copy running-config startup-config":
        assert isinstance(caught.value, DeployStuck), "whether it was saved is not known"
        assert lab.running() == lab.factory
    else:
        assert isinstance(caught.value, InputError if line == "show running-config" else SbcError)
        assert lab.untouched()
