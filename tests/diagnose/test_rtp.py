"""Loss and jitter against tshark's own figures, on streams with every kind of mishap."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import peers
import pytest
from wire import BEGIN, Frame, ethernet, pcap, rtcp, rtp, udp

from sbc_tool.diagnose.trace.trace import Trace, read

ONE, OTHER = ("192.0.2.1", 10000), ("192.0.2.2", 20000)
SAMPLES = Path("/usr/share/sip-tester")


def steady(
    count: int, chance: random.Random, first: int = 1, stamp: int = 160, spread: float = 0.004
) -> list[tuple[float, int, int]]:
    """Time, sequence number and timestamp of packets that come every 20 ms, more or less."""
    return [(BEGIN + n * 0.02 + chance.random() * spread, first + n, stamp + n * 160) for n in range(count)]


def lossy(packets: list[tuple[float, int, int]], chance: random.Random) -> list[tuple[float, int, int]]:
    return [packet for n, packet in enumerate(packets) if n < 2 or chance.random() > 0.07]


def swapped(packets: list[tuple[float, int, int]], chance: random.Random) -> list[tuple[float, int, int]]:
    """Some overtake others."""
    times = [packet[0] for packet in packets]
    for n in range(3, len(packets) - 1):
        if chance.random() < 0.05:
            packets[n], packets[n + 1] = packets[n + 1], packets[n]
    return [(time, *packet[1:]) for time, packet in zip(times, packets, strict=True)]


def twice(packets: list[tuple[float, int, int]], chance: random.Random) -> list[tuple[float, int, int]]:
    return [one for packet in packets for one in ([packet] * (2 if chance.random() < 0.03 else 1))]


def paused(packets: list[tuple[float, int, int]], chance: random.Random) -> list[tuple[float, int, int]]:
    """Silence suppression: the clock goes on, nothing is sent."""
    return [(t + (1 if n > 80 else 0), s, stamp + (8000 if n > 80 else 0)) for n, (t, s, stamp) in enumerate(packets)]


Mishap = Callable[[list[tuple[float, int, int]], random.Random], list[tuple[float, int, int]]]


def frames(packets: list[tuple[float, int, int]], kind: int = 8, ssrc: int = 0x1234) -> list[Frame]:
    return [(time, ethernet(udp(ONE, OTHER, rtp(number, stamp, ssrc, kind)))) for time, number, stamp in packets]


def written(folder: Path, *all_frames: Frame) -> Path:
    file = folder / "media.pcap"
    file.write_bytes(pcap(sorted(all_frames)))
    return file


def agree(trace: Trace, file: Path) -> None:
    """Packets, loss and jitter of every stream, as tshark prints them."""
    theirs = {(one["source"], int(one["source_port"]), int(one["ssrc"], 16)): one for one in peers.tshark_streams(file)}
    ours = {(one.source.address, one.source.port, one.ssrc): one for one in trace.streams}
    assert theirs
    assert set(ours) == set(theirs)
    for key, stream in ours.items():
        row = theirs[key]
        assert stream.packets == int(row["packets"])
        assert stream.lost == int(row["lost"])
        assert f"({stream.lost_share * 100:.1f}%)" == row["lost_share"]
        assert stream.mean_jitter_ms == pytest.approx(float(row["mean_jitter"]), abs=0.0015)
        assert stream.worst_jitter_ms == pytest.approx(float(row["max_jitter"]), abs=0.0015)


@pytest.mark.parametrize(
    "mishap", [lossy, swapped, twice, paused, None], ids=lambda one: one.__name__ if one else "none"
)
@pytest.mark.parametrize("seed", range(3))
def test_figures_are_those_of_tshark(tmp_path: Path, mishap: Mishap | None, seed: int) -> None:
    chance = random.Random(seed)
    packets = steady(300, chance)
    packets = mishap(packets, chance) if mishap else packets
    file = written(tmp_path, *frames(packets))
    agree(read([file]), file)


@pytest.mark.parametrize(("first", "stamp"), [(65500, 160), (1, 0xFFFFF000), (65535, 0xFFFFFFFF)])
def test_counters_that_wrap(tmp_path: Path, first: int, stamp: int) -> None:
    file = written(tmp_path, *frames(steady(200, random.Random(1), first, stamp)))
    trace = read([file])
    assert [(one.packets, one.lost) for one in trace.streams] == [(200, 0)]
    agree(trace, file)


def test_two_streams_from_one_port(tmp_path: Path) -> None:
    chance = random.Random(2)
    file = written(tmp_path, *frames(steady(100, chance)), *frames(steady(100, chance, first=9000), ssrc=0x9999))
    trace = read([file])
    assert len(trace.streams) == 2
    agree(trace, file)


@pytest.mark.parametrize("file", sorted(SAMPLES.glob("g711a.pcap")), ids=lambda file: file.name)
def test_a_real_capture(file: Path) -> None:
    agree(read([file]), file)


def test_a_sample_is_there() -> None:
    if not (SAMPLES / "g711a.pcap").exists():
        peers.missing("sip-tester brings a capture of RTP")


def test_loss_by_hand(tmp_path: Path) -> None:
    """RFC 3550, A.3: expected less received; the interarrival jitter of an even stream is 0."""
    packets = [(BEGIN + n * 0.02, n, n * 160) for n in range(100) if n % 10 != 5]
    (stream,) = read([written(tmp_path, *frames(packets))]).streams
    assert (stream.packets, stream.expected, stream.lost) == (90, 100, 10)
    assert stream.lost_share == pytest.approx(0.1)
    assert stream.mean_jitter_ms == pytest.approx(0, abs=0.001)
    assert stream.longest_gap_ms == pytest.approx(40, abs=0.01)


def test_jitter_by_hand(tmp_path: Path) -> None:
    """RFC 3550, A.8: one packet 16 ms late moves J by a sixteenth of 16 ms, and again when the next is in time."""
    times = [0.0, 0.02, 0.04, 0.076, 0.08]
    packets = [(BEGIN + time, n, n * 160) for n, time in enumerate(times)]
    (stream,) = read([written(tmp_path, *frames(packets))]).streams
    assert stream.jitter_ms == pytest.approx(1 + (16 - 1) / 16, abs=0.01)


def test_single_packets_are_no_stream(tmp_path: Path) -> None:
    """What has two bits of RTP's version is not yet RTP: the successor proves it (A.1)."""
    packets = [(BEGIN + n * 0.02, n * 7, n * 160) for n in range(50)]
    assert read([written(tmp_path, *frames(packets))]).streams == ()


def test_rtcp_beside_and_within(tmp_path: Path) -> None:
    beside, within = ("192.0.2.1", 10001), ("192.0.2.2", 20001)
    file = written(
        tmp_path, *frames(steady(50, random.Random(0))),
        (BEGIN + 0.5, ethernet(udp(beside, within, rtcp()))),
        (BEGIN + 0.6, ethernet(udp(ONE, OTHER, rtcp()))),
        (BEGIN + 0.7, ethernet(udp(ONE, OTHER, rtcp(200) + rtcp(203)))),
    )  # fmt: skip
    trace = read([file])
    assert {(one.target.port, one.packets, one.goodbye) for one in trace.control} == {
        (20001, 1, False),
        (20000, 2, True),
    }
    told = peers.tshark_fields(file, "rtcp", "udp.dstport")
    assert len(told) == 3
    assert trace.streams[0].packets == 50, "RTCP is no loss of RTP"
