"""Backups and the audit log on disk."""

from __future__ import annotations

import json
import stat
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sbc_tool.deploy import audit, backup
from sbc_tool.errors import InputError

AT = datetime(2026, 11, 25, 1, 2, 3, 4, UTC)
TEXT = 'ntp\n  server zürich.example\nauthentication-service A\n  username u password "a b"\n'


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_backup_is_what_was_read_byte_by_byte(tmp_path: Path) -> None:
    path = backup.save(tmp_path / "home", "musterfirma", AT, TEXT)
    assert path.read_bytes() == TEXT.encode()
    assert path == tmp_path / "home" / "backups" / "musterfirma" / "20261125T010203.000004Z-running.cfg"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no modes of this kind")
def test_only_its_owner_can_read_it(tmp_path: Path) -> None:
    import os

    before = os.umask(0)
    try:
        path = backup.save(tmp_path / "home", "s", AT, TEXT)
        audit.append(tmp_path / "home", {"state": "deployed"})
    finally:
        os.umask(before)
    assert mode(path) == 0o600
    assert mode(tmp_path / "home" / "audit.jsonl") == 0o600
    assert mode(path.parent) == 0o700
    assert mode(tmp_path / "home" / "backups") == 0o700


def test_no_backup_is_written_over(tmp_path: Path) -> None:
    first = backup.save(tmp_path, "s", AT, TEXT)
    with pytest.raises(InputError) as caught:
        backup.save(tmp_path, "s", AT, TEXT + "snmp-server\n")
    assert "no backup at" in str(caught.value)
    assert first.read_bytes() == TEXT.encode()
    assert backup.save(tmp_path, "s", AT + timedelta(microseconds=1), TEXT) != first


@pytest.mark.parametrize("text", ["", "\n", "% Not permitted\n"])
def test_next_to_nothing_is_no_backup(tmp_path: Path, text: str) -> None:
    with pytest.raises(InputError) as caught:
        backup.save(tmp_path, "s", AT, text)
    assert "nothing is changed" in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_a_backup_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "backups").write_text("in the way")
    with pytest.raises(InputError) as caught:
        backup.save(tmp_path, "s", AT, TEXT)
    assert "SBC_TOOL_HOME" in caught.value.hint


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_full_disk_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    path.symlink_to("/dev/full")
    with pytest.raises(InputError) as caught:
        audit.append(tmp_path, {"state": "deployed"})
    assert "No space left" in str(caught.value)


def test_the_audit_log_grows_by_a_line(tmp_path: Path) -> None:
    audit.check(tmp_path / "home")
    assert (tmp_path / "home" / "audit.jsonl").read_text() == ""
    audit.append(tmp_path / "home", {"site": "eins", "backup": tmp_path})
    audit.append(tmp_path / "home", {"site": "größer\nzwei"})
    lines = (tmp_path / "home" / "audit.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["site"] for line in lines] == ["eins", "größer\nzwei"]
