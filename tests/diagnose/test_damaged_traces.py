"""Captures and logs as accidents and enemies make them: read to their end, in bounded work, without a crash."""

from __future__ import annotations

import io
import random
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import pytest
import wire
from dialogs import SBC, TEAMS, both, from_teams, to_pbx, to_teams
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from test_logs import chan_sip, pjsip, prefixed, sngrep, syslog

from sbc_tool.check import run
from sbc_tool.diagnose.evidence import Evidence
from sbc_tool.diagnose.fault import InTrace
from sbc_tool.diagnose.faults import ALL
from sbc_tool.diagnose.judge import judge
from sbc_tool.diagnose.trace import logs, sdp, sip, summary
from sbc_tool.diagnose.trace.capture import Capture, NoCapture
from sbc_tool.diagnose.trace.packets import segments
from sbc_tool.diagnose.trace.redact import Redactor
from sbc_tool.diagnose.trace.trace import Trace, read
from sbc_tool.errors import InputError
from sbc_tool.finding import Outcome

FRAMES = [*from_teams().frames(), *to_pbx().frames(), *both(SBC, TEAMS, 2, 3)]
FRAMES += [
    (t, wire.ethernet(p)) for n, (t, f) in enumerate(to_teams().frames()) for p in wire.fragments(f[14:], 256, n)
]
SAMPLES = [
    wire.pcap(FRAMES),
    wire.pcap(FRAMES, order=">", nanoseconds=True),
    wire.pcapng([[(0, one) for one in FRAMES]]),
    wire.pcap(((t, wire.cooked(f[14:])) for t, f in FRAMES), wire.COOKED),
]
TEXTS = [form(to_teams()) for form in (sngrep, chan_sip, pjsip, prefixed, syslog)]
fuzzing = settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])


def crashes(trace: Trace) -> list[str]:
    """The faults that crash over a trace, or say nothing of what they found; all else that is done with it is done."""
    judge(ALL, trace)
    results = [run(InTrace(fault), {Evidence: Evidence(trace=trace)}) for fault in ALL]
    crashed = [
        f"{result.check}: {result.reason}"
        for result in results
        if (result.outcome is Outcome.UNKNOWN and not result.findings) or not all(one.text for one in result.findings)
    ]
    whole, calls = summary.of_trace(trace), list(summary.of_calls(trace))
    redactor = Redactor(trace)
    redactor.apply(whole)
    for call in calls:
        redactor.apply(call)
    return crashed


def read_bytes(data: bytes, folder: Path) -> Trace | None:
    file = folder / "any"
    file.write_bytes(data)
    try:
        return read([file])
    except InputError:
        return None


def broken(data: bytes, chance: random.Random) -> bytes:
    """Bytes changed, pieces cut out, repeated or moved."""
    changed = bytearray(data)
    for _ in range(chance.randint(1, 12)):
        at = chance.randrange(len(changed))
        kind = chance.randrange(4)
        if kind == 0:
            changed[at] = chance.randrange(256)
        elif kind == 1:
            del changed[at : at + chance.randint(1, 200)]
        elif kind == 2:
            changed[at:at] = changed[at : at + chance.randint(1, 200)]
        else:
            changed[at : at + 4] = chance.choice([b"\xff\xff\xff\xff", b"\0\0\0\0", b"\x7f\xff\xff\xff", b"\0\0\0\1"])
        if not changed:
            return b""
    return bytes(changed)


@pytest.mark.parametrize("sample", range(len(SAMPLES)))
@given(seed=st.integers(0, 1 << 32))
@fuzzing
def test_broken_captures(sample: int, seed: int, tmp_path: Path) -> None:
    trace = read_bytes(broken(SAMPLES[sample], random.Random(seed)), tmp_path)
    assert trace is None or crashes(trace) == []


def damaged_payloads(chance: random.Random) -> list[wire.Frame]:
    """Frames whose layers below are right, and whose SIP, SDP and RTP are not."""
    made = []
    for when, sender, said in to_teams().said:
        other = TEAMS if sender is SBC else SBC
        made.append((wire.BEGIN + when, wire.ethernet(wire.udp(sender.end, other.end, broken(said.encode(), chance)))))
    for when, frame in both(SBC, TEAMS, 2, 3):
        made.append((when, frame[:42] + broken(frame[42:], chance)))
    return sorted(made)


@given(seed=st.integers(0, 1 << 32))
@fuzzing
def test_broken_messages(seed: int, tmp_path: Path) -> None:
    trace = read_bytes(wire.pcap(damaged_payloads(random.Random(seed))), tmp_path)
    assert trace is not None
    assert crashes(trace) == []


@pytest.mark.parametrize("sample", range(len(TEXTS)))
@given(seed=st.integers(0, 1 << 32))
@fuzzing
def test_broken_logs(sample: int, seed: int, tmp_path: Path) -> None:
    trace = read_bytes(broken(TEXTS[sample].encode(), random.Random(seed)), tmp_path)
    assert trace is None or crashes(trace) == []


