"""A whole deployment: what it leaves on the device, on disk and in the audit log, and when it leaves all alone."""

from __future__ import annotations

import dataclasses
import json
import stat
import sys
from pathlib import Path
from typing import Any

import pytest
from installation import PASSWORDS, Installation

from sbc_tool.deploy import before, verify
from sbc_tool.deploy.deploy import Deployment, How, deploy
from sbc_tool.errors import InputError, SbcError
from sbc_tool.finding import Outcome
from sbc_tool.lab.smartnode import Rank
from sbc_tool.trinity.tree import parse
from sbc_tool.world import World


def run(lab: Installation, folder: Path, **how: Any) -> Deployment:
    return deploy(lab.site, lab.world(folder), lab.vault(), How(**how))


def audited(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "audit.jsonl").read_text(encoding="utf-8").splitlines()]


def test_a_deployment_is_verified_and_saved(lab: Installation, tmp_path: Path) -> None:
    done = run(lab, tmp_path)
    assert done.state == "deployed", done.results
    outcomes = {result.check: result.outcome for result in done.results}
    checks = ("running-config-differs", "presented-certificate-differs", "sip-options-unanswered")
    assert [outcomes[check] for check in (*checks, "sip-contact-not-fqdn")] == [Outcome.PASS] * 4
    assert lab.device.startup == lab.running()
    assert lab.lab.sbc.alive
    for user in ("USER_01", "USER_02", "USER_03"):
        assert f'password "{PASSWORDS[user]}"' in lab.running()


def test_nothing_is_saved_before_it_is_verified(lab: Installation, tmp_path: Path) -> None:
    told: list[tuple[str, bool]] = []
    run(lab, tmp_path, tell=lambda step: told.append((step, lab.device.startup == lab.factory)))
    steps = [step for step, _ in told]
    assert steps[-5:] == [
        "push", "read back on a fresh connection", "look at the TLS port and ask it over SIP",
        "ask the STARFACE who is registered", "save",
    ]  # fmt: skip
    assert all(untouched for _, untouched in told)
    assert lab.device.startup != lab.factory


def test_the_read_back_is_on_a_connection_of_its_own(lab: Installation, tmp_path: Path) -> None:
    before = lab.device.sessions
    run(lab, tmp_path)
    assert lab.device.sessions == before + 2


def test_a_second_run_changes_nothing(lab: Installation, tmp_path: Path) -> None:
    run(lab, tmp_path)
    lines, text, startup = lab.device.lines_accepted, lab.running(), lab.device.startup
    revision = lab.device.store.revision
    again = run(lab, tmp_path)
    assert again.state == "unchanged"
    assert again.plan is not None
    assert again.plan.empty
    assert again.unproved == ()
    assert (lab.device.lines_accepted, lab.running(), lab.device.startup) == (lines, text, startup)
    assert lab.device.store.revision == revision
    assert [record["state"] for record in audited(tmp_path)] == ["deployed", "unchanged"]


def test_a_second_run_says_when_the_sbc_is_not_there(lab: Installation, tmp_path: Path, quick: None) -> None:
    run(lab, tmp_path)
    lab.device.store.remove(next(name for name in lab.site_files() if name.startswith("pki:private-key/")))
    lab.device.store.write("pki:private-key/" + lab.certificate_name(), b"another key")
    again = run(lab, tmp_path)
    assert again.state == "unchanged"
    assert [result.check for result in again.unproved] == ["presented-certificate-differs"]


def test_blocks_of_others_are_left_alone(lab: Installation, tmp_path: Path) -> None:
    theirs = (
        "profile acl THEIRS\n  permit ip any any\nsip-survivability\n  no shutdown\nntp\n  server time.theirs.example"
    )
    mine = lab.device.startup + "\n" + theirs
    lab.device.startup = mine
    lab.device.restart()
    done = run(lab, tmp_path)
    after = parse(lab.running())
    for line in ("profile acl THEIRS", "permit ip any any", "server time.theirs.example"):
        assert list(after.blocks(line)), line
    assert done.plan is not None
    assert "server time.theirs.example" in [change.line for change in done.plan.left_alone]
    assert next(after.blocks("sip-survivability")).leaf("no shutdown")


