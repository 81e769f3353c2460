"""RTP streams and the RTCP beside them, counted as RFC 3550 says (loss: A.3, jitter: A.8)."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

from sbc_tool.diagnose.trace.packets import Endpoint, Segment, endpoint

# Clock rates of the static payload types that telephony uses (RFC 3551, table 4); G.722 says 8000 by an old mistake
_CLOCKS = {0: 8000, 3: 8000, 4: 8000, 8: 8000, 9: 8000, 13: 8000, 15: 8000, 18: 8000}
_DEFAULT_CLOCK = 8000
_RTCP = range(192, 224)  # what tells both apart on one port (RFC 5761, section 4)
_BYE = 203
_AHEAD = 3000  # packets; a step further than that is a new beginning, not a loss (RFC 3550, A.1: MAX_DROPOUT)
_NEAR = 16  # packets that may be missing between the first two of a stream that SDP has described
_MOST_UNPROVED = 4096  # first packets of what may be a stream
_SILENCE = {0: frozenset(b"\xff\x7f"), 8: frozenset(b"\xd5\x55")}  # G.711's bytes for zero, u-law and A-law

_header = struct.Struct("!BBHII").unpack_from


@dataclass(slots=True)
class Stream:
    """One SSRC from one endpoint to another. Times in seconds since 1970."""

    source: Endpoint
    target: Endpoint
    ssrc: int
    payload_type: int  # of the first packet
    clock: int  # Hz
    first_frame: int
    begin: float
    end: float
    packets: int = 1
    jitter_ms: float = 0.0  # as it stood at the end
    worst_jitter_ms: float = 0.0
    longest_gap_ms: float = 0.0  # between two packets
    types: set[int] = field(default_factory=set)  # all payload types
    silent: bool | None = None  # whether all audio was digital silence; None where that can't be told
    sounded: float | None = None  # when the first packet came that was no silence; None where silent isn't False
    _jitter_sum_ms: float = 0.0
    _first: int = 0  # sequence number
    _highest: int = 0  # sequence number, with the turns of its 16 bits
    _stamp: int = 0

    @property
    def expected(self) -> int:
        return self._highest - self._first + 1

    @property
    def lost(self) -> int:
        """A packet that came twice makes up for one that never came, so this can be negative."""
        return self.expected - self.packets

    @property
    def lost_share(self) -> float:
        return self.lost / self.expected

    @property
    def mean_jitter_ms(self) -> float:
        """Over the differences between two packets, of which there is one fewer."""
        return self._jitter_sum_ms / max(self.packets - 1, 1)

    def add(self, time: float, sequence: int, stamp: int, payload_type: int) -> bool:
        """Count a packet in; False when it can't belong to what came before."""
        step = (sequence - self._highest) & 0xFFFF
        if step < 0x8000:
            if step > _AHEAD:
                return False
            self._highest += step
        elif 0x10000 - step > _AHEAD:
            return False
        gap = (time - self.end) * 1000
        # arrival against the sender's clock; the difference of two stamps wraps at 32 bits
        ticks = (stamp - self._stamp + 0x80000000 & 0xFFFFFFFF) - 0x80000000
        jitter = self.jitter_ms
        jitter += (abs(gap - ticks * 1000 / self.clock) - jitter) / 16
        self.jitter_ms = jitter
        self._jitter_sum_ms += jitter
        if jitter > self.worst_jitter_ms:
            self.worst_jitter_ms = jitter
        if gap > self.longest_gap_ms:
            self.longest_gap_ms = gap
        self.packets += 1
        self.end = time
        self._stamp = stamp
        if payload_type != self.payload_type:
            self.types.add(payload_type)
        return True

    def listen(self, time: float, payload_type: int, payload: bytes) -> None:
        """Whether one more packet is silent, as all before it were."""
        self.silent = _is_silence(payload_type, payload)
        if self.silent is False:
            self.sounded = time


@dataclass(slots=True)
class Control:
    """The RTCP from one endpoint to another."""

    source: Endpoint
    target: Endpoint
    packets: int = 0
    beginning: float = 0.0
    goodbye: bool = False  # a BYE in clear; SRTCP hides it


