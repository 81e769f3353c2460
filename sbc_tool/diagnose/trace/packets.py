"""Frames -> what UDP and TCP carried: the layers below taken off, IP fragments put together again.

RFC 791 and 8200 (IP), 768 (UDP), 9293 (TCP), IEEE 802.1Q, RFC 2516 (PPPoE); link types as on tcpdump.org/linktypes.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from functools import lru_cache
from ipaddress import ip_address
from typing import NamedTuple

from sbc_tool.diagnose.trace.capture import Frame

UDP, TCP = 17, 6
_ETHERNET, _NULL, _RAW_BSD, _RAW, _LOOP, _COOKED, _IPV4, _IPV6, _COOKED_2 = 1, 0, 12, 101, 108, 113, 228, 229, 276
_VLAN, _QINQ, _PPPOE, _IP4, _IP6 = b"\x81\x00", b"\x88\xa8", b"\x88\x64", b"\x08\x00", b"\x86\xdd"
_EXTENSIONS = (0, 43, 60, 135)  # IPv6: hop-by-hop, routing, destination options, mobility
_FRAGMENT = 44
_MOST_FRAGMENTED = 64  # datagrams in pieces at the same time; beyond that the oldest is given up
_LARGEST = 65535  # bytes of a datagram

_ip4 = struct.Struct("!BxHHHxB").unpack_from
_udp = struct.Struct("!HHH").unpack_from
_tcp = struct.Struct("!HHIIBB").unpack_from


class Segment(NamedTuple):
    """What one UDP datagram or TCP segment carried. Addresses are packed, 4 or 16 bytes."""

    time: float
    number: int  # of the frame, from 1, as Wireshark counts
    protocol: int  # UDP or TCP
    source: bytes
    source_port: int
    target: bytes
    target_port: int
    payload: bytes
    sequence: int  # TCP
    flags: int  # TCP
    cut: bool  # the capture holds less of it than there was


class Endpoint(NamedTuple):
    address: str
    port: int

    def __str__(self) -> str:
        return f"[{self.address}]:{self.port}" if ":" in self.address else f"{self.address}:{self.port}"


@lru_cache(maxsize=4096)
def endpoint(packed: bytes, port: int) -> Endpoint:
    return Endpoint(str(ip_address(packed)), port)


def segments(frames: Iterable[Frame]) -> Iterator[Segment]:
    """The UDP and TCP of all frames in their order; frames of anything else are passed over."""
    fragments = _Fragments()
    for number, (time, link, frame) in enumerate(frames, 1):
        try:
            at = _network(link, frame)
            version = frame[at] >> 4 if at >= 0 else 0
            if version == 4:
                found = _version_4(frame, at, fragments)
            elif version == 6:
                found = _version_6(frame, at, fragments)
            else:
                continue
            if found is not None:
                segment = _transport(time, number, found)
                if segment is not None:
                    yield segment
        except (struct.error, IndexError):
            continue  # cut off within its headers


def _network(link: int, frame: bytes) -> int:
    """Where the IP header begins; -1 for something else."""
    if link == _ETHERNET:
        at, kind = 14, frame[12:14]
    elif link == _COOKED:
        at, kind = 16, frame[14:16]
    elif link == _COOKED_2:
        at, kind = 20, frame[:2]
    elif link in (_RAW, _RAW_BSD, _IPV4, _IPV6):
        return 0
    else:
        return 4 if link in (_NULL, _LOOP) else -1
    while kind in (_VLAN, _QINQ):
        at, kind = at + 4, frame[at + 2 : at + 4]
    if kind == _PPPOE:
        return at + 8 if frame[at + 6 : at + 8] in (b"\x00\x21", b"\x00\x57") else -1
    return at if kind in (_IP4, _IP6) else -1


_Carried = tuple[int, bytes, bytes, bytes, int, int]  # protocol, source, target, data, where it begins and ends


def _version_4(frame: bytes, at: int, fragments: _Fragments) -> _Carried | None:
    head, total, ident, offset, protocol = _ip4(frame, at)
    source, target = frame[at + 12 : at + 16], frame[at + 16 : at + 20]
    begin = at + (head & 15) * 4
    end = at + total if total else len(frame)  # 0: the network card cut it into pieces later
    if offset & 0x3FFF:
        key = (source, target, ident, protocol)
        whole = fragments.put(key, (offset & 0x1FFF) * 8, frame[begin:end], bool(offset & 0x2000))
        return (protocol, source, target, whole, 0, len(whole)) if whole else None
    return protocol, source, target, frame, begin, end


def _version_6(frame: bytes, at: int, fragments: _Fragments) -> _Carried | None:
    source, target = frame[at + 8 : at + 24], frame[at + 24 : at + 40]
    protocol, begin = frame[at + 6], at + 40
    end = begin + int.from_bytes(frame[at + 4 : at + 6], "big")
    while protocol in _EXTENSIONS:
        protocol, begin = frame[begin], begin + 8 + frame[begin + 1] * 8
    if protocol == _FRAGMENT:
        protocol = frame[begin]
        offset, ident = struct.unpack_from("!HI", frame, begin + 2)
        whole = fragments.put((source, target, ident, protocol), offset & ~7, frame[begin + 8 : end], bool(offset & 1))
        return (protocol, source, target, whole, 0, len(whole)) if whole else None
    return protocol, source, target, frame, begin, end


def _transport(time: float, number: int, carried: _Carried) -> Segment | None:
    protocol, source, target, data, at, end = carried
    cut = end > len(data)
    if protocol == UDP:
        source_port, target_port, length = _udp(data, at)
        end = min(end, at + length) if length >= 8 else end
        payload = data[at + 8 : end]
        return Segment(time, number, UDP, source, source_port, target, target_port, payload, 0, 0, cut)
    if protocol == TCP:
        source_port, target_port, sequence, _, offset, flags = _tcp(data, at)
        payload = data[at + (offset >> 4) * 4 : end]
        return Segment(time, number, TCP, source, source_port, target, target_port, payload, sequence, flags, cut)
    return None


class _Fragments:
    """Datagrams that are still in pieces."""

    def __init__(self) -> None:
        self._open: dict[tuple[object, ...], dict[int, bytes]] = {}
        self._ends: dict[tuple[object, ...], int] = {}

    def put(self, key: tuple[object, ...], offset: int, data: bytes, more: bool) -> bytes | None:
        """The whole once the last piece is there."""
        pieces = self._open.setdefault(key, {})
        pieces.setdefault(offset, data)
        if not more:
            self._ends[key] = offset + len(data)
        whole = self._joined(pieces, self._ends.get(key, -1))
        if whole is not None or len(self._open) > _MOST_FRAGMENTED:
            done = key if whole is not None else next(iter(self._open))
            self._open.pop(done)
            self._ends.pop(done, None)
        return whole

    @staticmethod
    def _joined(pieces: dict[int, bytes], end: int) -> bytes | None:
        if not 0 <= end <= _LARGEST or sum(map(len, pieces.values())) < end:
            return None
        whole = b""
        for offset in sorted(pieces):
            if offset > len(whole):
                return None
            whole += pieces[offset][len(whole) - offset :]
        return whole[:end]
