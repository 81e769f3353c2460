"""A device looked at: what is recorded, what it is found to know and not to know, and that nothing of it changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML
from typer.testing import CliRunner

from sbc_tool.cli import app
from sbc_tool.deploy import session as deploy_session
from sbc_tool.deploy.capture import Capture, redacted, take
from sbc_tool.deploy.session import Session, connect
from sbc_tool.lab import Lab
from sbc_tool.lab.configuration import Editor
from sbc_tool.lab.session import Session as LabSession
from sbc_tool.lab.session import Then
from sbc_tool.lab.terminal import Terminal
from sbc_tool.render import render
from sbc_tool.site.load import load
from sbc_tool.site.secrets import Vault
from sbc_tool.trinity import grammar
from sbc_tool.trinity.tree import parse
from sbc_tool.world import World

EXAMPLE = Path(__file__).parent.parent.parent / "examples" / "musterfirma" / "site.yaml"
PASSWORD = "a pass word#9"
SIP_SECRET = "gEheim-7"
ENVIRON = {"SBC_PASSWORD": PASSWORD}


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    """A device that was deployed: it has a block of every mode that we render."""
    with Lab.start(load(EXAMPLE), tmp_path / "lab", environ=ENVIRON) as lab:
        editor = Editor(lab.device.running)
        for line in render(load(EXAMPLE)).text.splitlines():
            if not line.startswith("administrator "):
                assert editor.type_line(line.replace("$(sip:user.01)", SIP_SECRET)) is None, line
        lab.device.startup = lab.device.running.printed()
        yield lab


@pytest.fixture
def opener(lab: Lab, tmp_path: Path) -> Callable[[], Session]:
    ready = lab.ready()
    world = ready.world(World(data_dir=tmp_path, environ=ENVIRON))
    return lambda: connect(ready.adopt(load(EXAMPLE)), world, PASSWORD)


def taken(opener: Callable[[], Session]) -> Capture:
    vault = Vault(ENVIRON, lambda *_: "")
    vault.seal(PASSWORD)
    return take(opener, grammar.load(), vault.mask)


def known(capture: Capture, mode: str, words: str) -> bool | None:
    (verdict,) = [v for v in capture.verdicts if v.command.mode == mode and v.command.syntax.startswith(words)]
    return verdict.known


def test_what_the_device_does_not_have_is_found_and_nothing_else(lab: Lab, opener: Callable[[], Session]) -> None:
    gone = {
        ("profile-tls", "trusted-certificate <index!:int> <certificate>"),
        ("profile-voip", "ced net-side-detection"),
        ("sip-interface", "hold-method <method:direction-attribute>"),
        ("config", "profile r2 <name!=r2-profile>"),
    }
    lab.device.forget(*gone)
    capture = taken(opener)
    assert {(v.command.mode, v.command.syntax) for v in capture.verdicts if v.known is False} == gone
    assert known(capture, "ip-interface", "use profile acl") is True
    assert known(capture, "sip-gateway-interface", "spoofed-contact") is True
    assert known(capture, "isdn-interface", "diversion") is None, "no such block to enter"
    assert "isdn-interface" in capture.not_looked_at
    assert len([v for v in capture.verdicts if v.known]) > 100


def test_what_the_device_prints_itself_is_known_whatever_its_help_says(
    opener: Callable[[], Session], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(LabSession, "help", lambda self, typed: "Help is\nnot available here")
    capture = taken(opener)
    assert known(capture, "profile-voip", "srtp transmission") is True
    assert known(capture, "profile-voip", "dtmf-relay") is None, "an answer in another form refutes nothing"
    assert not [v for v in capture.verdicts if v.known is False]


def test_nothing_changes_and_nothing_is_entered(lab: Lab, opener: Callable[[], Session]) -> None:
    before, revision, startup = lab.device.running.printed(), lab.device.running.revision, lab.device.startup
    heard: list[str] = []
    lab.device.overhear = heard.append
    capture = taken(opener)
    assert capture.unchanged
    blocks = {node.text for _, node in parse(before).walk() if node.mode}
    assert {line for line in heard if not line.startswith("show ")} <= {"enable", "configure", "end", *blocks}
    assert (lab.device.running.printed(), lab.device.running.revision) == (before, revision)
    assert lab.device.startup == startup


def test_a_device_that_takes_nothing_back_is_asked_nothing_in_configuration_mode(
    lab: Lab, opener: Callable[[], Session], monkeypatch: pytest.MonkeyPatch
) -> None:
    take_piece = Terminal._take

    def without_erasing(self: Terminal, piece: str, out: list[str]) -> Then:
        return Then.STAY if piece == "\x15" else take_piece(self, piece, out)

    monkeypatch.setattr(Terminal, "_take", without_erasing)
    lines = lab.device.lines_accepted
    capture = taken(opener)
    assert capture.unchanged
    assert lab.device.lines_accepted == lines, "no configuration line was entered"
    assert "config" in capture.not_looked_at
    assert "Ctrl-U" in capture.not_looked_at["config"]


def test_a_device_without_help_is_left_in_peace(opener: Callable[[], Session], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(LabSession, "asking", property(lambda self: True))  # then `?` is a letter like any other
    monkeypatch.setattr(deploy_session, "_HELP_S", 0.3)
    capture = taken(opener)
    assert capture.unchanged
    assert set(capture.not_looked_at.values()) == {"the device gives no help on `?`"}


def test_texts_are_recorded(opener: Callable[[], Session]) -> None:
    capture = taken(opener)
    assert "lab of sbc-tool" in capture.banner
    assert "of the lab" in capture.firmware, "nobody shall take it for a device's word"
    assert capture.prompts["exec"].endswith("#")
    assert "(if-sip)[" in capture.prompts["sip-interface"]
    assert "Serial Number" in capture.shows["show system"]
    assert capture.shows["show sbc-tool-wrong"].startswith("refused: "), "the wording of a refusal"
    assert "Hardware Address" in capture.shows["show port ethernet 0 1"]
    assert "rtcp-multiplexing" in capture.help["profile-voip"]["rtp "]
    assert capture.running.startswith("cli version 4.00")


def test_the_file_holds_no_secret_and_serves_as_an_overlay(
    lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    lab.device.forget(("profile-tls", "trusted-certificate <index!:int> <certificate>"))
    ready = tmp_path / "ready.json"
    lab.ready().write(ready)
    world = World(data_dir=tmp_path, environ=ENVIRON)
    run = CliRunner().invoke(
        app, ["device", "capture", str(EXAMPLE), "--lab-ready", str(ready), "-o", "c.yaml"], obj=world
    )
    assert run.exit_code == 0, run.output
    assert "NOT known profile-tls: trusted-certificate INDEX CERTIFICATE (assumed), missing: trusted-cert" in run.stdout
    text = (tmp_path / "c.yaml").read_text(encoding="utf-8")
    for secret in (PASSWORD, SIP_SECRET, *ENVIRON.values()):
        assert secret not in text + run.output
    document: Any = YAML(typ="safe").load(text)
    assert document["unchanged"] is True
    assert document["running_config"].count("***") >= 2

    of_lab = CliRunner().invoke(app, ["lint", str(EXAMPLE), "--grammar-overlay", "c.yaml"])
    assert (of_lab.exit_code, of_lab.stdout) == (2, "")
    assert "is a capture of the lab" in of_lab.stderr
    assert "--grammar-overlay refuses it" in run.stdout

    (tmp_path / "c.yaml").write_text(text.replace("lab of sbc-tool", "SmartNode"), encoding="utf-8")  # a device's words
    strict = CliRunner().invoke(app, ["render", str(EXAMPLE), "--strict", "--grammar-overlay", "c.yaml"])
    assert strict.exit_code == 1
    assert "refuted: trusted-certificate 1" in strict.stderr
    assert "spoofed-contact" not in strict.stderr, "assumed before, confirmed by the capture"
    linted = CliRunner().invoke(
        app, ["lint", str(EXAMPLE), "--only", "syntax-unconfirmed", "--grammar-overlay", "c.yaml"]
    )
    assert linted.exit_code == 1
    assert "refuted" in linted.stdout
    assert "use profile acl" not in linted.stdout


@pytest.mark.parametrize(
    "text",
    ["", "{}", "a: [", "schema_version: 1", "schema_version: 2\ntaken: x", "- 1", "schema_version: 1\ncommands: 7"],
)
def test_another_file_is_no_overlay(text: str, tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_text(text, encoding="utf-8")
    run = CliRunner().invoke(app, ["lint", str(EXAMPLE), "--grammar-overlay", str(tmp_path / "x.yaml")])
    assert run.exit_code == 2
    assert "device capture" in run.stderr


def test_a_password_goes_even_where_the_tree_lost_its_line() -> None:
    """The second line takes the place of the first in the tree; an unknown one is read by its words."""
    text = (
        "authentication-service A\n  username u password eins\n  username u password zwei\n"
        "vendor thing\n  passphrase drei\nprofile tls D\n  private-key pki:private-key/D\n"
    )
    safe = redacted(text, parse(text), lambda one: one)
    assert not [word for word in ("eins", "zwei", "drei") if word in safe]
    assert "private-key pki:private-key/D" in safe
    assert len(safe.splitlines()) == len(text.splitlines())