@given(st.binary(max_size=2000))
@example(b"\xd4\xc3\xb2\xa1" + b"\0" * 16 + b"\1\0\0\0")
@example(b"\x0a\x0d\x0d\x0a\x0c\0\0\0\x4d\x3c\x2b\x1a")
def test_any_bytes_as_a_capture(data: bytes) -> None:
    for start in (b"", b"\xd4\xc3\xb2\xa1", b"\xa1\xb2\x3c\x4d", b"\x0a\x0d\x0d\x0a"):
        try:
            list(segments(Capture(io.BytesIO(start + data))))
        except NoCapture:
            continue


@given(st.integers(0, 300), st.binary(max_size=200))
def test_any_bytes_as_a_frame(link: int, data: bytes) -> None:
    list(segments([(0.0, link, data)]))


@given(st.text(max_size=500), st.binary(max_size=500))
def test_any_text_as_sip_and_sdp(text: str, data: bytes) -> None:
    list(logs.messages(text, "x"))
    list(logs.messages(f"INVITE sip:a@b SIP/2.0\n{text}", "x"))
    sdp.parse(data)
    message = sip.read(b"INVITE sip:a@b SIP/2.0\r\n" + data)
    assert (message.method, message.cseq >= 0, message.call_id is not None) == ("INVITE", True, True)


def lines_run(work: Callable[[], object]) -> int:
    """How many lines of Python it takes: the same on every machine."""
    count = 0

    def local(frame: FrameType, event: str, argument: object) -> object:
        nonlocal count
        count += event == "line"
        return local

    before = sys.gettrace()
    sys.settrace(lambda frame, event, argument: local)
    try:
        work()
    finally:
        sys.settrace(before)
    return count


HEAD = "INVITE sip:a@b SIP/2.0\r\nCall-ID: x\r\nCSeq: 1 INVITE\r\n"
TRAPS: dict[str, Callable[[int], bytes]] = {
    "start-lines": lambda n: b"INVITE sip:a@b SIP/2.0\n" * n,
    "headers": lambda n: HEAD.encode() + b"a: b\r\n" * n,
    "folded": lambda n: HEAD.encode() + b"a: b\r\n" + b" c\r\n" * n,
    "one-line": lambda n: b"A" * 20 * n,
    "spaces": lambda n: HEAD.encode() + b"From: " + b" " * 20 * n,
    "semicolons": lambda n: HEAD.encode() + b"Via: " + b"; " * 10 * n + b"\r\nFrom: " + b"<sip:" * 4 * n,
    "colons": lambda n: (HEAD + "From: " + "1:" * 10 * n + "\r\nTo: " + "1.1." * 5 * n).encode(),
    "digits": lambda n: (HEAD + "From: <sip:" + "1" * 20 * n + "@x>").encode(),
    "tcp": lambda n: wire.pcap(
        (wire.BEGIN, wire.ethernet(wire.tcp(SBC.end, TEAMS.end, b"INVITE sip:a@b SIP/2.0\r\nx: ", 1000 + 26 * k)))
        for k in range(n // 10)
    ),
    "tcp-never-whole": lambda n: wire.pcap(
        (wire.BEGIN, wire.ethernet(wire.tcp(SBC.end, TEAMS.end, b"AAAAAAAA " * 10, 1000 + 90 * k)))
        for k in range(n // 10)
    ),
    "tcp-tiny-messages": lambda n: wire.pcap(
        (wire.BEGIN, wire.ethernet(wire.tcp(SBC.end, TEAMS.end, HEAD.encode() * 20, 1000 + len(HEAD) * 20 * k)))
        for k in range(n // 100)
    ),
    "fragments": lambda n: wire.pcap(
        (wire.BEGIN, wire.ethernet(wire.ip("1.1.1.1", "2.2.2.2", 17, b"x" * 8, 7, 0x2000 | k % 8000)))
        for k in range(n // 10)
    ),
    "sources": lambda n: wire.pcap(
        (wire.BEGIN, wire.ethernet(wire.udp(("1.1.1.1", 1024 + k % 60000), ("2.2.2.2", 9), wire.rtp(k * 9, k, k))))
        for k in range(n // 10)
    ),
    "one-call": lambda n: wire.pcap(
        (wire.BEGIN + k, wire.ethernet(wire.udp(SBC.end, TEAMS.end, f"{HEAD}Via: a;branch={k}\r\n\r\n".encode())))
        for k in range(n // 10)
    ),
    "many-calls": lambda n: wire.pcap(
        (
            wire.BEGIN + k / 1e5,
            wire.ethernet(wire.udp(SBC.end, TEAMS.end, f"INVITE sip:{k}@b SIP/2.0\r\nCall-ID: {k}\r\n\r\n".encode())),
        )
        for k in range(n // 10)
    ),
}


@pytest.mark.parametrize("trap", TRAPS)
def test_work_grows_with_the_size(trap: str, tmp_path: Path) -> None:
    """Four times the bytes take about four times the work; what is quadratic would take sixteen times."""

    def work(size: int) -> int:
        data = TRAPS[trap](size)
        return lines_run(lambda: crashes(read_bytes(data, tmp_path) or Trace()))

    work(100)  # what is loaded once
    small, large = work(4000), work(16000)
    assert large < small * 6 + 20000, (small, large)