def test_the_backup_is_what_ran_before_and_for_its_owner_only(lab: Installation, tmp_path: Path) -> None:
    done = run(lab, tmp_path)
    assert done.backup is not None
    assert done.backup.read_text(encoding="utf-8") == lab.factory + "\n"
    assert PASSWORDS["SBC_PASSWORD"] in done.backup.read_text(encoding="utf-8")
    if sys.platform != "win32":
        assert stat.S_IMODE(done.backup.stat().st_mode) == 0o600
        assert stat.S_IMODE((tmp_path / "audit.jsonl").stat().st_mode) == 0o600


@pytest.mark.parametrize("name", ["backups", "audit.jsonl"])
def test_without_backup_or_audit_log_nothing_is_changed(lab: Installation, tmp_path: Path, name: str) -> None:
    if name == "backups":
        (tmp_path / name).write_text("in the way")
    else:
        (tmp_path / name).mkdir()
    with pytest.raises(InputError) as caught:
        run(lab, tmp_path)
    assert name in str(caught.value)
    assert lab.untouched()


def test_a_no_to_the_plan_changes_nothing(lab: Installation, tmp_path: Path) -> None:
    shown: list[Deployment] = []

    def no(so_far: Deployment) -> bool:
        shown.append(so_far)
        return False

    done = run(lab, tmp_path, confirm=no)
    assert done.state == "planned"
    assert lab.untouched()
    assert shown[0].plan is not None
    assert len(shown[0].plan.changes) > 100
    assert shown[0].backup is not None


def test_an_audit_line_tells_who_what_and_how(lab: Installation, tmp_path: Path) -> None:
    world = lab.world(tmp_path, environ={**lab.environ, "USER": "erika"})
    how = How("config", "the provider blocks port 53")
    done = deploy(lab.site, world, lab.vault(), how)
    (record,) = audited(tmp_path)
    assert record["by"] == "erika"
    assert (record["site"], record["device"], record["state"]) == ("musterfirma", lab.ready.device, "deployed")
    assert (record["verify"], record["skip_preflight"]) == ("config", "the provider blocks port 53")
    assert done.plan is not None
    assert record["changes"] == len(done.plan.changes)
    assert record["certificate"] == lab.certificate_name()
    assert record["error"] is None
    assert Path(record["backup"]).is_file()


def test_skipped_preflight_looks_at_nothing(lab: Installation, tmp_path: Path) -> None:
    told: list[str] = []
    done = run(lab, tmp_path, skip_preflight="no time", tell=told.append)
    assert "preflight" not in told
    assert {result.check for result in done.results} == {check.id for check in (*before.ALL, *verify.FULL)}


def test_verify_config_does_not_look_from_outside(lab: Installation, tmp_path: Path) -> None:
    told: list[str] = []
    gateway = (lab.site.teams.fqdn, lab.site.teams.tls_port)
    ways = tuple(way for way in lab.ready.world(World(tmp_path)).connect_to if (way.host, way.port) != gateway)
    world = lab.world(tmp_path, connect_to=ways)  # without one to the SBC: no test may reach for its own address
    done = deploy(lab.site, world, lab.vault(), How("config", tell=told.append))
    assert done.state == "deployed"
    assert "running-config-differs" in {result.check for result in done.results}
    assert "presented-certificate-differs" not in {result.check for result in done.results}
    assert not [step for step in told if "TLS" in step]
    assert lab.device.startup == lab.running()


@pytest.mark.parametrize("password", ['say "hi"', "why?", "Schlüssel", "two\nlines", ""])
def test_a_password_that_nobody_can_type_is_refused_before_the_login(
    lab: Installation, tmp_path: Path, password: str
) -> None:
    environ = {**lab.environ, "USER_02": password}
    sessions = lab.device.sessions
    vault = dataclasses.replace(lab, environ=environ).vault()
    with pytest.raises(InputError) as caught:
        deploy(lab.site, lab.world(tmp_path, environ=environ), vault, How())
    assert "user.02" in str(caught.value)
    assert not password or password not in f"{caught.value} {caught.value.hint}"
    assert lab.device.sessions == sessions


def test_a_device_that_shows_next_to_nothing_is_not_touched(lab: Installation, tmp_path: Path) -> None:
    """Cut off, or a login that may not see it: without a backup there is no way back."""
    lab.device.startup = "ssh-server\n  no shutdown"  # with no user and no profile, nobody is let in
    lab.device.restart()
    lab.device.admit = lambda *_: Rank.ADMINISTRATOR  # type: ignore[method-assign]
    before = lab.running()
    with pytest.raises(SbcError) as caught:
        run(lab, tmp_path)
    assert "no backup, so nothing is changed" in str(caught.value)
    assert lab.running() == before
    assert not (tmp_path / "backups").exists()
