"""What is kept of a deployment: enough for the next plan, and no secret."""

from __future__ import annotations

import json
import stat
import sys
from pathlib import Path

import pytest
from installation import MARK, PASSWORDS, Installation
from sample_site import sample_site

from sbc_tool.deploy import record
from sbc_tool.deploy.deploy import How, deploy
from sbc_tool.deploy.record import Record
from sbc_tool.errors import InputError, LineRefused, SbcError
from sbc_tool.trinity.owned import Deployed
from sbc_tool.trinity.tree import parse
from sbc_tool.world import World

SITE = sample_site()


def only(folder: Path) -> Path:
    (path,) = (folder / "deployed" / "musterfirma").iterdir()
    return path


def test_it_reads_back_as_it_was_kept(tmp_path: Path) -> None:
    kept = Record(Deployed(parse("ntp\n  server a\n"), parse("ntp\n")), "00A0BA000001")
    assert record.load(tmp_path, SITE) == Record()
    assert record.keep(World(tmp_path), SITE, kept) == ""
    assert record.load(tmp_path, SITE) == kept
    elsewhere = sample_site(device={"host": "192.168.1.2"})
    assert record.load(tmp_path, elsewhere) == Record(), "another device"


def test_another_serial_number_is_another_device() -> None:
    kept = Record(Deployed(parse("ntp\n")), "A")
    assert kept.of("A") == kept.of("") == kept.deployed
    assert kept.of("B") == Deployed()


def test_no_secret_and_for_its_owner_only(lab: Installation, tmp_path: Path) -> None:
    deploy(lab.site, lab.world(tmp_path), lab.vault(), How())
    path = only(tmp_path)
    text = path.read_text(encoding="utf-8")
    for secret in (*PASSWORDS.values(), MARK):
        assert secret not in text
        assert json.dumps(secret)[1:-1] not in text
    assert "username user.01 password ***" in text
    assert "administrator" in json.loads(text)["found"]
    if sys.platform != "win32":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [one.name for one in path.parent.iterdir()] == [path.name], "nothing half written beside it"


def test_a_deployment_that_failed_keeps_nothing(lab: Installation, tmp_path: Path) -> None:
    lab.device.refuse = lambda line: "% No" if line.startswith("map ") else None
    with pytest.raises(SbcError):
        deploy(lab.site, lab.world(tmp_path), lab.vault(), How())
    assert not (tmp_path / "deployed").exists()


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"schema_version": 2}', '{"schema_version": 1, "deployed": 3}', "\xff"]
)
def test_a_record_that_cannot_be_read_is_not_passed_over(tmp_path: Path, text: str) -> None:
    record.keep(World(tmp_path), SITE, Record())
    only(tmp_path).write_text(text, encoding="latin-1")
    with pytest.raises(InputError) as caught:
        record.load(tmp_path, SITE)
    assert not isinstance(caught.value, LineRefused)
    assert "remove it" in caught.value.hint


def test_no_room_for_the_record_is_told_and_fails_nothing(lab: Installation, tmp_path: Path) -> None:
    (tmp_path / "deployed").write_text("in the way")
    assert "no record of what was deployed" in record.keep(World(tmp_path), SITE, Record())
