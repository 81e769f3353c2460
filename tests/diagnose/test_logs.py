"""Logs: those that the real tools write during a real call, and others in the form that their makers document."""

from __future__ import annotations

import subprocess
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import peers
import pytest
import scenarios
import wire
from between import kamailio
from dialogs import SBC, TEAMS, Leg, to_teams

from sbc_tool.diagnose.trace.trace import Trace, read
from sbc_tool.errors import InputError

OFFER, ANSWER = (
    scenarios.sdp(address, "[media_port]", *scenarios.SECURE) for address in ("123.123.123.123", "52.112.1.2")
)


@dataclass(frozen=True)
class Written:
    """What tcpdump, SIPp, Kamailio and ngrep wrote of the same two calls."""

    folder: Path

    @property
    def capture(self) -> Path:
        return self.folder / "calls.pcap"

    def one(self, pattern: str) -> Path:
        (found,) = self.folder.glob(pattern)
        return found


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Written:
    folder = tmp_path_factory.mktemp("calls")
    with peers.captured(folder / "calls.pcap"), kamailio(folder) as via:
        peers.sipp_call(folder, scenarios.caller(OFFER), scenarios.callee(ANSWER), "-trace_msg", calls=2, via=via)
    return Written(folder)


def counted(trace: Trace) -> Counter[str]:
    return Counter(message.method if message.is_request else str(message.code) for message in trace.messages)


def test_two_legs_of_each_call_belong_together(written: Written) -> None:
    trace = read([written.capture])
    assert counted(trace) == peers.tshark_sip(written.capture)
    assert {row[0] for row in peers.tshark_fields(written.capture, "sip", "sip.Call-ID")} == {
        leg.call_id for leg in trace.legs
    }
    assert len(trace.legs) == 4
    assert [len(call.legs) for call in trace.calls] == [2, 2]
    for call in trace.calls:
        came, left = (leg.messages[0] for leg in call.legs)
        assert came.target
        assert left.source
        assert came.target.address == left.source.address == peers.PROXY
        assert came.branch in {message.branch for message in call.legs[0].messages}


def test_sipp_writes_what_it_sends_and_gets(written: Written) -> None:
    for side, others in (("caller", Counter({"100": 2})), ("callee", Counter())):
        trace = read([written.one(f"{side}_*_messages.log")])
        assert counted(trace) == Counter({"INVITE": 2, "180": 2, "200": 4, "ACK": 2, "BYE": 2}) + others
        assert len(trace.calls) == 2
        assert {message.transport for message in trace.messages} == {"udp"}
        assert all(message.time for message in trace.messages)
        assert [
            bool(message.sdp) for message in trace.messages if message.method == "INVITE" and message.is_request
        ] == [True] * 2


def test_ngrep_by_line(written: Written) -> None:
    log = written.folder / "ngrep.log"
    command = [peers.program("ngrep"), "-I", str(written.capture), "-q", "-t", "-W", "byline", "SIP/2.0"]
    log.write_bytes(subprocess.run(command, capture_output=True, check=False).stdout)
    of_log, of_capture = read([log]), read([written.capture])
    assert counted(of_log) == counted(of_capture)
    assert [(m.start, m.source, m.target, m.body) for m in of_log.messages] == [
        (m.start, m.source, m.target, m.body) for m in of_capture.messages
    ]
    assert {message.transport for message in of_log.messages} == {"udp"}
    assert [len(call.legs) for call in of_log.calls] == [2, 2]


def test_ngrep_in_columns_is_refused_not_misread(written: Written) -> None:
    """Its other form breaks lines anywhere, and shows their ends as dots that others may be."""
    log = written.folder / "columns.log"
    command = [peers.program("ngrep"), "-I", str(written.capture), "-q", "-t", "SIP/2.0"]
    log.write_bytes(subprocess.run(command, capture_output=True, check=False).stdout)
    with pytest.raises(InputError, match="neither a capture nor a log"):
        read([log])


def test_kamailio_xlog(written: Written) -> None:
    trace = read([written.folder / "kamailio.log"])
    assert counted(trace) == Counter({"INVITE": 2, "ACK": 2, "BYE": 2})
    assert {message.source.address for message in trace.messages if message.source} == {peers.CALLER}
    assert len(trace.calls) == 2


CALL = to_teams()


def lines_of(said: str) -> list[str]:
    return said.replace("\r\n", "\n").split("\n")


