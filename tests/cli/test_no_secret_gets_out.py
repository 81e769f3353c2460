"""Passwords and keys are in nothing that a verb prints or writes, whatever happens to it."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from installation import MARK, PASSWORDS, Installation
from lab_caller import Done, call, end, lab_call, ready_file, start
from typer.testing import CliRunner

from sbc_tool.cli import app
from sbc_tool.site.secrets import quote

MAP = "map +497123223 to user.02"
VERBS = ["render", "lint", "preflight", "plan", "deploy"]
_started: list[str] = []  # what processes were started with, while a test listens
_listening = False


def _listen(event: str, arguments: tuple[object, ...]) -> None:
    if _listening and event in ("subprocess.Popen", "os.exec", "os.posix_spawn", "os.spawn", "os.system"):
        _started.append(repr(arguments))


@pytest.fixture
def processes() -> Iterator[list[str]]:
    """What every process that was started was given."""
    global _listening
    if not _started:
        sys.addaudithook(_listen)
        _started.append("")  # a hook stays for good: one is enough
    del _started[1:]
    _listening = True
    yield _started
    _listening = False


def needles(lab: Installation) -> set[str]:
    """The passwords as they are and as they may be escaped, a mark that each of them holds, and the key's lines."""
    key = [line for line in lab.site.tls.private_key.path.read_text().splitlines() if "-----" not in line]
    spelt = {
        form for value in PASSWORDS.values() for form in (value, quote(value), json.dumps(value)[1:-1], repr(value))
    }
    assert len(key) > 20
    return {*spelt, *key, MARK}


def assert_silent(lab: Installation, folder: Path, *done: Done) -> None:
    """Nothing in what was printed; nothing in files, but for backups, of which the name counts."""
    written = ""
    for path in folder.rglob("*"):
        written += f"{path}\n"
        if path.is_file() and "backups" not in path.parts:
            written += path.read_text(encoding="utf-8")
    for needle in needles(lab):
        for one in done:
            assert needle not in one.out
            assert needle not in one.err
        assert needle not in written


def test_the_needles_are_found_where_they_are(lab: Installation, tmp_path: Path) -> None:
    """The search can fail: in the one file that must hold the passwords, it does."""
    assert all(MARK in value for value in PASSWORDS.values())
    call(lab, tmp_path, "render", lab.file, "--with-secrets", "--output", tmp_path / "clear.cfg")
    clear = (tmp_path / "clear.cfg").read_text(encoding="utf-8")
    for name in ("USER_01", "USER_02", "USER_03"):
        assert quote(PASSWORDS[name]) in clear
    with pytest.raises(AssertionError):
        assert_silent(lab, tmp_path)


def run(lab: Installation, folder: Path, verb: str, *arguments: object) -> Done:
    """As somebody calls it who has the lab's file; render and lint look at no outside."""
    if verb in ("render", "lint"):
        return call(lab, folder, verb, lab.file, *arguments)
    return lab_call(lab, folder, verb, *arguments)


@pytest.mark.parametrize("form", ["text", "json"])
def test_verbs_that_succeed(lab: Installation, tmp_path: Path, processes: list[str], form: str) -> None:
    how = ("--format", form)
    done = [run(lab, tmp_path, "render", "--annotate"), run(lab, tmp_path, "render", "--output", tmp_path / "out.cfg")]
    done += [run(lab, tmp_path, verb, *how) for verb in ("lint", "preflight", "plan")]
    done += [run(lab, tmp_path, "plan", "--output", f"{form}:{tmp_path / 'plan.out'}")]
    done += [run(lab, tmp_path, "plan", "--commands"), run(lab, tmp_path, "plan", "--undo")]
    done += [run(lab, tmp_path, "deploy", "--yes", *how)]
    done += [run(lab, tmp_path, verb, *how) for verb in ("preflight", "plan")]
    done += [run(lab, tmp_path, "deploy", "--yes", *how), run(lab, tmp_path, "plan", "--commands")]
    assert [one.code for one in done] == [0, 0, 0, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0]
    assert "username user.01 password ***" in done[6].out
    (tmp_path / "lab.json").unlink()  # it is the lab's own, readable by its owner only
    assert_silent(lab, tmp_path, *done)
    assert not [words for words in processes if MARK in words]


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize("fault", ["refused", "repeated", "cut", "hang-up", "stuck", "not kept", "unsaved"])
def test_deployments_that_fail(lab: Installation, tmp_path: Path, fault: str, form: str) -> None:
    secret = "username user.02"

    def refuse(line: str) -> str | None:
        """The device repeats what it was given, whole or in part."""
        if fault == "stuck" and line.startswith("no authentication-service"):
            return f"% In use: {lab.running()}"
        if fault == "not kept" and secret in line:
            return ""
        if fault == "refused" and line == MAP:
            return "% No room"
        if fault in ("repeated", "stuck") and secret in line:
            return f"% Invalid value: {line}"
        return (
            f"% Invalid value: {line[len('username user.02 password ') :]}"
            if fault == "cut" and secret in line
            else None
        )

    lab.device.refuse = refuse
    if fault == "hang-up":
        lab.device.hang_up_after = 60
    if fault == "unsaved":
        lab.device.hang_up_at = "copy running-config startup-config"
    done = run(lab, tmp_path, "deploy", "--yes", "--format", form)
    assert done.code == (6 if fault in ("stuck", "unsaved") else 5)
    assert done.error()
    assert (tmp_path / "home" / "lab" / "audit.jsonl").is_file()
    assert_silent(lab, tmp_path, done)


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("bad", [f"{MARK} Schlüssel", f'{MARK} "quoted"', f"{MARK}?", f"{MARK}\nadministrator x"])
def test_passwords_that_are_refused(lab: Installation, tmp_path: Path, verb: str, bad: str) -> None:
    environ = {**lab.environ, "USER_02": bad}
    if verb in ("render", "lint"):
        output = ("--with-secrets", "--output", tmp_path / "x") if verb == "render" else ()
        done = call(lab, tmp_path, verb, lab.file, *output, environ=environ)
    else:
        done = lab_call(lab, tmp_path, verb, environ=environ)
    assert done.code == {"lint": 0, "preflight": 1}.get(verb, 2)  # these two look at no password of a user
    assert_silent(lab, tmp_path, done)


