"""`sbc-tool deploy` as a user meets it: what it prints, and the code that it ends with."""

from __future__ import annotations

import json
import shutil
import socket
from pathlib import Path

import certificates
import jsonschema
import pytest
from installation import SITE, Installation, write_site
from lab_caller import Done, audited, call, lab_call, ready_file
from typer.testing import CliRunner

from sbc_tool.cli import app
from sbc_tool.lab.pki import LabCa

MAP = "map +497123223 to user.02"


def deploy(lab: Installation, folder: Path, *arguments: object, **world: object) -> Done:
    return lab_call(lab, folder, "deploy", "--yes", *arguments, **world)


def own_site(lab: Installation, folder: Path, text: str = SITE) -> Path:
    """A copy of the site, with its certificate and key, to be spoilt."""
    file = write_site(folder / "own", text)
    for name in ("fullchain.pem", "key.pem"):
        shutil.copy(lab.file.parent / name, file.parent / name)
    return file


def test_success_and_again(lab: Installation, tmp_path: Path) -> None:
    done = deploy(lab, tmp_path)
    assert done.code == 0, done.err
    assert "musterfirma: deployed: " in done.out
    assert "backup: " in done.out
    assert "error" not in done.err
    again = deploy(lab, tmp_path)
    assert again.code == 0
    assert "unchanged: the device already is what the site file says" in again.out
    assert audited(tmp_path) == ["deployed", "unchanged"]


def test_success_as_json(lab: Installation, tmp_path: Path) -> None:
    done = deploy(lab, tmp_path, "--format", "json")
    assert done.code == 0
    jsonschema.validate(done.document, json.loads(CliRunner().invoke(app, ["schema", "result"]).stdout))
    assert done.document["command"] == "deploy"
    assert done.document["verdict"] == "go", [e for e in done.site["results"] if e["outcome"] in ("warn", "unknown")]
    assert done.site["state"] == "deployed"
    assert {"op": "add", "path": ["ntp"], "line": "server pool.ntp.org"} in done.site["changes"]
    assert Path(done.site["backup"]).is_file()


def test_nobody_to_ask(lab: Installation, tmp_path: Path) -> None:
    done = lab_call(lab, tmp_path, "deploy")
    assert done.code == 2
    assert "nobody can be asked" in done.error()
    assert lab.untouched()


def test_a_refused_line(lab: Installation, tmp_path: Path) -> None:
    lab.device.refuse = lambda line: "% No room" if line == MAP else None
    done = deploy(lab, tmp_path, "--format", "json")
    assert done.code == 5
    assert f"did not take `{MAP}` in context cs SWITCH / " in done.error()
    assert "(templates/trinity/" in done.error()
    assert (done.site["state"], done.document["verdict"]) == ("rolled-back", "no-go")
    assert done.site["errors"][0]["exit"] == 5
    assert lab.untouched()
    assert audited(tmp_path) == ["rolled-back"]


def test_a_device_that_hangs_up_half_way(lab: Installation, tmp_path: Path) -> None:
    lab.device.hang_up_after = 90
    done = deploy(lab, tmp_path)
    assert done.code == 5
    assert "not deployed: the device is back to what it was" in done.out
    assert "the session broke off" in done.error()
    assert lab.untouched()


def test_an_undo_that_fails(lab: Installation, tmp_path: Path) -> None:
    lab.device.refuse = lambda line: "% No" if line == MAP or line.startswith("no profile") else None
    done = deploy(lab, tmp_path)
    assert done.code == 6
    assert "failed: a person is needed now" in done.out
    assert "what ran before is in " in done.err
    done.error()
    assert audited(tmp_path) == ["failed"]


def test_a_reason_to_skip_the_preflight(lab: Installation, tmp_path: Path) -> None:
    assert deploy(lab, tmp_path, "--skip-preflight", "DNS follows at noon", "--verify", "config").code == 0
    (line,) = (tmp_path / "home" / "lab" / "audit.jsonl").read_text().splitlines()
    record = json.loads(line)
    assert (record["skip_preflight"], record["verify"]) == ("DNS follows at noon", "config")


def spoilt(lab: Installation, folder: Path, old: str, new: str) -> Path:
    assert old in SITE
    return own_site(lab, folder, SITE.replace(old, new))


