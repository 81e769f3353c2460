"""Calls of SIPp with audio, captured by tcpdump: what tshark counts, and what of it is a fault."""

from __future__ import annotations

import socket
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import peers
import pytest
import scenarios
import wire
from judged import judged, said
from peers import CALLEE, CALLER
from scenarios import CRYPTO, MUX

from sbc_tool.diagnose.evidence import Evidence
from sbc_tool.diagnose.faults import ALL
from sbc_tool.diagnose.trace.trace import Trace, read
from sbc_tool.finding import Outcome

FAULTS = {fault.id: fault for fault in ALL}
PACKETS = 120


def send(source: tuple[str, int], target: tuple[str, int], packets: Sequence[bytes]) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.bind(source)
        for packet in packets:
            sender.sendto(packet, target)


def audio(first: int, ssrc: int) -> list[bytes]:
    """RTP as SRTP shows itself: the header in clear; every 15th packet is lost."""
    return [wire.rtp(first + n, n * 160, ssrc, payload=bytes(range(170))) for n in range(PACKETS) if n % 15 != 7]


def call(
    folder: Path, offer: Sequence[str], answer: Sequence[str], *, profile: str = "RTP/SAVP", back: bool = True
) -> Path:
    """A call from the SBC (SIPp) to Microsoft (SIPp) with audio, and RTCP beside it where it isn't multiplexed."""
    file = folder / "call.pcap"
    ports = peers.free_port(CALLER), peers.free_port(CALLEE)
    offered = scenarios.sdp(CALLER, ports[0], *offer, profile=profile)
    answered = scenarios.sdp(CALLEE, ports[1], *answer, profile=profile)
    with peers.captured(file):
        one, other = (CALLER, ports[0]), (CALLEE, ports[1])
        peers.sipp_call(folder, scenarios.caller(offered), scenarios.callee(answered))
        send(one, other, audio(65500, 0xA1))
        if back:
            send(other, one, audio(7, 0xB2))
        multiplexed = MUX in offer and MUX in answer
        beside = ports if multiplexed else (peers.free_port(CALLER), ports[1] + 1)
        send((CALLER, beside[0]), (CALLEE, beside[1]), [wire.rtcp()] * 3)
    return file


def judged_by(name: str, trace: Trace) -> tuple[Outcome, str]:
    result = judged(FAULTS[name], Evidence(trace=trace))
    return result.outcome, said(result)


def agrees(trace: Trace, file: Path) -> None:
    """Messages, calls and media, as tshark counts them."""
    ours = Counter(message.method if message.is_request else str(message.code) for message in trace.messages)
    assert ours == peers.tshark_sip(file)
    stat = peers.tshark(file, "-q", "-z", "sip,stat")
    for method, count in Counter(m.method for m in trace.messages if m.is_request).items():
        assert f"{method}" in stat, stat
        assert any(line.split()[:3] == [method, ":", str(count)] for line in stat.splitlines()), stat
    assert {leg.call_id for leg in trace.legs} == {row[0] for row in peers.tshark_fields(file, "sip", "sip.Call-ID")}
    theirs = {(int(one["ssrc"], 16), int(one["packets"]), int(one["lost"])) for one in peers.tshark_streams(file)}
    assert {(one.ssrc, one.packets, one.lost) for one in trace.streams} == theirs
    jitter = {int(one["ssrc"], 16): float(one["mean_jitter"]) for one in peers.tshark_streams(file)}
    for stream in trace.streams:
        assert stream.mean_jitter_ms == pytest.approx(jitter[stream.ssrc], abs=0.0015)


def test_multiplexed_and_secure(tmp_path: Path) -> None:
    file = call(tmp_path, (CRYPTO, MUX), (CRYPTO, MUX))
    trace = read([file])
    agrees(trace, file)
    assert {(stream.ssrc, stream.lost) for stream in trace.streams} == {(0xA1, 8), (0xB2, 8)}
    assert len(trace.of(trace.calls[0]).streams) == 2
    assert [control.packets for control in trace.control] == [3]
    for name in ("rtcp-mux-disabled", "srtp-not-forced", "srtp-suite-wrong", "media-one-way", "ack-missing"):
        outcome, text = judged_by(name, trace)
        assert outcome is Outcome.PASS, (name, text)


def test_without_rtcp_mux(tmp_path: Path) -> None:
    """The cause of calls that don't hang up: seen in the offer, and by RTCP on a port of its own."""
    file = call(tmp_path, (CRYPTO,), (CRYPTO,))
    trace = read([file])
    agrees(trace, file)
    outcome, text = judged_by("rtcp-mux-disabled", trace)
    assert outcome is Outcome.FAIL
    assert "the SBC's offer has no a=rtcp-mux" in text
    assert "beside RTP's port" in text
    assert "3 packets" in text


def test_plain_rtp(tmp_path: Path) -> None:
    file = call(tmp_path, (MUX,), (MUX,), profile="RTP/AVP")
    trace = read([file])
    agrees(trace, file)
    assert judged_by("srtp-not-forced", trace)[0] is Outcome.FAIL


def test_one_way(tmp_path: Path) -> None:
    file = call(tmp_path, (CRYPTO, MUX), (CRYPTO, MUX), back=False)
    trace = read([file])
    agrees(trace, file)
    outcome, text = judged_by("media-one-way", trace)
    assert outcome is Outcome.FAIL
    assert "RTP comes from the SBC only: 112 packets, none from Microsoft" in text


def test_nobody_answers(tmp_path: Path) -> None:
    """SIPp repeats its INVITE as RFC 3261 says; each copy is one message, as for tshark."""
    file = tmp_path / "silent.pcap"
    offer = scenarios.sdp("123.123.123.123", 10000, CRYPTO, MUX)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as deaf, peers.captured(file):
        deaf.bind((CALLEE, 0))
        peers.sipp_alone(tmp_path, scenarios.caller(offer), deaf.getsockname()[1], "-max_retrans", "2")
    trace = read([file])
    assert peers.tshark_sip(file)["INVITE"] == len(trace.messages) >= 3
    outcome, text = judged_by("request-unanswered", trace)
    assert outcome is Outcome.FAIL
    assert "has no answer" in text
