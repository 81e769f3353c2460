"""What is looked at before the first change, judged from facts and in whole deployments."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from typing import Any

import pytest
from failing import type_at
from installation import Installation
from judged import judged, said

from sbc_tool.check import Check
from sbc_tool.deploy import before, lock
from sbc_tool.deploy.before.calls_in_progress import CallsInProgress
from sbc_tool.deploy.before.device_model_differs import DeviceModelDiffers
from sbc_tool.deploy.before.facts import Agreed, Disturbing, Identity, Moved, Startup
from sbc_tool.deploy.before.firmware_not_certified import FirmwareNotCertified
from sbc_tool.deploy.before.plan_outdated import PlanOutdated
from sbc_tool.deploy.before.running_config_moved import RunningConfigMoved
from sbc_tool.deploy.before.serial_differs import SerialDiffers
from sbc_tool.deploy.before.startup_differs import StartupDiffers
from sbc_tool.deploy.deploy import Deployment, How, deploy
from sbc_tool.finding import Outcome
from sbc_tool.lab import session
from sbc_tool.lab.smartnode import Nameplate as LabPlate
from sbc_tool.trinity.diff import Change
from sbc_tool.trinity.nameplate import Nameplate, read

PASS, WARN, FAIL, UNKNOWN, NA = Outcome.PASS, Outcome.WARN, Outcome.FAIL, Outcome.UNKNOWN, Outcome.NA


def identity(
    model: str = "SN5500", serial: str = "00A0BA000001", firmware: str = "3.19.1", pinned: str = ""
) -> Identity:
    return Identity("SN5500", pinned, Nameplate(model, serial, firmware))


@pytest.mark.parametrize(
    ("check", "fact", "outcome"),
    [
        (DeviceModelDiffers(), identity(), PASS),
        (DeviceModelDiffers(), identity("sn5500"), PASS),
        (DeviceModelDiffers(), identity("SN4170"), FAIL),
        (DeviceModelDiffers(), identity("SN9999"), WARN),
        (DeviceModelDiffers(), identity(""), UNKNOWN),
        (FirmwareNotCertified(), identity(firmware="3.19.1-26110"), PASS),
        (FirmwareNotCertified(), identity(firmware="3.18.1"), WARN),
        (FirmwareNotCertified(), identity(firmware="3.20.0"), WARN),
        (FirmwareNotCertified(), identity(firmware="3.18.0"), FAIL),
        (FirmwareNotCertified(), identity(firmware="3.9.1"), FAIL),
        (FirmwareNotCertified(), identity(firmware="R6.9 2016-07-05"), WARN),
        (FirmwareNotCertified(), identity(firmware=""), UNKNOWN),
        (SerialDiffers(), identity(), NA),
        (SerialDiffers(), identity(pinned="00a0ba000001"), PASS),
        (SerialDiffers(), identity(pinned="00A0BA000002"), FAIL),
        (SerialDiffers(), identity(serial="", pinned="00A0BA000002"), UNKNOWN),
        (StartupDiffers(), Startup(()), PASS),
        (StartupDiffers(), Startup(("server a",)), WARN),
        (CallsInProgress(), Disturbing(()), PASS),
        (CallsInProgress(), Disturbing((Change("replace", (), "x"),)), UNKNOWN),
        (RunningConfigMoved(), Moved("then", False), PASS),
        (RunningConfigMoved(), Moved("then", True), FAIL),
        (PlanOutdated(), Agreed("then", True), PASS),
        (PlanOutdated(), Agreed("then", False), FAIL),
    ],
)  # fmt: skip
def test_each_judges(check: Check, fact: Any, outcome: Outcome) -> None:
    assert judged(check, fact).outcome is outcome


def test_a_line_that_moved_is_named() -> None:
    assert said(judged(RunningConfigMoved(), Moved("the plan was made", True, ("server x",)))) == (
        "changed since the plan was made: `server x`"
    )


def test_show_system_as_it_is_recorded() -> None:
    """The labels and their indentation are NSH's (trinity-cli, section 4); the values are made up."""
    shown = (
        "  Hardware Version: 1.0\n  Software Version: 3.18.1-20101\n  Serial Number: 00A0BA012345\n"
        "  Model: SN5541/8JS/EUI\n\nSoftware Image #1\n=================\n\n Image State: active\n"
        " Build Version: 3.18.1\n"
    )
    assert read(shown) == Nameplate("SN5541", "00A0BA012345", "3.18.1-20101")
    assert read(shown.replace("\n", "\r\n")) == read(shown)
    assert read("Productname : SN4971/4E30VR\n") == Nameplate()
    assert read("  Model:\n  Serial Number: X\n") == Nameplate("", "X", "")


def run(lab: Installation, folder: Path, **how: Any) -> Deployment:
    return deploy(lab.site, lab.world(folder), lab.vault(), How(**how))


def outcomes(done: Deployment) -> dict[str, Outcome]:
    return {result.check: result.outcome for result in done.results}


