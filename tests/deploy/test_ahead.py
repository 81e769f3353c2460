"""Found before the first change, or put right by the next run: holes that a deployment could fall into."""

from __future__ import annotations

from pathlib import Path

import pytest
from failing import assert_undone, failed, type_at
from installation import Installation

from sbc_tool.deploy.deploy import How, deploy
from sbc_tool.deploy.deployment import Deployment
from sbc_tool.errors import InputError, SbcError
from sbc_tool.finding import Outcome
from sbc_tool.lab.latency import Relay
from sbc_tool.site.model import Site
from sbc_tool.world import ConnectTo

SAVE = "copy running-config startup-config"


def test_what_runs_and_is_not_saved_is_saved(lab: Installation, tmp_path: Path) -> None:
    deploy(lab.site, lab.world(tmp_path), lab.vault(), How())
    lab.device.startup = lab.factory
    done = deploy(lab.site, lab.world(tmp_path), lab.vault(), How())
    assert done.state == "deployed"
    assert done.plan is not None
    assert done.plan.empty
    assert lab.device.startup == lab.running()


def test_nothing_is_saved_that_is_not_proved(lab: Installation, tmp_path: Path, quick: None) -> None:
    deploy(lab.site, lab.world(tmp_path), lab.vault(), How())
    lab.device.startup = lab.factory
    lab.device.store.write("pki:private-key/" + lab.certificate_name(), b"another key")
    done = deploy(lab.site, lab.world(tmp_path), lab.vault(), How())
    assert done.state == "unchanged"
    assert done.unproved
    assert lab.device.startup == lab.factory


def test_a_save_that_was_cut_off_is_made_up_for(lab: Installation, tmp_path: Path) -> None:
    """Also where the device does not show what it has saved: the record says that it is not known."""
    lab.device.shows_startup = False
    lab.device.hang_up_at = SAVE
    failed(lab, tmp_path)
    assert lab.running() == lab.factory != lab.device.startup
    (tmp_path / "audit.jsonl").unlink()
    done = deploy(lab.site, lab.world(tmp_path), lab.vault(), How())
    assert done.state == "deployed"
    assert lab.device.startup == lab.running()


def test_a_save_that_keeps_only_a_part_is_found_out(lab: Installation, tmp_path: Path) -> None:
    def copy(source: str, target: str) -> bool:
        lab.device.startup = lab.running()[: len(lab.running()) // 2]
        return True

    lab.device.copy = copy  # type: ignore[method-assign]
    try:
        error = failed(lab, tmp_path)
    finally:
        del lab.device.copy
    assert "took the save, yet its startup-config lacks" in str(error)
    assert "its startup-config may hold the change" in str(error)
    assert error.exit == 6
    assert lab.running() == lab.factory


@pytest.mark.parametrize("value", ["why?", "Schlüssel"])
def test_a_password_that_cannot_be_typed_back_is_found_first(lab: Installation, tmp_path: Path, value: str) -> None:
    """It stands in a line that the plan takes away, so an undo would have to type it."""
    deploy(lab.site, lab.world(tmp_path / "first"), lab.vault(), How())
    line = next(one for one in lab.running().splitlines() if "username user.02" in one)
    lab.device.startup = lab.running().replace(line, line[: line.index("password")] + f'password "{value}"')
    lab.device.restart()
    lab.lab.ssh.drop_all()
    before = lab.running()
    with pytest.raises(InputError) as caught:
        deploy(lab.site, lab.world(tmp_path / "second"), lab.vault(), How())
    assert "could not be typed back" in str(caught.value)
    assert "username user.02 password" in str(caught.value)
    assert value not in f"{caught.value}{caught.value.hint}"
    assert lab.running() == before


def test_a_change_while_the_question_waits_is_found(lab: Installation, tmp_path: Path) -> None:
    def confirm(_: Deployment) -> bool:
        type_at(lab, "ntp", "server time.theirs.example")
        return True

    done = deploy(lab.site, lab.world(tmp_path), lab.vault(), How(confirm=confirm))
    assert done.state == "unchanged"
    assert [result.check for result in done.results if result.outcome is Outcome.FAIL] == ["running-config-moved"]
    assert "time.theirs.example" in lab.running()
    assert lab.site_files() == []


MOVED = "192.168.1.77"


def moving(lab: Installation) -> tuple[Site, ConnectTo]:
    """The site with another LAN address, and the way to where the device then is."""
    network = lab.site.network
    lan = network.lan.model_copy(update={"address": type(network.lan.address)(f"{MOVED}/24")})
    site = lab.site.model_copy(update={"network": network.model_copy(update={"lan": lan})})
    return site, ConnectTo(MOVED, 22, "127.0.0.1", lab.lab.ssh.port)


def test_an_unnamed_device_changes_its_name_with_its_address(lab: Installation, tmp_path: Path) -> None:
    site, there = moving(lab)
    here = ConnectTo("192.168.1.1", 22, "127.0.0.1", lab.lab.ssh.port)
    world = lab.world(tmp_path, device=("192.168.1.1", 22), connect_to=(here, there))
    told: list[str] = []
    sessions = lab.device.sessions
    done = deploy(site, world, lab.vault(), How("config", "no way there", tell=told.append))
    assert done.state == "deployed"
    assert lab.device.hostname == MOVED
    assert lab.device.sessions == sessions + 2  # the session went on under the new name
    assert f"this moves the device: from then on it is found at {MOVED}" in told


def test_a_device_that_moves_away_under_the_session(lab: Installation, tmp_path: Path) -> None:
    """Nobody answers at the old address any more: the rest is typed, read back and saved at the new one."""
    site, there = moving(lab)
    old = Relay(lab.lab.ssh.port, 0)
    here = ConnectTo("192.168.1.1", 22, "127.0.0.1", old.port)
    world = lab.world(tmp_path, device=("192.168.1.1", 22), connect_to=(here, there))

    def befall(line: str) -> str:
        if line.startswith(f"ipaddress LAN {MOVED}"):
            old.stop()
            return "HANG_UP"
        return "STAY"

    lab.device.befall = befall
    try:
        done = deploy(site, world, lab.vault(), How("config", "no way there"))
    finally:
        old.stop()
    assert done.state == "deployed"
    assert f"ipaddress LAN {MOVED}/24" in lab.device.startup
    assert lab.device.startup == lab.running()


def test_a_device_that_moves_and_must_come_back(lab: Installation, tmp_path: Path) -> None:
    site, there = moving(lab)
    here = ConnectTo("192.168.1.1", 22, "127.0.0.1", lab.lab.ssh.port)
    world = lab.world(tmp_path, device=("192.168.1.1", 22), connect_to=(here, there))
    lab.device.befall = lambda line: "HANG_UP" if line.startswith("ipaddress LAN") else "STAY"
    lab.device.refuse = lambda line: "% No" if line == "no method 2" else None
    with pytest.raises(SbcError) as caught:
        deploy(site, world, lab.vault(), How("config", "no way there"))
    assert_undone(lab, tmp_path, caught.value)