def test_a_password_that_is_written_into_the_site_file(lab: Installation, tmp_path: Path) -> None:
    text = lab.file.read_text(encoding="utf-8")
    for old in ("env:SBC_PASSWORD", "env:USER_01"):
        file = tmp_path / f"{MARK.lower()}.yaml"
        file.write_text(text.replace(old, f"'{MARK} in clear'"), encoding="utf-8")
        done = call(lab, tmp_path, "deploy", file, "--yes")
        assert done.code == 2
        assert MARK not in done.out + done.err


def test_a_key_that_is_damaged(lab: Installation, tmp_path: Path) -> None:
    from test_deploy import own_site

    file = own_site(lab, tmp_path)
    key = file.parent / "key.pem"
    key.write_text(key.read_text().replace("A", "!", 3))
    done = lab_call(lab, tmp_path, "deploy", "--yes", file)
    assert done.code == 2
    for needle in needles(lab):
        assert needle not in done.out + done.err


@pytest.mark.parametrize("debug", ["", "1"])
@pytest.mark.parametrize("verb", ["preflight", "plan", "deploy"])
def test_a_bug_of_ours(
    lab: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, verb: str, debug: str
) -> None:
    """The SSH session crashes with the passwords in hand and in its message."""
    monkeypatch.setenv("SBC_TOOL_DEBUG", debug)

    def crash(*_: object, **__: object) -> None:
        kept = list(PASSWORDS.values())
        raise ValueError(f"{kept}")

    monkeypatch.setattr("sbc_tool.deploy.driver.TrinityDriver.say", crash)
    done = run(lab, tmp_path, verb)
    assert "internal error: ValueError" in done.err or verb == "preflight"
    assert ("test_no_secret_gets_out.py" in done.err and 'File "' in done.err) or not debug or verb == "preflight"
    assert_silent(lab, tmp_path, done)


def test_a_bug_of_ours_in_the_middle_of_a_push(
    lab: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SBC_TOOL_DEBUG", "1")

    def crash(self: object, done: int, total: int) -> None:
        if done == 70:
            raise ValueError(str(PASSWORDS))

    monkeypatch.setattr("sbc_tool.cli.follower.Follower.progress", crash)
    done = run(lab, tmp_path, "deploy", "--yes")
    assert done.code == 5
    assert "internal error: ValueError in crash" in done.err
    assert_silent(lab, tmp_path, done)


@pytest.mark.parametrize("words", [(), *((verb,) for verb in VERBS), ("lab", "start")])
def test_help(words: tuple[str, ...]) -> None:
    result = CliRunner().invoke(app, [*words, "--help"], env=PASSWORDS)
    assert result.exit_code == 0
    assert MARK not in result.output


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="no /proc here")
def test_what_others_see_of_the_process(lab: Installation, tmp_path: Path) -> None:
    """In the middle of a push, with the passwords on their way: its arguments and its name."""
    process = start(lab, tmp_path, "deploy", lab.file, "--yes", "--lab-ready", ready_file(lab, tmp_path))
    seen: list[str] = []

    def overhear(line: str) -> None:
        if " password " in line:
            seen.extend(Path(f"/proc/{process.pid}/{name}").read_text() for name in ("cmdline", "comm"))

    lab.device.overhear = overhear
    done = end(process)
    assert done.code == 0, done.err
    assert len(seen) == 6
    assert "sbc_tool" in seen[0]
    assert not [text for text in seen if MARK in text]
    (tmp_path / "lab.json").unlink()
    assert_silent(lab, tmp_path, done)
