"""Wrong input of every kind: exit 2, nothing on stdout, one message that names the place, and what to do."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from command import Ran, sbc_tool, site_file

USERS = re.compile(r"(?ms)^users:\n.*?^(?=wan_link)")


def refusal(ran: Ran) -> list[str]:
    """The errors told, after checking that they are told as they should be."""
    assert ran.code == 2, ran
    assert ran.out == ""
    lines = ran.err.splitlines()
    errors = [line.removeprefix("error: ") for line in lines if line.startswith("error: ")]
    assert errors, ran.err
    assert lines[-1].startswith("  → "), "what to do next is said last"
    return errors


# what to replace in the site file, by what; the place and the beginning of the message
IN_THE_FILE = [
    ("gateway: 123", "gatway: 123", ":18:5: network.wan: unknown key `gatway`: did you mean `gateway`?"),
    ("site: musterfirma", "site: musterfirma\nsite: b", ":6:1: `site` is there twice, first in line 5"),
    ("[9.9.9.9]", "[9.9.9.9", ":25:6: bad YAML: a bracket that is not closed"),
    ("max_calls: 6", "max_calls: six", ":32:14: teams.max_calls: must be a whole number"),
    ("  fqdn: sbc.meinefirma.de ", "  # ", ":28:1: teams: lacks `fqdn`"),
    ("env:SBC_PASSWORD", "hunter2", ":12:13: device.password: must say where the secret is found"),
    ("123.123.123.121", "1.2.3.4", ":18:14: network.wan.gateway: must lie in the WAN network"),
]


@pytest.mark.parametrize(("old", "new", "message"), IN_THE_FILE)
@pytest.mark.parametrize("verb", ["render", "lint", "preflight", "plan", "deploy"])
def test_in_a_site_file(verb: str, old: str, new: str, message: str, tmp_path: Path) -> None:
    path = site_file(tmp_path / "customer", (old, new))
    (error,) = refusal(sbc_tool(verb, path, home=tmp_path / "home"))
    assert error.startswith(f"{path}{message}"), error
    assert "hunter2" not in error
    assert not (tmp_path / "home").exists(), "nothing was done"


def test_lab_start_and_a_broken_site_file(tmp_path: Path) -> None:
    path = site_file(tmp_path, ("gateway: 123", "gatway: 123"))
    (error,) = refusal(sbc_tool("lab", "start", path, "--ready-file", tmp_path / "r.json", home=tmp_path))
    assert "did you mean `gateway`?" in error
    assert not (tmp_path / "r.json").exists()


def test_every_problem_is_told_at_once(tmp_path: Path) -> None:
    path = site_file(tmp_path, ("max_calls: 6", "max_calls: six"), ("port: 5060", "port: sip"))
    ran = sbc_tool("render", path, home=tmp_path)
    assert [error.partition(": ")[0] for error in refusal(ran)] == [f"{path}:32:14", f"{path}:42:9"]
    assert ran.err.count("→") == 1, "the same hint stands once"


@pytest.mark.parametrize("verb", ["render", "lint", "preflight", "plan", "deploy"])
def test_a_file_that_is_not_there(verb: str, tmp_path: Path) -> None:
    (error,) = refusal(sbc_tool(verb, tmp_path / "absent.yaml", home=tmp_path))
    assert error.startswith(f"{tmp_path / 'absent.yaml'}: no such file")


@pytest.mark.parametrize("verb", ["render", "plan"])
def test_a_folder_in_place_of_a_file(verb: str, tmp_path: Path) -> None:
    (error,) = refusal(sbc_tool(verb, tmp_path, home=tmp_path))
    assert error == f"{tmp_path}: is a folder, not a file"


def test_a_folder_without_sites(tmp_path: Path) -> None:
    (error,) = refusal(sbc_tool("deploy", tmp_path, home=tmp_path))
    assert error == f"{tmp_path}: no site file in this folder"


@pytest.mark.parametrize("verb", ["lint", "preflight"])
def test_a_folder_without_a_site_file(verb: str, tmp_path: Path) -> None:
    (error,) = refusal(sbc_tool(verb, tmp_path, home=tmp_path))
    assert error == f"{tmp_path}: no site file in this folder"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\x89PNG\r\n\x1a\n\x00\x00", ":1: is not UTF-8 text"),
        (b"", ": is empty"),
        (b"- a\n- b\n", ":1:1: must hold keys and values"),
        (b"just a letter\n", ":1:1: must hold keys and values"),
        (b"site: a\x07\n", ":1: bad YAML: a control character"),
        (b"? [a]\n: b\n", ":1:3: a key must be a word"),
    ],
)
def test_no_site_file_at_all(content: bytes, message: str, tmp_path: Path) -> None:
    path = tmp_path / "site.yaml"
    path.write_bytes(content)
    (error,) = refusal(sbc_tool("render", path, home=tmp_path))
    assert error.startswith(f"{path}{message}"), error


def test_rows_of_a_csv(tmp_path: Path) -> None:
    path = site_file(tmp_path)
    text = path.read_text(encoding="utf-8")
    path.write_text(USERS.sub("users: users.csv\n", text), encoding="utf-8")
    (tmp_path / "users.csv").write_text(
        "external;internal;account;password\r\n"
        "+497123222;222;user.01;env:A\r\n"
        "0712322;223;user.02;env:A\r\n"
        "+497123224;224;user.01;env:A\r\n"
        "+497123225;22x;user.03;hunter2\r\n",
        encoding="utf-8-sig",
        newline="",
    )
    ran = sbc_tool("render", path, home=tmp_path)
    rows = [error.removeprefix(f"{tmp_path / 'users.csv'}:").partition(": ")[0] for error in refusal(ran)]
    assert rows == ["3", "4", "5", "5"], ran.err
    assert "hunter2" not in ran.err
    (tmp_path / "users.csv").unlink()
    (error,) = refusal(sbc_tool("render", path, home=tmp_path))
    assert error.endswith("users: users.csv: no such file")
    assert error.startswith(f"{path}:")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "no such file"),
        (b"\x00\x01\x02\x03", "is no text"),
        (b"", "holds no configuration"),
        (b"# a comment alone\n", "holds no configuration"),
        (b"Dear colleague,\nplease find attached\n", "holds no configuration"),
        (b"hostname sw1\ninterface GigabitEthernet0/1\n", "holds no configuration"),
    ],
)
def test_no_configuration(content: bytes | None, message: str, tmp_path: Path) -> None:
    """An empty text would lint without a fault, and a plan would take it for a device without a configuration."""
    path = tmp_path / "running.cfg"
    if content is not None:
        path.write_bytes(content)
    for words in (["lint", path], ["plan", site_file(tmp_path / "customer"), "--running", path]):
        (error,) = refusal(sbc_tool(*words, home=tmp_path))
        assert error.startswith(f"{path}: {message}")
    if content is not None:
        (error,) = refusal(sbc_tool("lint", "-", home=tmp_path, stdin=content))
        assert error.startswith(f"stdin: {message}")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--resolver", "x"], "--resolver x: x is no IPv4 address"),
        (["--resolver", "Q=9.9.9.9:0"], "--resolver Q=9.9.9.9:0: not HOST:PORT"),
        (["--connect-to", "a:1"], "--connect-to a:1: not HOST:PORT:HOST2:PORT2"),
        (["--connect-to", "a:1:b:70000"], "--connect-to a:1:b:70000: not HOST:PORT:HOST2:PORT2"),
        (["--timeout", "0"], "--timeout 0: must be seconds"),
        (["--timeout", "nan"], "--timeout nan: must be seconds"),
        (["--device", ":22"], "--device :22: not HOST:PORT"),
        (["--device", "h:ssh"], "--device h:ssh: not HOST:PORT"),
        (["--lab", "--lab-ready", "x"], "--lab and --lab-ready exclude each other"),
        (["--lab-ready", "absent.json"], "absent.json: cannot be read"),
        (["--output", "junk:x"], "--output junk:x: junk is no format"),
        (["--output", "json:"], "--output json:: no file is named"),
        (["--output", "absent/x"], "--output absent/x: no such file or directory"),
        (["--only", "sbc-behind-nat"], "no check is called sbc-behind-nat"),
        (["--skip", "nonsense"], "no check is called nonsense"),
        (["--ca-bundle", "absent.pem", "--offline"], "absent.pem: no such file"),
    ],
)
def test_options_that_make_no_sense(
    words: list[str], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = site_file(tmp_path / "customer")
    monkeypatch.chdir(tmp_path)
    ran = sbc_tool("preflight", path, *words, home=tmp_path / "home")
    (error,) = refusal(ran)
    assert error.startswith(message)
    if "sbc-behind-nat" in words:
        assert "→ did you mean sbc-behind-dnat?" in ran.err


def test_no_file_given(tmp_path: Path) -> None:
    assert refusal(sbc_tool("lint", home=tmp_path)) == ["which file?"]
    assert refusal(sbc_tool("preflight", home=tmp_path)) == ["which site?"]


def test_a_secret_that_is_missing(tmp_path: Path) -> None:
    """Named by what it is for and where it was looked for."""
    path = site_file(tmp_path / "customer")
    words = ["render", path, "--with-secrets", "--output", tmp_path / "clear.cfg"]
    (error,) = refusal(sbc_tool(*words, home=tmp_path))
    assert error == ("password of administrator on the device: env:SBC_PASSWORD: the environment variable is not set")
    ran = sbc_tool(*words, home=tmp_path, env={"SBC_PASSWORD": "hunter2 and more"})
    (error,) = refusal(ran)
    assert error.startswith("password of user.01 on the STARFACE: env:STARFACE_USER_01: ")
    assert "hunter2" not in ran.err
    assert not (tmp_path / "clear.cfg").exists()


@pytest.mark.parametrize(
    ("key", "why"),
    [
        (None, "no such file"),
        (b"-----BEGIN PRIVATE KEY-----\nhunter2\n-----END PRIVATE KEY-----\n", ""),
        (b"\xff\xfe\x00", "is not UTF-8 text"),
        (b"hunter2", ""),
    ],
)
def test_a_key_that_cannot_be_read(key: bytes | None, why: str, tmp_path: Path) -> None:
    """Preflight says so and goes on; nothing is green and the file's content is never shown."""
    from sbc_tool.lab.pki import LabCa

    path = site_file(tmp_path / "customer")
    certs = tmp_path / "customer" / "certs"
    certs.mkdir()
    (certs / "fullchain.pem").write_bytes(LabCa().mint("sbc.meinefirma.de")[0])
    if key is not None:
        (certs / "key.pem").write_bytes(key)
    ran = sbc_tool(
        "preflight", path, "--offline", "--only", "tls-key-mismatch", "--format", "json", home=tmp_path / "home"
    )
    assert ran.code in (1, 3)
    (result,) = json.loads(ran.out)["sites"][0]["results"]
    assert result["outcome"] in ("fail", "unknown")
    assert why in result["cause"]
    assert "key.pem" in result["cause"]
    assert "hunter2" not in ran.out + ran.err


