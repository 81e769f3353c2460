"""Packets and capture files, byte by byte: what a network card would have seen."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from ipaddress import ip_address

Frame = tuple[float, bytes]  # seconds since 1970, all bytes

ETHERNET, RAW, COOKED, COOKED_2 = 1, 101, 113, 276
BEGIN = 1_700_000_000.0
_MAC = b"\x02\x00\x00\x00\x00\x01\x02\x00\x00\x00\x00\x02"


def udp(source: tuple[str, int], target: tuple[str, int], data: bytes) -> bytes:
    """An IP packet."""
    return ip(source[0], target[0], 17, struct.pack("!HHHH", source[1], target[1], 8 + len(data), 0) + data)


def tcp(source: tuple[str, int], target: tuple[str, int], data: bytes, sequence: int, flags: int = 0x18) -> bytes:
    head = struct.pack("!HHIIBBHHH", source[1], target[1], sequence & 0xFFFFFFFF, 0, 0x50, flags, 65535, 0, 0)
    return ip(source[0], target[0], 6, head + data)


def ip(source: str, target: str, protocol: int, data: bytes, ident: int = 1, fragment: int = 0) -> bytes:
    """`fragment`: the flags and offset field of IPv4."""
    one, other = ip_address(source).packed, ip_address(target).packed
    if len(one) == 16:
        return struct.pack("!IHBB", 6 << 28, len(data), protocol, 64) + one + other + data
    head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(data), ident, fragment, 64, protocol, 0) + one + other
    total = sum(struct.unpack("!10H", head))
    total = (total & 0xFFFF) + (total >> 16)
    return head[:10] + struct.pack("!H", ~(total + (total >> 16)) & 0xFFFF) + head[12:] + data


def fragments(packet: bytes, size: int, ident: int = 7) -> list[bytes]:
    """An IPv4 packet in pieces of `size` bytes, which is a multiple of eight."""
    source, target = str(ip_address(packet[12:16])), str(ip_address(packet[16:20]))
    data = packet[20:]
    starts = range(0, len(data), size)
    return [
        ip(source, target, packet[9], data[at : at + size], ident, at // 8 | (0x2000 if at + size < len(data) else 0))
        for at in starts
    ]


def ethernet(packet: bytes, *tags: int) -> bytes:
    """With a VLAN tag for each number."""
    kind = b"\x08\x00" if packet[0] >> 4 == 4 else b"\x86\xdd"
    return _MAC + b"".join(b"\x81\x00" + struct.pack("!H", tag) for tag in tags) + kind + packet


def cooked(packet: bytes) -> bytes:
    """As `tcpdump -i any` writes it (LINUX_SLL)."""
    kind = 0x0800 if packet[0] >> 4 == 4 else 0x86DD
    return struct.pack("!HHH8sH", 0, 1, 6, _MAC[:8], kind) + packet


def cooked_2(packet: bytes) -> bytes:
    kind = 0x0800 if packet[0] >> 4 == 4 else 0x86DD
    return struct.pack("!HHIHBB8s", kind, 0, 1, 1, 0, 6, _MAC[:8]) + packet


def pcap(frames: Iterable[Frame], link: int = ETHERNET, order: str = "<", nanoseconds: bool = False) -> bytes:
    units = 1_000_000_000 if nanoseconds else 1_000_000
    parts = [struct.pack(f"{order}IHHiIII", 0xA1B23C4D if nanoseconds else 0xA1B2C3D4, 2, 4, 0, 0, 65535, link)]
    for time, data in frames:
        ticks = round(time * units)
        parts.append(struct.pack(f"{order}IIII", ticks // units, ticks % units, len(data), len(data)) + data)
    return b"".join(parts)


def pcapng(sections: Sequence[Sequence[tuple[int, Frame]]], order: str = "<", links: Sequence[int] = (1, 101)) -> bytes:
    """Each section has an interface for each link type; a frame names its interface. Ticks are microseconds."""
    parts = []
    for section in sections:
        parts.append(_block(order, 0x0A0D0D0A, struct.pack(f"{order}IHHq", 0x1A2B3C4D, 1, 0, -1)))
        parts += [_block(order, 1, struct.pack(f"{order}HHI", link, 0, 0)) for link in links]
        for number, (time, data) in section:
            ticks = round(time * 1_000_000)
            head = struct.pack(f"{order}IIIII", number, ticks >> 32, ticks & 0xFFFFFFFF, len(data), len(data))
            parts.append(_block(order, 6, head + data))
    return b"".join(parts)


def _block(order: str, kind: int, body: bytes) -> bytes:
    body += b"\0" * (-len(body) % 4)
    length = struct.pack(f"{order}I", len(body) + 12)
    return struct.pack(f"{order}I", kind) + length + body + length


def rtp(sequence: int, stamp: int, ssrc: int = 0x1234, kind: int = 8, payload: bytes = b"\x55\xd4" * 80) -> bytes:
    return struct.pack("!BBHII", 0x80, kind, sequence & 0xFFFF, stamp & 0xFFFFFFFF, ssrc) + payload


def rtcp(kind: int = 200, ssrc: int = 0x1234) -> bytes:
    return struct.pack("!BBHI", 0x80, kind, 6, ssrc) + b"\0" * 20
