"""Plan files: exactly that plan or nothing, and nothing secret in them."""

from __future__ import annotations

import json
import stat
import sys
from pathlib import Path
from typing import Any

import pytest
from failing import type_at
from installation import MARK, PASSWORDS, Installation
from sample_site import sample_site

from sbc_tool.deploy import plan_file
from sbc_tool.deploy.deploy import Deployment, How, deploy
from sbc_tool.deploy.plan_file import PlanFile
from sbc_tool.deploy.preparing import Aim, prepare
from sbc_tool.errors import InputError
from sbc_tool.finding import Outcome
from sbc_tool.render import render
from sbc_tool.site.model import Site


def made(lab: Installation, folder: Path, file: Path) -> PlanFile:
    """A plan of this moment, written and read again."""
    vault, world = lab.vault(), lab.world(folder)
    aim = Aim(render(lab.site, lab.certificate_name()).sealed(vault))
    with lab.session(folder) as session:
        ready = prepare(session, lab.site, world, vault, aim)
    plan_file.save(file, plan_file.made(lab.site, ready.text, ready.plan, vault, world.now()), ready.plan)
    return plan_file.load(file, lab.site)


def run(lab: Installation, folder: Path, site: Site | None = None, **how: Any) -> Deployment:
    return deploy(site or lab.site, lab.world(folder), lab.vault(), How(**how))


def outcomes(done: Deployment) -> dict[str, Outcome]:
    return {result.check: result.outcome for result in done.results}


def test_exactly_that_plan(lab: Installation, tmp_path: Path) -> None:
    done = run(lab, tmp_path, plan_file=made(lab, tmp_path, tmp_path / "plan.json"))
    assert done.state == "deployed"
    assert outcomes(done)["plan-outdated"] is outcomes(done)["running-config-moved"] is Outcome.PASS


def test_refused_when_the_device_changed_since(lab: Installation, tmp_path: Path) -> None:
    file = made(lab, tmp_path, tmp_path / "plan.json")
    type_at(lab, "ntp", "server time.theirs.example")  # in nobody's way: the plan is the same, the device is not
    done = run(lab, tmp_path, plan_file=file)
    assert done.state == "unchanged"
    assert outcomes(done)["running-config-moved"] is Outcome.FAIL
    assert outcomes(done)["plan-outdated"] is Outcome.PASS
    assert lab.device.startup == lab.factory
    assert lab.site_files() == []


def test_refused_when_the_site_file_says_something_else(lab: Installation, tmp_path: Path) -> None:
    file = made(lab, tmp_path, tmp_path / "plan.json")
    site = lab.site.model_copy(update={"users": lab.site.users[:2]})
    done = run(lab, tmp_path, site, plan_file=file)
    assert (done.state, outcomes(done)["plan-outdated"]) == ("unchanged", Outcome.FAIL)
    assert lab.untouched()


def test_refused_when_only_a_password_is_another(lab: Installation, tmp_path: Path) -> None:
    """The line looks the same, masked; what would be typed does not."""
    file = made(lab, tmp_path, tmp_path / "plan.json")
    lab.environ["USER_01"] = "an 0ther"
    try:
        done = run(lab, tmp_path, plan_file=file, skip_preflight="the STARFACE knows the old one")
    finally:
        lab.environ["USER_01"] = PASSWORDS["USER_01"]
    assert (done.state, outcomes(done)["plan-outdated"]) == ("unchanged", Outcome.FAIL)
    assert lab.untouched()


def test_refused_once_it_was_carried_out(lab: Installation, tmp_path: Path) -> None:
    file = made(lab, tmp_path, tmp_path / "plan.json")
    assert run(lab, tmp_path, plan_file=file).state == "deployed"
    again = run(lab, tmp_path, plan_file=file)
    assert (again.state, outcomes(again)["plan-outdated"]) == ("unchanged", Outcome.FAIL)


def test_no_secret_in_it_and_for_its_owner_only(lab: Installation, tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    made(lab, tmp_path, path)
    text = path.read_text(encoding="utf-8")
    for secret in (*PASSWORDS.values(), MARK):
        assert secret not in text
        assert json.dumps(secret)[1:-1] not in text
    assert {"op": "add", "path": ["ntp"], "line": "server pool.ntp.org", "touches": []} in json.loads(text)["changes"]
    if sys.platform != "win32":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_same_plan_has_another_digest_each_time(lab: Installation, tmp_path: Path) -> None:
    """Nobody can tell from two files that a password stayed the same, nor prepare for them all at once."""
    one, other = (made(lab, tmp_path, tmp_path / name) for name in ("one.json", "other.json"))
    assert one.typed != other.typed
    assert one.running != other.running


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"schema_version": 9}', '{"schema_version": 1, "site": "x"}'])
def test_what_is_no_plan(tmp_path: Path, text: str) -> None:
    (tmp_path / "plan.json").write_text(text)
    with pytest.raises(InputError, match="holds no plan"):
        plan_file.load(tmp_path / "plan.json", sample_site())


def test_a_plan_of_another_device(lab: Installation, tmp_path: Path) -> None:
    made(lab, tmp_path, tmp_path / "plan.json")
    with pytest.raises(InputError, match="is a plan for musterfirma at 192"):
        plan_file.load(tmp_path / "plan.json", sample_site(device={"host": "192.168.1.9"}))
    with pytest.raises(InputError, match="no such file"):
        plan_file.load(tmp_path / "ghost.json", sample_site())