@dataclass(slots=True)
class _Unproved:
    """The first packet of what is a stream once its successor comes (RFC 3550, A.1)."""

    segment: Segment
    sequence: int
    stamp: int
    payload_type: int


class Media:
    """All streams of a capture, while it is read."""

    def __init__(self) -> None:
        self.streams: list[Stream] = []
        self.control: dict[tuple[bytes, int, bytes, int], Control] = {}
        self.clocks: dict[tuple[str, int], dict[int, int]] = {}  # where SDP wants media -> payload type -> Hz
        self._open: dict[tuple[bytes, int, bytes, int, int], Stream] = {}
        self._unproved: dict[tuple[bytes, int, bytes, int, int], _Unproved] = {}

    def add(self, segment: Segment) -> None:
        """Count a datagram in, if it is RTP or RTCP."""
        payload = segment.payload
        if len(payload) < 8 or payload[0] >> 6 != 2:
            return
        if payload[1] in _RTCP:
            self._add_control(segment, payload)
            return
        if len(payload) < 12:
            return
        _, kind, sequence, stamp, ssrc = _header(payload)
        key = (segment[3], segment[4], segment[5], segment[6], ssrc)
        stream = self._open.get(key)
        kind &= 0x7F
        if stream is None or not stream.add(segment[0], sequence, stamp, kind):
            self._begin(key, segment, sequence, stamp, kind)
        elif stream.silent:
            stream.listen(segment.time, kind, payload)

    def _begin(
        self, key: tuple[bytes, int, bytes, int, int], segment: Segment, sequence: int, stamp: int, kind: int
    ) -> None:
        first = self._unproved.pop(key, None)
        step = (sequence - first.sequence) & 0xFFFF if first else 0
        source, target = endpoint(key[0], key[1]), endpoint(key[2], key[3])
        described = target in self.clocks or source in self.clocks  # then it is RTP, even when packets overtake others
        if first is None or (step != 1 and not (described and 0 < step < _NEAR)):
            if len(self._unproved) >= _MOST_UNPROVED:
                self._unproved.pop(next(iter(self._unproved)))
            self._unproved[key] = _Unproved(segment, sequence, stamp, kind)
            return
        begun = first.segment
        stream = Stream(
            source=source,
            target=target,
            ssrc=key[4],
            payload_type=first.payload_type,
            clock=self._clock(target, first.payload_type),
            first_frame=begun.number,
            begin=begun.time,
            end=begun.time,
            types={first.payload_type},
            silent=True,
            _first=first.sequence,
            _highest=first.sequence,
            _stamp=first.stamp,
        )
        stream.listen(begun.time, first.payload_type, begun.payload)
        stream.add(segment.time, sequence, stamp, kind)
        if stream.silent:
            stream.listen(segment.time, kind, segment.payload)
        self.streams.append(stream)
        self._open[key] = stream

    def _clock(self, target: Endpoint, kind: int) -> int:
        return self.clocks.get(target, {}).get(kind) or _CLOCKS.get(kind, _DEFAULT_CLOCK)

    def _add_control(self, segment: Segment, payload: bytes) -> None:
        key = segment[3:7]
        control = self.control.get(key)
        if control is None:
            source, target = (
                endpoint(segment.source, segment.source_port),
                endpoint(segment.target, segment.target_port),
            )
            control = self.control[key] = Control(source, target, beginning=segment.time)
        control.packets += 1
        control.goodbye = control.goodbye or _says_goodbye(payload)


def _is_silence(kind: int, payload: bytes) -> bool | None:
    """Whether a G.711 packet in clear holds nothing but zeros; None for another codec."""
    quiet = _SILENCE.get(kind)
    return quiet.issuperset(payload[12:172]) if quiet else None


def _says_goodbye(payload: bytes) -> bool:
    """Whether a compound packet holds a BYE (RFC 3550, section 6.1). An encrypted one has no such structure."""
    at = 0
    while at + 4 <= len(payload) and payload[at] >> 6 == 2:
        if payload[at + 1] == _BYE:
            return True
        at += 4 + int.from_bytes(payload[at + 2 : at + 4], "big") * 4
    return False
