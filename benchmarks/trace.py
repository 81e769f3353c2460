"""`sbc-tool trace` on a large capture against tshark's `-z sip,stat` plus `-z rtp,streams`, in turn, on the same file.

python benchmarks/trace.py [--megabytes 200] [--runs 3] [--file CAPTURE]

The capture is made anew: calls of one minute, several at a time, each with SIP and with G.711 in both directions. Time
is that of whole processes; memory is the peak of the resident set, as the kernel counts it.
"""

from __future__ import annotations

import argparse
import os
import statistics
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

_PACKETS = 3000  # of a minute, in each direction
_AT_ONCE = 20  # calls
_CALL = (0x0A000001, 0x0A000002)
_SDP = "v=0\r\no=- 1 1 IN IP4 {0}\r\ns=-\r\nc=IN IP4 {0}\r\nt=0 0\r\nm=audio {1} RTP/AVP 8\r\na=rtpmap:8 PCMA/8000\r\n"
_SAID = (  # seconds, who, start line, method, with SDP
    (0.0, 0, "INVITE sip:+4971232{}@10.0.0.2 SIP/2.0", "INVITE", True),
    (0.1, 1, "SIP/2.0 100 Trying", "INVITE", False),
    (0.5, 1, "SIP/2.0 180 Ringing", "INVITE", False),
    (2.0, 1, "SIP/2.0 200 OK", "INVITE", True),
    (2.1, 0, "ACK sip:+4971232{}@10.0.0.2 SIP/2.0", "ACK", False),
    (62.0, 0, "BYE sip:+4971232{}@10.0.0.2 SIP/2.0", "BYE", False),
    (62.1, 1, "SIP/2.0 200 OK", "BYE", False),
)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--megabytes", type=int, default=200)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--file", type=Path)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        file = chosen.file or Path(folder) / "large.pcap"
        if not chosen.file:
            with file.open("wb") as out:
                _write(out, chosen.megabytes << 20)
        size = file.stat().st_size
        ours = [sys.executable, "-m", "sbc_tool", "trace", str(file), "--format", "json", "--output", os.devnull]
        peer = ["tshark", "-n", "-r", str(file), "-q"]
        theirs = [[*peer, "-z", "sip,stat"], [*peer, "-o", "rtp.heuristic_rtp:TRUE", "-z", "rtp,streams"]]
        pairs = [(_run([ours]), _run(theirs)) for _ in range(chosen.runs)]
    print(f"capture: {size / 2**20:.0f} MB")
    for name, runs in zip(("sbc-tool trace", "tshark, both tables"), zip(*pairs, strict=True), strict=True):
        wall, used, peaks = zip(*runs, strict=True)
        told = f"median {statistics.median(wall):5.1f} s, processor {statistics.median(used):5.1f} s"
        print(f"{name:<20} {told}, peak {max(peaks) / 2**10:4.0f} MB")
    for number, what in enumerate(("wall", "processor")):
        ratio = statistics.median(one[number] / other[number] for one, other in pairs)
        print(f"ratio of {what} time, median of {chosen.runs} pairs: {ratio:.2f} (goal: below 1)")


def _run(commands: list[list[str]]) -> tuple[float, float, int]:
    """Seconds of all together, by the clock and of the processor, and the largest peak in kB."""
    begin, used, peak = time.perf_counter(), 0.0, 0
    for command in commands:
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in (0, 1, 3):  # ours says with 1 or 3 that it found something
            raise SystemExit(f"{command[0]} ended with {process.returncode}")
        used += usage.ru_utime + usage.ru_stime
        peak = max(peak, usage.ru_maxrss)
    return time.perf_counter() - begin, used, peak


def _write(out: BinaryIO, size: int) -> None:
    out.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
    group = 0
    while out.tell() < size:
        for moment, frame in sorted(_calls(group), key=lambda one: one[0]):
            out.write(struct.pack("<IIII", int(moment), int(moment % 1 * 1e6), len(frame), len(frame)) + frame)
        group += 1


def _calls(group: int) -> Iterator[tuple[float, bytes]]:
    begin = 1_700_000_000.0 + group * 70
    for number in range(_AT_ONCE):
        port = 10000 + 4 * number
        yield from _signalling(begin + number * 0.01, f"{group}-{number}", port)
        for n in range(_PACKETS):
            for way in (0, 1):
                head = struct.pack("!BBHII", 0x80, 8, n, n * 160, (group * _AT_ONCE + number) * 2 + way)
                yield begin + 2 + n * 0.02 + number * 0.0003, _udp(way, port, head + b"\x12\x34" * 80)


def _signalling(begin: float, name: str, port: int) -> Iterator[tuple[float, bytes]]:
    for after, way, start, method, media in _SAID:
        body = _SDP.format(f"10.0.0.{way + 1}", port) if media else ""
        text = (
            f"{start.format(name.replace('-', ''))}\r\nVia: SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bK{name}{method}\r\n"
            f"From: <sip:+4930{port}@10.0.0.1>;tag=a\r\nTo: <sip:+4971232@10.0.0.2>;tag=b\r\n"
            f"Call-ID: {name}@10.0.0.1\r\nCSeq: {2 if method == 'BYE' else 1} {method}\r\n"
            f"Content-Type: application/sdp\r\nContent-Length: {len(body)}\r\n\r\n{body}"
        )
        yield begin + after, _udp(way, 5060, text.encode())


def _udp(way: int, port: int, data: bytes) -> bytes:
    head = struct.pack("!HHHH", port, port, 8 + len(data), 0)
    ends = _CALL if way == 0 else _CALL[::-1]
    network = struct.pack("!BBHHHBBHII", 0x45, 0, 28 + len(data), 1, 0, 64, 17, 0, *ends)
    return b"\2\0\0\0\0\1\2\0\0\0\0\2\x08\x00" + network + head + data


if __name__ == "__main__":
    main()
