"""What a model and a release can't do: judged where they are known, and never guessed."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from command import EXAMPLE, sbc_tool
from judged import judged, said

from sbc_tool import lint
from sbc_tool.finding import Outcome
from sbc_tool.trinity.nameplate import Nameplate
from sbc_tool.trinity.transcript import read
from sbc_tool.trinity.tree import parse

RULES = {check.id: check for check in lint.ALL}
PORTS = "port ethernet 0 1\n  no shutdown\nport e1t1 0 0\n  no shutdown\n"
MUX = "profile voip PF\n  rtp rtcp-multiplexing\n"
TEAMS = "context cs S\n  interface sip IF\n    remote sip.pstnhub.microsoft.com 5061\n"
CODECS = (
    "profile voip A\n  codec 1 g711alaw64k rx-length 20 tx-length 20\n  srtp transmission forced\n"
    "profile voip B\n  codec 1 g729 rx-length 20 tx-length 20\n"
)
FAIL, WARN, PASS, UNKNOWN, NA = Outcome.FAIL, Outcome.WARN, Outcome.PASS, Outcome.UNKNOWN, Outcome.NA


@pytest.mark.parametrize(
    ("rule", "text", "box", "outcome", "told"),
    [
        ("port-not-on-model", PORTS, Nameplate("SN4170"), FAIL, "SN4170 has no `port ethernet 0 1`"),
        ("port-not-on-model", PORTS, Nameplate("vtrinity"), FAIL, "vTrinity has no `port e1t1 0 0`"),
        ("port-not-on-model", PORTS, Nameplate("SN5500"), PASS, "whether SN5500 has a `port e1t1 0 0` isn't known"),
        ("port-not-on-model", PORTS, Nameplate("SN1234"), NA, "nothing is known of the model (SN1234)"),
        ("port-not-on-model", PORTS, Nameplate(), NA, "nothing is known of the model (not told)"),
        ("firmware-lacks-command", MUX, Nameplate(firmware="3.17.2"), WARN, "known from 3.18.1"),
        ("firmware-lacks-command", MUX, Nameplate(firmware="3.18.1-20101"), PASS, "known from 3.18.1"),
        ("firmware-lacks-command", MUX, Nameplate(firmware="3.18"), UNKNOWN, "the firmware is 3.18"),
        ("firmware-lacks-command", MUX, Nameplate(firmware="R6.2 2012"), NA, "1 lines depend on"),
        ("firmware-lacks-command", MUX, Nameplate(), NA, "1 lines depend on"),
        ("firmware-lacks-command", "ntp\n", Nameplate(), PASS, "no line depends"),
        ("firmware-lacks-command", "web-server http\n", Nameplate(firmware="3.17.9"), PASS, "up to 3.17"),
        ("firmware-lacks-command", "web-server http\n", Nameplate(firmware="3.18.0"), WARN, "up to 3.17"),
        ("firmware-too-old", TEAMS, Nameplate(firmware="3.18.0"), FAIL, "Teams needs 3.18.1"),
        ("firmware-too-old", TEAMS, Nameplate(firmware="3.9"), FAIL, "Teams needs 3.18.1"),
        ("firmware-too-old", TEAMS, Nameplate(firmware="3.18"), UNKNOWN, "Teams needs 3.18.1"),
        ("firmware-too-old", TEAMS, Nameplate(firmware="3.19.2"), PASS, "firmware 3.19.2"),
        ("firmware-too-old", TEAMS, Nameplate(), NA, "nothing tells"),
        ("firmware-too-old", MUX, Nameplate(firmware="3.1"), NA, "nothing tells"),  # no Teams
        ("codec-needs-transcoding", CODECS, Nameplate("vTrinity"), FAIL, "needs a DSP (vTrinity none)"),
        ("codec-needs-transcoding", CODECS, Nameplate("SN5500"), FAIL, "needs a DSP (SN5500 limited)"),
        ("codec-needs-transcoding", CODECS, Nameplate(), FAIL, "SN5600 limited, vTrinity none"),
    ],
)
def test_limits(rule: str, text: str, box: Nameplate, outcome: Outcome, told: str) -> None:
    result = judged(RULES[rule], replace(parse(text), plate=box))
    assert result.outcome is outcome
    assert told in said(result)


PASTE = """\
other#show system
  Model:             SN5500/4E
sbc#show system
  Software Version:  3.9.1
  Model:             SN4170/1E30V
sbc#show system version
  Software Version:  3.19.2
sbc#show running-config
port ethernet 0 1
  bind interface ROUTER WAN
sbc#
"""


@pytest.mark.parametrize(
    ("text", "box"),
    [
        (PASTE, Nameplate("SN4170", "", "3.19.2")),  # of this box, and what it said last
        (PASTE.replace("\n", "\r\n"), Nameplate("SN4170", "", "3.19.2")),
        (PASTE.replace("sbc#show running-config", "new#show running-config"), Nameplate()),
        ("  Model:  SN5600/X\ncli version 4.00\n", Nameplate("SN5600")),
        ("system\n  location Model: SN5600\n# Model: SN5600\n", Nameplate()),
    ],
)
def test_what_a_paste_tells_of_the_box(text: str, box: Nameplate) -> None:
    assert read(text).plate == box


def findings(*words: object, home: Path) -> dict[str, str]:
    ran = sbc_tool("lint", *words, "--format", "json", home=home)
    return {one["id"]: one["outcome"] for one in json.loads(ran.out)["sites"][0]["results"]}


def test_options_go_before_what_a_file_says(tmp_path: Path) -> None:
    file = tmp_path / "paste.txt"
    file.write_text(PASTE, encoding="utf-8")
    assert findings(file, home=tmp_path)["port-not-on-model"] == "fail"
    assert findings(file, "--model", "SN5500", home=tmp_path)["port-not-on-model"] == "pass"
    assert findings(EXAMPLE, home=tmp_path)["firmware-lacks-command"] == "pass"
    assert findings(EXAMPLE, "--firmware", "3.17.2", home=tmp_path)["firmware-lacks-command"] == "warn"
    refused = sbc_tool("lint", file, "--firmware", "R6.2", home=tmp_path)
    assert (refused.code, refused.out) == (2, "")
    assert "is no release of Trinity" in refused.err


def test_a_site_file_without_the_release_is_judged_by_none(tmp_path: Path) -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    site = tmp_path / "site.yaml"
    site.write_text("\n".join(line for line in text.splitlines() if "firmware:" not in line), encoding="utf-8")
    assert findings(site, home=tmp_path)["firmware-lacks-command"] == "n/a"