def test_errors_are_in_the_json_document(tmp_path: Path) -> None:
    path = site_file(tmp_path, ("gateway: 123", "gatway: 123"), ("max_calls: 6", "max_calls: six"))
    ran = sbc_tool("preflight", path, "--offline", "--format", "json", home=tmp_path / "home")
    assert ran.code == 2
    (site,) = json.loads(ran.out)["sites"]
    assert [error["where"]["line"] for error in site["errors"]] == [18, 32]
    assert all(error["hint"] and error["exit"] == 2 for error in site["errors"])
    assert site["verdict"] == json.loads(ran.out)["verdict"] == "review"


def test_one_broken_site_of_several_does_not_hide_the_others(tmp_path: Path) -> None:
    site_file(tmp_path / "sites" / "good")
    broken = site_file(tmp_path / "sites" / "broken", ("gateway: 123", "gatway: 123"))
    for verb, more in (("lint", []), ("preflight", ["--offline"])):
        ran = sbc_tool(verb, tmp_path / "sites", *more, home=tmp_path / "home")
        assert ran.code == 2, "2 goes before what the others found"
        assert f"error: {broken}:18:5: " in ran.err
        assert "musterfirma: " in ran.out
        assert "2 sites: " in ran.out
        assert "1 not looked at" in ran.out
