"""`sbc-tool trace`: calls, ladders and findings, in every format, and masked."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import dialogs
import jsonschema
import pytest
import wire
from command import Ran, sbc_tool
from dialogs import SBC, SBC_LAN, TEAMS, from_teams, to_pbx, to_teams
from scenarios import CRYPTO

from sbc_tool.report.schema import result_schema

UNMULTIPLEXED = SBC.sdp(CRYPTO)
SECRETS = ("+4930123456", "497123222", "7123222", "sbc.meinefirma.de", "meinefirma", "starface", "192.168.1.1",
           "123.123.123.123", "10.108.2.100")  # fmt: skip


def file_of(folder: Path, *legs: dialogs.Leg, media: list[wire.Frame] | None = None) -> Path:
    dialogs.trace(folder, *legs, media=media or [])
    return folder / "trace.pcap"


@pytest.fixture
def good(tmp_path: Path) -> Path:
    media = [*dialogs.both(SBC, TEAMS, 2, 20), *dialogs.both(SBC_LAN, dialogs.PBX, 2, 20)]
    return file_of(tmp_path, from_teams(), to_pbx(), media=media)


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    return file_of(tmp_path, from_teams(answer=UNMULTIPLEXED), to_pbx())


def trace(*words: str | Path, home: Path) -> Ran:
    return sbc_tool("trace", *words, home=home)


def test_a_good_call(good: Path, tmp_path: Path) -> None:
    ran = trace(good, home=tmp_path)
    assert ran.code == 0, ran.out
    assert "13 SIP messages, 1 call, 4 RTP streams" in ran.out
    assert re.search(
        r"^ +1 +22:13:20 +\+4930123456 +\+497123222 +2 +BYE of Microsoft +18\.0 s +-$", ran.out, re.MULTILINE
    )
    assert "INVITE (SDP, SRTP, rtcp" in ran.out
    assert re.search(r"RTP .* -> 52\.112\.10\.20:50000, payload type 8: 900 packets, 0 lost", ran.out)
    assert "ruled out:" in ran.out
    assert ran.err == ""


def test_a_ladder_shows_both_legs_in_their_order(good: Path, tmp_path: Path) -> None:
    rungs = [line for line in trace(good, home=tmp_path).out.splitlines() if re.match(r" +\d+\.\d{3} ", line)]
    labels = [found[0] for rung in rungs if (found := re.search(r"INVITE|BYE|ACK|\d{3} (?=[A-Z])", rung))]
    assert [label.strip() for label in labels] == [
        "INVITE", "100", "INVITE", "180", "180", "200", "ACK", "200", "ACK", "BYE", "BYE", "200", "200"
    ]  # fmt: skip
    assert all(len(rung) <= 100 for rung in rungs)


def test_a_fault_is_exit_1_with_its_remedy(bad: Path, tmp_path: Path) -> None:
    ran = trace(bad, home=tmp_path)
    assert ran.code == 1
    assert re.search(r"^ fail +rtcp-mux-disabled +", ran.out, re.MULTILINE)
    assert "the SBC's answer has no a=rtcp-mux" in ran.out
    assert "rtp rtcp-multiplexing" in ran.out
    assert ran.out.count("call 1: no-go") == 1


def test_json(bad: Path, tmp_path: Path) -> None:
    ran = trace(bad, "--format", "json", home=tmp_path)
    document = json.loads(ran.out)
    jsonschema.validate(document, result_schema())
    whole, call = document["sites"]
    assert whole["trace"] == {"messages": 13, "calls": 1, "streams": 0, "encrypted": [], "damage": []}
    assert [leg["side"] for leg in call["call"]["legs"]] == ["teams", "other"]
    assert call["call"]["lasted_s"] == 18.0
    assert [rung["text"] for rung in call["call"]["ladder"]][:2] == ["INVITE (SDP, SRTP, rtcp-mux)", "100 Trying"]
    assert call["verdict"] == document["verdict"] == "no-go"
    (found,) = [one for one in call["results"] if one["id"] == "rtcp-mux-disabled"]
    assert (found["outcome"], found["where"]["line"]) == ("fail", 8)


@pytest.mark.parametrize("form", ["junit", "sarif", "github", "markdown", "jsonl"])
def test_other_formats(form: str, bad: Path, tmp_path: Path) -> None:
    ran = trace(bad, "--format", form, home=tmp_path)
    assert ran.code == 1
    assert "rtcp-mux-disabled" in ran.out


def test_svg(bad: Path, tmp_path: Path) -> None:
    picture = tmp_path / "ladder.svg"
    ran = trace(bad, "--svg", picture, home=tmp_path)
    assert ran.code == 1
    root = ElementTree.parse(picture).getroot()
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    arrows = [one for one in root.iter("{http://www.w3.org/2000/svg}line") if one.get("marker-end")]
    assert len(arrows) == 13
    assert "call 1: +4930123456 -> +497123222" in (root[0].text or "")


def test_svg_is_of_one_call(tmp_path: Path) -> None:
    two = file_of(
        tmp_path, to_teams(), dialogs.Leg(SBC, TEAMS, call_id="second").request(60, "INVITE").answer(60.1, 404)
    )
    ran = trace(two, "--svg", tmp_path / "x.svg", home=tmp_path)
    assert ran.code == 2
    assert "choose one with --call" in ran.err
    ran = trace(two, "--svg", tmp_path / "x.svg", "--call", "2", home=tmp_path)
    assert "404 Not Found" in (tmp_path / "x.svg").read_text(encoding="utf-8")
    assert "call 1" not in ran.out


def test_html(bad: Path, tmp_path: Path) -> None:
    page = tmp_path / "calls.html"
    trace(bad, "--html", page, home=tmp_path)
    text = page.read_text(encoding="utf-8")
    assert text.startswith("<!doctype html>")
    assert "rtcp-mux-disabled" in text
    assert text.count("<svg") == 1
    assert not re.search(r"""(src|href)=|https?://(?!www\.w3\.org/2000/svg)|<script""", text), "it loads nothing"