def ends(sender: object) -> tuple[str, str]:
    one, other = (SBC, TEAMS) if sender is SBC else (TEAMS, SBC)
    return f"{one.end[0]}:{one.end[1]}", f"{other.end[0]}:{other.end[1]}"


def clock(time: float) -> str:
    return f"22:13:{20 + int(time):02d}.{round(time % 1 * 1000):03d}"


def sngrep(leg: Leg) -> str:
    """Saved as text (F2): date, time and both ends above each message."""
    return "".join(
        f"2023/11/14 {clock(time)}000 {' -> '.join(ends(sender))}\n{said}\n" for time, sender, said in leg.said
    )  # fmt: skip


def chan_sip(leg: Leg) -> str:
    """Asterisk: `sip set debug on`."""
    parts = []
    for _, sender, said in leg.said:
        source, target = ends(sender)
        head = (
            f"<--- SIP read from UDP:{source} --->" if sender is SBC else f"<--- Transmitting (no NAT) to {target} --->"
        )
        parts.append(f"\n{head}\n{said}\n<------------->\n--- (11 headers 12 lines) ---\n")
    return "".join(parts)


def pjsip(leg: Leg) -> str:
    """Asterisk: `pjsip set logger on`, as its console shows it, in colour."""
    parts = []
    for time, sender, said in leg.said:
        source, target = ends(sender)
        way = f"Received SIP request (900 bytes) from UDP:{source}"
        way = way if sender is SBC else f"Transmitting SIP response (300 bytes) to UDP:{target}"
        parts.append(
            f"[2023-11-14 {clock(time)}] VERBOSE[12] res_pjsip_logger.c: \x1b[1;32m<--- {way} --->\x1b[0m\n{said}\n"
        )
    return "".join(parts)


def prefixed(leg: Leg) -> str:
    """A device or a syslog server that puts a time and a name before each line."""
    return "".join(
        f"2023-11-14T{clock(time)} SIP-GW: {line}\n" for time, _, said in leg.said for line in lines_of(said)
    )


def syslog(leg: Leg) -> str:
    return "".join(
        f"Nov 14 {clock(time)[:8]} sbc sip[{311 + n}]: {line}\n"
        for n, (time, _, said) in enumerate(leg.said) for line in lines_of(said)
    )  # fmt: skip


@pytest.mark.parametrize("form", [sngrep, chan_sip, pjsip, prefixed, syslog], ids=lambda form: form.__name__)
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_forms(form: object, ending: str, tmp_path: Path) -> None:
    log = tmp_path / "sip.log"
    text = "Reading ...\n" + form(CALL) + "\nnothing more\n"  # type: ignore[operator]
    log.write_bytes(text.replace("\r\n", "\n").replace("\n", ending).encode())
    trace = read([log])
    assert [message.start for message in trace.messages] == [said.partition("\r\n")[0] for _, _, said in CALL.said]
    assert [message.sdp for message in trace.messages if message.sdp][0].audio.rtcp_mux  # type: ignore[union-attr]  # noqa: RUF015
    assert not any(message.cut for message in trace.messages)
    (call,) = trace.calls
    assert call.name == "+4930123456 -> +497123222"
    assert call.legs[0].faces_teams


@pytest.mark.parametrize("form", [sngrep, pjsip, prefixed], ids=lambda form: form.__name__)
def test_times(form: object, tmp_path: Path) -> None:
    log = tmp_path / "sip.log"
    log.write_text(form(CALL), encoding="utf-8")  # type: ignore[operator]
    times = [message.time for message in read([log]).messages]
    assert [round(time - wire.BEGIN, 3) for time in times if time] == [0, 0.1, 0.4, 2, 2.05, 20, 20.1]


def test_directions(tmp_path: Path) -> None:
    log = tmp_path / "sip.log"
    log.write_text(sngrep(CALL), encoding="utf-8")
    ways = [(str(message.source), str(message.target)) for message in read([log]).messages]
    assert ways == [ends(sender) for _, sender, _ in CALL.said]


@pytest.mark.parametrize("text", ["", "hello\n", "GET / HTTP/1.1\nHost: x\n", "we sent INVITE sip:a@b SIP/2.0\n"])
def test_no_sip(text: str, tmp_path: Path) -> None:
    log = tmp_path / "no.log"
    log.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="neither a capture nor a log"):
        read([log])
