"""The user's OpenSSH configuration is read as OpenSSH reads it: `ssh -G` says what it makes of the same files."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from programs import program

from sbc_tool.deploy.ssh_config import Entry, lookup
from sbc_tool.errors import InputError


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    (tmp_path / ".ssh").mkdir()
    return tmp_path / ".ssh"


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / name).write_text(text)
    return folder / "config"


def as_openssh(config: Path, user: str, host: str) -> dict[str, str]:
    command = [program("ssh"), "-G", "-F", str(config), "-l", user, host]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return dict(reversed([tuple(line.split(" ", 1)) for line in done.stdout.splitlines() if " " in line]))  # type: ignore[misc]


def as_we(config: Path, user: str, host: str) -> Entry:
    return lookup(config, host, user)


TOP = "Include work/* gone\nPort 3\nHost sbc-b\n  Port 4\n"
NESTED = "Host sbc-*\n  Include inner\n  Port 5\nHost *\n  Port 6\n"
INNER = "HostName inner\nHost sbc-b\n  ProxyJump bastion\nMatch all\n  HostKeyAlias known\n"
MATCH = (
    "Match user administrator host sbc-a,x\n  Port 7\nmatch OriginalHost sbc-b\n  Port 8\n"
    'Match !user administrator\n  Port 9\nMatch exec "test %n = other"\n  Port 10\nMatch all\n  Port 11\n'
)


@pytest.mark.parametrize("host", ["sbc-a", "sbc-b", "other"])
@pytest.mark.parametrize("user", ["administrator", "somebody"])
@pytest.mark.parametrize(
    "files",
    [
        {"config": TOP},
        {"config": NESTED, "inner": INNER},
        {"config": MATCH},
        {"config": 'Port=12  # of the branch\nHOST = sbc-a\n\tHostName "quoted"\n'},
        {"config": "Host sbc-a !sbc-b\n  Include ~/.ssh/inner\n", "inner": "Port 13\nInclude deeper", "deeper": MATCH},
    ],
)
def test_we_read_what_openssh_reads(home: Path, files: dict[str, str], user: str, host: str) -> None:
    (home / "work").mkdir()
    write(home / "work", first="Host sbc-a\n  Port 1\n", second="Host *\n  HostName second\n")
    config = write(home, **files)
    theirs, ours = as_openssh(config, user, host), as_we(config, user, host)
    for key, default in (("hostname", host), ("port", "22"), ("proxyjump", None), ("hostkeyalias", None)):
        assert (ours.first(key) or default) == theirs.get(key), key


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Include config\n", "in a circle"),
        ("Match localnetwork 10.0.0.0/8\n", "`Match localnetwork` can't be judged"),
        ("Match tagged x\n", "`Match tagged` can't be judged"),
        ('Port 1\nHost "a\n', "line 2 can't be read"),
        ("Host\n", "line 1 can't be read"),
    ],
)
def test_what_cannot_be_followed_is_named(home: Path, text: str, said: str) -> None:
    """A criterion that isn't known must not pass for true: its lines would hold for every host."""
    with pytest.raises(InputError) as caught:
        lookup(write(home, config=text), "sbc")
    assert said in str(caught.value)
    assert "--ssh-config" in caught.value.hint


def test_a_file_that_may_not_be_read(home: Path) -> None:
    (home / "inner").write_bytes(b"Host \xff")
    with pytest.raises(InputError) as caught:
        lookup(write(home, config="Include inner\n"), "sbc")
    assert "inner" in str(caught.value)