def test_all_is_well_on_a_factory_device(lab: Installation, tmp_path: Path) -> None:
    done = run(lab, tmp_path)
    seen = {id: outcome for id, outcome in outcomes(done).items() if id in {check.id for check in before.ALL}}
    assert set(seen) == {check.id for check in before.ALL}
    assert set(seen.values()) == {PASS, NA}


@pytest.mark.parametrize(
    ("plate", "check"),
    [
        ({"serial": "00A0BA0BAD00"}, "serial-differs"),
        ({"model": "SN4170"}, "device-model-differs"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("skip", ["", "no time"])
def test_another_device_is_not_touched(
    lab: Installation, tmp_path: Path, plate: dict[str, str], check: str, skip: str
) -> None:
    """Also without preflight: that is about the outside, this about the device itself."""
    mine = lab.device.nameplate
    device = lab.site.device.model_copy(update={"serial": mine.serial})
    lab.device.nameplate = LabPlate(**{"hostname": mine.hostname, "model": mine.model, "serial": mine.serial, **plate})
    try:
        site = lab.site.model_copy(update={"device": device})
        done = deploy(site, lab.world(tmp_path), lab.vault(), How(skip_preflight=skip))
    finally:
        lab.device.nameplate = mine
    assert (done.state, outcomes(done)[check]) == ("unchanged", FAIL)
    assert lab.untouched()


def test_a_device_that_shows_little_is_deployed_to_and_nothing_of_that_is_green(
    lab: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    unknown = ("show system", "show (running-config|startup-config)")
    kept = [row for row in session._COMMANDS if not row[0].pattern.startswith(unknown)]
    kept.append((re.compile("show (running-config)"), True, session.Session.show_configuration))
    monkeypatch.setattr(session, "_COMMANDS", tuple(kept))
    done = run(lab, tmp_path)
    assert done.state == "deployed"
    for check in ("device-model-differs", "firmware-not-certified", "serial-differs", "startup-differs"):
        assert outcomes(done)[check] is UNKNOWN, check


def test_unsaved_changes_are_told(lab: Installation, tmp_path: Path) -> None:
    type_at(lab, "ntp", "server time.theirs.example")
    done = run(lab, tmp_path)
    assert (done.state, outcomes(done)["startup-differs"]) == ("deployed", WARN)


def test_somebody_changes_the_device_while_the_plan_is_read(lab: Installation, tmp_path: Path) -> None:
    def confirm(_: Deployment) -> bool:
        type_at(lab, "ntp", "server time.theirs.example")
        return True

    done = run(lab, tmp_path, confirm=confirm)
    assert (done.state, outcomes(done)["running-config-moved"]) == ("unchanged", FAIL)
    assert "time.theirs.example" in str([f.text for result in done.results for f in result.findings])
    assert lab.device.startup == lab.factory
    assert lab.site_files() == []


def test_another_deployment_is_under_way(lab: Installation, tmp_path: Path) -> None:
    sessions = lab.device.sessions
    world = lab.world(tmp_path)
    assert world.device
    with lock.turn(tmp_path, "{}:{}".format(*world.device), {"USER": "erika"}, "08:00") as mine:
        assert mine.other is None
        done = run(lab, tmp_path)
    assert (done.state, outcomes(done)["deploy-locked"]) == ("unchanged", FAIL)
    assert "erika@" in str([f.text for result in done.results for f in result.findings])
    assert lab.device.sessions == sessions, "it did not even log in"
    assert run(lab, tmp_path).state == "deployed"


def test_what_the_site_no_longer_names_goes_and_what_others_added_stays(lab: Installation, tmp_path: Path) -> None:
    """The whole way: deployed, a line of others beside ours, and then a site with another time server."""
    run(lab, tmp_path)
    type_at(lab, "ntp", "server time.theirs.example")
    network = lab.site.network.model_copy(update={"ntp": ("ntp.other.example",)})
    site = lab.site.model_copy(update={"network": network})
    done = deploy(site, lab.world(tmp_path), lab.vault(), How())
    assert done.state == "deployed"
    ntp = lab.running().partition("ntp\n")[2].partition("\n\n")[0]
    assert "server ntp.other.example" in ntp
    assert "server time.theirs.example" in ntp
    assert "server 0.patton.pool.ntp.org" in ntp, "the factory's is not ours"
    assert "server pool.ntp.org" not in ntp
    again = deploy(site, lab.world(tmp_path), lab.vault(), How())
    assert (again.state, again.plan and again.plan.empty) == ("unchanged", True)


def test_the_record_of_a_replaced_device_is_not_used(lab: Installation, tmp_path: Path) -> None:
    run(lab, tmp_path)
    mine = lab.device.nameplate
    lab.device.nameplate = dataclasses.replace(mine, serial="00A0BA0BAD00")
    try:
        network = lab.site.network.model_copy(update={"ntp": ("ntp.other.example",)})
        site = lab.site.model_copy(update={"network": network})
        deploy(site, lab.world(tmp_path), lab.vault(), How())
    finally:
        lab.device.nameplate = mine
    assert "server pool.ntp.org" in lab.running(), "somebody else may have put it there"
