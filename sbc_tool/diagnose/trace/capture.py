"""Frames out of capture files: pcap and pcapng, whole, cut or damaged.

Own code and not dpkt, which reads one interface of a pcapng, trusts the lengths that stand in the file, and needs
several times as long for a frame. The formats: IETF draft-ietf-opsawg-pcap and draft-ietf-opsawg-pcapng.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import BinaryIO

Frame = tuple[float, int, bytes]  # seconds since 1970, link type (tcpdump.org/linktypes), what was captured

_PCAP = {
    b"\xa1\xb2\xc3\xd4": (">", 1e6), b"\xd4\xc3\xb2\xa1": ("<", 1e6),
    b"\xa1\xb2\x3c\x4d": (">", 1e9), b"\x4d\x3c\xb2\xa1": ("<", 1e9),
}  # fmt: skip
_PCAPNG = b"\x0a\x0d\x0d\x0a"
_LARGEST = 1 << 20  # bytes of one frame or block; no link carries more, so a larger one is damage
_CHUNK = 1 << 20
_SECTION, _INTERFACE, _PACKET, _SIMPLE, _ENHANCED = 0x0A0D0D0A, 1, 2, 3, 6
_TSRESOL, _TSOFFSET = 9, 14  # options of an interface


class NoCapture(ValueError):
    """The file is neither pcap nor pcapng."""


class _End(Exception):
    """No more bytes; `early` when some were still expected."""

    def __init__(self, early: bool) -> None:
        super().__init__()
        self.early = early


class _Source:
    """The bytes of a file, in pieces of any size."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._buffer = b""
        self._at = 0

    def take(self, count: int) -> bytes:
        end = self._at + count
        if end > len(self._buffer):
            self._buffer = self._buffer[self._at :] + self._file.read(max(_CHUNK, count))
            self._at, end = 0, count
            if end > len(self._buffer):
                raise _End(early=bool(self._buffer))
        data = self._buffer[self._at : end]
        self._at = end
        return data


class Capture:
    """The frames of one file, once. Afterwards `frames` counts them, and `damage` says why it ended early."""

    def __init__(self, file: BinaryIO) -> None:
        self._source = _Source(file)
        self.frames = 0
        self.damage = ""

    def __iter__(self) -> Iterator[Frame]:
        try:
            magic = self._source.take(4)
        except _End:
            raise NoCapture("empty, or shorter than any capture") from None
        if magic not in _PCAP and magic != _PCAPNG:
            raise NoCapture("neither pcap nor pcapng")
        try:
            for frame in self._pcapng() if magic == _PCAPNG else self._pcap(*_PCAP[magic]):
                self.frames += 1
                yield frame
        except _End as end:
            self.damage = f"cut off after frame {self.frames}" if end.early else ""
        except struct.error:
            self.damage = f"damaged after frame {self.frames}"

    def _pcap(self, order: str, units: float) -> Iterator[Frame]:
        take = self._source.take
        (link,) = struct.unpack(f"{order}I", take(20)[16:])
        head = struct.Struct(f"{order}IIII").unpack
        while True:
            seconds, fraction, length, _ = head(take(16))
            if length > _LARGEST:
                raise struct.error
            yield seconds + fraction / units, link & 0xFFFF, take(length)

    def _pcapng(self) -> Iterator[Frame]:
        take = self._source.take
        order = self._section(take(4))
        interfaces: list[_Interface] = []
        latest = 0.0  # simple packets have no time of their own
        while True:
            head = take(8)
            if head[:4] == _PCAPNG:
                order, interfaces = self._section(head[4:]), []
                continue
            kind, length = struct.unpack(f"{order}II", head)
            body = self._body(length, 8)
            if kind == _INTERFACE:
                interfaces.append(_Interface(order, body))
            elif packet := _packet(order, kind, body):
                number, ticks, data = packet
                if number >= len(interfaces):
                    raise struct.error
                latest = interfaces[number].seconds(ticks) if ticks is not None else latest
                yield latest, interfaces[number].link, data

    def _section(self, length: bytes) -> str:
        """Read the rest of a section's header; the byte order of its blocks."""
        order = "<" if self._source.take(4) == b"\x4d\x3c\x2b\x1a" else ">"
        self._body(struct.unpack(f"{order}I", length)[0], 12)
        return order

    def _body(self, length: int, taken: int) -> bytes:
        """What is left of a block, less the length that ends it."""
        if not taken + 4 <= length <= _LARGEST:
            raise struct.error
        return self._source.take(length - taken)[:-4]


class _Interface:
    """An interface block: its link type and how it counts time."""

    def __init__(self, order: str, body: bytes) -> None:
        self.link, _, _ = struct.unpack_from(f"{order}HHI", body)
        self._per_second, self._offset = 1e6, 0
        at = 8
        while at + 4 <= len(body):
            code, length = struct.unpack_from(f"{order}HH", body, at)
            value = body[at + 4 : at + 4 + length]
            if code == _TSRESOL and value:
                self._per_second = 2.0 ** (value[0] & 0x7F) if value[0] & 0x80 else 10.0 ** value[0]
            elif code == _TSOFFSET and length == 8:
                (self._offset,) = struct.unpack(f"{order}q", value)
            at += 4 + (length + 3 & ~3)

    def seconds(self, ticks: int) -> float:
        return self._offset + ticks / self._per_second


def _packet(order: str, kind: int, body: bytes) -> tuple[int, int | None, bytes] | None:
    """Number of the interface, ticks of its clock, and data; None for a block that holds no packet."""
    if kind == _ENHANCED:
        number, high, low, length, _ = struct.unpack_from(f"{order}IIIII", body)
    elif kind == _PACKET:
        number, _, high, low, length, _ = struct.unpack_from(f"{order}HHIIII", body)
    elif kind == _SIMPLE:
        return 0, None, body[4 : 4 + struct.unpack_from(f"{order}I", body)[0]]
    else:
        return None
    return number, high << 32 | low, body[20 : 20 + length]