def test_html_escapes_what_a_message_says(tmp_path: Path) -> None:
    leg = dialogs.Leg(SBC, TEAMS, calling="<script>alert(1)</script>").request(0, "INVITE")
    leg.answer(0.1, 404, phrase="<b>No</b>")
    page = tmp_path / "calls.html"
    trace(file_of(tmp_path, leg), "--html", page, home=tmp_path)
    assert "<script" not in page.read_text(encoding="utf-8")
    assert "<b>No" not in page.read_text(encoding="utf-8")


def test_redacted_everywhere(bad: Path, tmp_path: Path) -> None:
    page, picture = tmp_path / "a.html", tmp_path / "a.svg"
    words = (
        "--redact",
        "--html",
        page,
        "--svg",
        picture,
        "--output",
        "text:-",
        "--output",
        f"json:{tmp_path / 'a.json'}",
    )
    ran = trace(bad, *words, home=tmp_path)
    assert ran.code == 1
    shown = ran.out + "".join((tmp_path / name).read_text(encoding="utf-8") for name in ("a.html", "a.svg", "a.json"))
    for secret in SECRETS:
        assert secret not in shown, secret
    assert "rtcp-mux-disabled" in shown
    call = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))["sites"][1]["call"]
    assert len({leg["caller"] for leg in call["legs"]}) == 1
    assert len({leg["called"].lstrip("+") for leg in call["legs"]}) == 1, "one number, one mask, with + or without"


def test_redaction_keeps_what_faults_depend_on(tmp_path: Path) -> None:
    private = from_teams(answer=dialogs.SECURED.replace("123.123.123.123", "192.168.7.7"))
    ran = trace(file_of(tmp_path, private), "--redact", "--call", "1", home=tmp_path)
    assert re.search(r"the SBC wants its audio at private-\d+, which is private use", " ".join(ran.out.split()))


def test_tls_is_said_honestly(tmp_path: Path) -> None:
    packets = [wire.tcp(SBC.end, TEAMS.end, b"", 999, 2)]
    packets += [wire.tcp(SBC.end, TEAMS.end, b"\x17\x03\x03\x00\x20" + bytes(32), 1000 + 37 * n) for n in range(9)]
    file = tmp_path / "tls.pcap"
    file.write_bytes(wire.pcap((wire.BEGIN + n, wire.ethernet(one)) for n, one in enumerate(packets)))
    ran = trace(file, home=tmp_path)
    assert ran.code == 3
    told = " ".join(ran.out.split())
    assert "TLS: 9 segments from 123.123.123.123:5062 to 52.114.75.24:5061 can't be read here" in told
    assert "take the device's own trace" in told
    assert told.count("can't be seen here:") == 1, "one cause is told once"


def test_a_cut_file_says_so(good: Path, tmp_path: Path) -> None:
    cut = tmp_path / "cut.pcap"
    cut.write_bytes(good.read_bytes()[:5000])
    ran = trace(cut, home=tmp_path)
    assert "cut off after frame" in ran.out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "which file?"),
        (("none.pcap",), "no such file"),
        (("{file}", "--call", "9"), "--call 9: there is no such call"),
        (("{file}", "--only", "rtcp-mux"), "no check is called rtcp-mux"),
    ],
)
def test_wrong_input(words: tuple[str, ...], told: str, good: Path, tmp_path: Path) -> None:
    ran = trace(*(word.format(file=good) for word in words), home=tmp_path)
    assert ran.code == 2
    assert told in ran.err
    assert "→" in ran.err
    assert ran.out == ""


def test_only_and_list(bad: Path, tmp_path: Path) -> None:
    assert trace(bad, "--only", "ack-missing", home=tmp_path).code == 0
    assert trace(bad, "--skip", "rtcp-mux-disabled", home=tmp_path).code == 0
    assert "media-one-way" in trace("--list", home=tmp_path).out


def test_many_calls_are_a_list(tmp_path: Path) -> None:
    legs = [
        dialogs.Leg(SBC, TEAMS, call_id=f"c{n}", called=f"+4971232{n:02d}")
        .request(n * 10, "INVITE")
        .answer(n * 10 + 0.1, 404)
        for n in range(25)
    ]  # fmt: skip
    ran = trace(file_of(tmp_path, *legs), home=tmp_path)
    assert "25 calls" in ran.out
    assert "--call N shows one" in ran.out
    assert "│" not in ran.out.partition("--call N")[2]