def test_site_files_that_are_none(lab: Installation, tmp_path: Path) -> None:
    users = SITE[SITE.index("users:") : SITE.index("wan_link")]
    cases = {
        "no such file": tmp_path / "ghost.yaml",
        "unknown": spoilt(lab, tmp_path / "a", "max_calls: 6", "max_kalls: 6"),
        "site.yaml:3:1: bad YAML": spoilt(lab, tmp_path / "b", "device: {model", "device: {{model"),
        "is there twice": spoilt(lab, tmp_path / "c", "wan_link:", "site: zwei\nwan_link:"),
        "users.csv": spoilt(lab, tmp_path / "d", users, "users: users.csv\n"),
    }
    (tmp_path / "d" / "own" / "users.csv").write_text("external;internal;account;password\n0711;22;a;env:X\n")
    sessions = lab.device.sessions
    for words, file in cases.items():
        done = call(lab, tmp_path, "deploy", file, "--yes", "--lab-ready", ready_file(lab, tmp_path))
        assert done.code == 2, (words, done.err)
        assert words in done.err
        assert "Traceback" not in done.err
        assert done.err.count("\n") < 20
    assert lab.device.sessions == sessions


def test_a_missing_secret(lab: Installation, tmp_path: Path) -> None:
    environ = {name: value for name, value in lab.environ.items() if name != "USER_02"}
    done = deploy(lab, tmp_path, "--no-input", environ=environ)
    assert done.code == 2
    assert "env:USER_02" in done.error()
    assert lab.untouched()


@pytest.mark.parametrize("key", ["missing", "other", "nonsense"])
def test_a_key_that_is_of_no_use(lab: Installation, tmp_path: Path, key: str) -> None:
    file = own_site(lab, tmp_path)
    path = file.parent / "key.pem"
    if key == "missing":
        path.unlink()
    else:
        path.write_text(certificates.key_pem(certificates.key("another")) if key == "other" else "nonsense")
    done = deploy(lab, tmp_path, file)
    assert done.code == 2
    assert "key" in done.error()
    assert lab.untouched()


def test_a_certificate_of_another_name(lab: Installation, tmp_path: Path) -> None:
    file = own_site(lab, tmp_path)
    chain, key = LabCa().mint("sbc.example.de")
    (file.parent / "fullchain.pem").write_bytes(chain)
    (file.parent / "key.pem").write_bytes(key)
    sessions = lab.device.sessions
    done = deploy(lab, tmp_path, file)
    assert done.code == 1
    assert "tls-name-mismatch" in done.out
    assert "said no; nothing was changed" in done.out
    assert lab.device.sessions == sessions
    assert lab.untouched()
    assert deploy(lab, tmp_path, file, "--format", "json").document["verdict"] == "no-go"


def test_a_device_that_is_down(lab: Installation, tmp_path: Path) -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{held.getsockname()[1]}"
        done = deploy(lab, tmp_path, "--device", address)
    assert done.code == 3
    assert done.error() == f"{address}: connection refused"


def test_a_wrong_password(lab: Installation, tmp_path: Path) -> None:
    done = deploy(lab, tmp_path, environ={**lab.environ, "SBC_PASSWORD": "wr0ng-0ne"})
    assert done.code == 4
    assert "refused the login of administrator" in done.error()
    assert "wr0ng" not in done.err


def test_a_changed_host_key(lab: Installation, tmp_path: Path) -> None:
    key = lab.lab.ssh._key
    try:
        lab.lab.ssh.rotate_host_key()
        done = deploy(lab, tmp_path, "--accept-new-host-key")
    finally:
        lab.lab.ssh._key = key
    assert done.code == 4
    assert "not the one in the site file" in done.error()
    assert lab.untouched()


def test_a_device_that_hangs_up_at_login(lab: Installation, tmp_path: Path) -> None:
    lab.device.hang_up_at = "enable"
    done = deploy(lab, tmp_path)
    assert done.code == 3
    assert "the session broke off" in done.error()
    assert lab.untouched()


@pytest.mark.parametrize(
    "arguments",
    [("--lab",), ("--timeout", "0"), ("--device", "a:b"), ("--output", "pdf:x"), ("--lab-ready", "ghost.json")],
)
def test_options_that_make_no_sense(lab: Installation, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    done = deploy(lab, tmp_path, *arguments)
    assert done.code == 2
    assert done.error()
    assert lab.untouched()


@pytest.mark.parametrize("arguments", [("--verify", "half"), ("--no-such-option",), ("--jobs", "0")])
def test_usage(lab: Installation, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    done = call(lab, tmp_path, "deploy", lab.file, *arguments)
    assert done.code == 2
    assert "Usage:" in done.err
    assert "Traceback" not in done.err
