"""Capture files of every kind, whole and broken, against what tshark and dpkt read out of them."""

from __future__ import annotations

import io
import random
import subprocess
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import dpkt
import peers
import pytest
import wire
from dialogs import SBC, TEAMS, from_teams, to_teams

from sbc_tool.diagnose.trace.capture import Capture, NoCapture
from sbc_tool.diagnose.trace.trace import Trace, read

FRAMES = to_teams().frames()
TOLD = Counter({"INVITE": 1, "100": 1, "180": 1, "200": 2, "ACK": 1, "BYE": 1})


def counted(trace: Trace) -> Counter[str]:
    return Counter(message.method if message.is_request else str(message.code) for message in trace.messages)


def inner(frame: bytes) -> bytes:
    """The IP packet in an Ethernet frame of ours."""
    return frame[14:]


def six(frame: bytes) -> bytes:
    """The same in IPv6."""
    packet = inner(frame)
    return wire.ip("2001:db8::1", "2001:db8::2", packet[9], packet[20:])


def pppoe(frame: bytes) -> bytes:
    packet = inner(frame)
    return frame[:12] + b"\x88\x64\x11\x00\x00\x01" + (len(packet) + 2).to_bytes(2, "big") + b"\x00\x21" + packet


FORMS: dict[str, Callable[[list[wire.Frame]], bytes]] = {
    "pcap": wire.pcap,
    "big-endian": lambda all_: wire.pcap(all_, order=">"),
    "nanoseconds": lambda all_: wire.pcap(all_, nanoseconds=True),
    "vlan": lambda all_: wire.pcap((t, wire.ethernet(inner(f), 7)) for t, f in all_),
    "vlan-in-vlan": lambda all_: wire.pcap((t, wire.ethernet(inner(f), 7, 8)) for t, f in all_),
    "pppoe": lambda all_: wire.pcap((t, pppoe(f)) for t, f in all_),
    "any": lambda all_: wire.pcap(((t, wire.cooked(inner(f))) for t, f in all_), wire.COOKED),
    "any-2": lambda all_: wire.pcap(((t, wire.cooked_2(inner(f))) for t, f in all_), wire.COOKED_2),
    "raw": lambda all_: wire.pcap(((t, inner(f)) for t, f in all_), wire.RAW),
    "ipv6": lambda all_: wire.pcap(((t, six(f)) for t, f in all_), wire.RAW),
    "fragments": lambda all_: wire.pcap(
        (t, wire.ethernet(p)) for n, (t, f) in enumerate(all_) for p in wire.fragments(inner(f), 256, n)
    ),
    "fragments-backwards": lambda all_: wire.pcap(
        (t, wire.ethernet(p)) for n, (t, f) in enumerate(all_) for p in reversed(wire.fragments(inner(f), 256, n))
    ),
    "pcapng": lambda all_: wire.pcapng([[(0, one) for one in all_]]),
    "pcapng-big-endian": lambda all_: wire.pcapng([[(0, one) for one in all_]], order=">"),
    "pcapng-two-interfaces": lambda all_: wire.pcapng(
        [[(n % 2, (t, inner(f) if n % 2 else f)) for n, (t, f) in enumerate(all_)]]
    ),
    "pcapng-two-sections": lambda all_: wire.pcapng([[(0, one) for one in all_[:3]], [(0, one) for one in all_[3:]]]),
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_every_form_holds_the_same_call(form: str, tmp_path: Path) -> None:
    file = tmp_path / "form.pcap"
    file.write_bytes(FORMS[form](FRAMES))
    trace = read([file])
    assert counted(trace) == TOLD == peers.tshark_sip(file)
    assert len(trace.calls) == 1
    assert trace.damage == ()
    times = [round((message.time or 0.0) - wire.BEGIN, 4) for message in trace.messages]
    assert times == [0, 0.1, 0.4, 2, 2.05, 20, 20.1]
    numbers = [int(row[0]) for row in peers.tshark_fields(file, "sip", "frame.number")]
    assert [message.where.line for message in trace.messages] == numbers


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("nanoseconds", [False, True])
def test_frames_are_those_of_dpkt(order: str, nanoseconds: bool) -> None:
    data = wire.pcap(FRAMES, order=order, nanoseconds=nanoseconds)
    ours = [(round(time, 6), frame) for time, _, frame in Capture(io.BytesIO(data))]
    theirs = [(round(float(time), 6), bytes(frame)) for time, frame in dpkt.pcap.Reader(io.BytesIO(data))]
    assert ours == theirs
    assert len(ours) == len(FRAMES)


def test_frames_of_pcapng_are_those_of_dpkt() -> None:
    data = wire.pcapng([[(0, one) for one in FRAMES]], links=(1,))
    theirs = [bytes(frame) for _, frame in dpkt.pcapng.Reader(io.BytesIO(data))]
    assert [frame for _, _, frame in Capture(io.BytesIO(data))] == theirs


def test_editcap_writes_what_we_read(tmp_path: Path) -> None:
    """Wireshark's own pcapng, with its options and its interface."""
    file, other = tmp_path / "a.pcap", tmp_path / "a.pcapng"
    file.write_bytes(wire.pcap(FRAMES, nanoseconds=True))
    subprocess.run([peers.program("editcap"), "-F", "pcapng", str(file), str(other)], check=True)
    assert other.read_bytes()[:4] == b"\x0a\x0d\x0d\x0a"
    first, second = read([file]), read([other])
    assert [m.start for m in first.messages] == [m.start for m in second.messages]
    assert [m.time for m in first.messages] == pytest.approx([m.time for m in second.messages])


def test_two_files_are_one_trace(tmp_path: Path) -> None:
    one, other = tmp_path / "one.pcap", tmp_path / "other.pcapng"
    one.write_bytes(wire.pcap(FRAMES))
    other.write_bytes(wire.pcapng([[(0, frame) for frame in from_teams().frames()]]))
    trace = read([other, one])
    assert len(trace.messages) == 14
    assert {Path(message.where.file).name for message in trace.messages} == {"one.pcap", "other.pcapng"}


@pytest.mark.parametrize("form", ["pcap", "pcapng", "fragments"])
def test_a_cut_file_gives_what_it_holds(form: str, tmp_path: Path) -> None:
    whole = FORMS[form](FRAMES)
    file = tmp_path / "cut.pcap"
    for length in range(60, len(whole), 97):
        file.write_bytes(whole[:length])
        trace = read([file])
        assert counted(trace) == peers.tshark_sip(file) if length % 5 == 0 else counted(trace) <= TOLD
        assert trace.damage, length


def test_damage_ends_the_file_where_it_is(tmp_path: Path) -> None:
    whole = bytearray(wire.pcap(FRAMES))
    at = 24 + sum(16 + len(frame) for _, frame in FRAMES[:3])
    whole[at + 8 : at + 12] = b"\xff\xff\xff\x7f"
    file = tmp_path / "damaged.pcap"
    file.write_bytes(whole)
    trace = read([file])
    assert [m.code or m.method for m in trace.messages] == ["INVITE", 100, 180]
    assert trace.damage == (f"{file}: damaged after frame 3",)


@pytest.mark.parametrize("data", [b"", b"abc", b"hello, world", b"\x89PNG\r\n\x1a\n0000"])
def test_no_capture(data: bytes) -> None:
    with pytest.raises(NoCapture):
        list(Capture(io.BytesIO(data)))


def test_a_snapped_frame_is_marked(tmp_path: Path) -> None:
    """Captured with a snap length: the message says so, instead of being taken for whole."""
    file = tmp_path / "snapped.pcap"
    file.write_bytes(wire.pcap([(time, frame[:500]) for time, frame in FRAMES]))
    invite = read([file]).messages[0]
    assert invite.method == "INVITE"
    assert invite.cut


def segmented(text: bytes, sizes: list[int], start: int = 1000) -> list[bytes]:
    packets = [wire.tcp(SBC.end, TEAMS.end, b"", start - 1, 2)]
    at = 0
    for size in sizes:
        packets.append(wire.tcp(SBC.end, TEAMS.end, text[at : at + size], start + at))
        at += size
    return packets


@pytest.mark.parametrize("start", [1000, 0xFFFFFF00])
@pytest.mark.parametrize("mishap", ["none", "reordered", "repeated", "overlapping"])
def test_tcp(tmp_path: Path, mishap: str, start: int) -> None:
    """Messages across segments, out of order, sent again, with a sequence number that wraps."""
    text = b"".join(said.encode() for _, sender, said in to_teams().said if sender is SBC)
    packets = segmented(text, [200] * (len(text) // 200 + 1), start)
    if mishap == "reordered":
        packets[2], packets[3] = packets[3], packets[2]
        packets[5], packets[7] = packets[7], packets[5]
    elif mishap == "repeated":
        packets.insert(4, packets[2])
    elif mishap == "overlapping":
        packets.insert(3, wire.tcp(SBC.end, TEAMS.end, text[100:500], start + 100))
    file = tmp_path / "tcp.pcap"
    file.write_bytes(wire.pcap((wire.BEGIN + n * 0.01, wire.ethernet(one)) for n, one in enumerate(packets)))
    trace = read([file])
    assert counted(trace) == Counter({"INVITE": 1, "ACK": 1, "BYE": 1})
    assert trace.messages[0].sdp is not None
    assert {message.transport for message in trace.messages} == {"tcp"}
    assert counted(trace) == peers.tshark_sip(file)


def test_a_hole_in_tcp_costs_what_is_in_it(tmp_path: Path) -> None:
    text = b"".join(said.encode() for _, sender, said in to_teams().said if sender is SBC)
    packets = segmented(text * 40, [700] * (len(text) * 40 // 700))
    del packets[3]
    file = tmp_path / "hole.pcap"
    file.write_bytes(wire.pcap((wire.BEGIN + n * 0.01, wire.ethernet(one)) for n, one in enumerate(packets)))
    told = counted(read([file]))
    assert 36 <= told["INVITE"] < 40


def test_tls_is_counted_not_guessed(tmp_path: Path) -> None:
    chance = random.Random(1)
    hello = b"\x16\x03\x01\x00\x20" + chance.randbytes(32)
    packets = [wire.tcp(SBC.end, TEAMS.end, b"", 999, 2), wire.tcp(SBC.end, TEAMS.end, hello, 1000)]
    packets += [
        wire.tcp(SBC.end, TEAMS.end, b"\x17\x03\x03\x01\x00" + chance.randbytes(256), 1037 + n * 261) for n in range(5)
    ]
    file = tmp_path / "tls.pcap"
    file.write_bytes(wire.pcap((wire.BEGIN + n * 0.01, wire.ethernet(one)) for n, one in enumerate(packets)))
    trace = read([file])
    assert trace.messages == ()
    assert [(str(source), str(target), count) for (source, target), count in trace.encrypted.items()] == [
        ("123.123.123.123:5062", "52.114.75.24:5061", 6)
    ]
