"""SIP out of TCP: segments put in order, messages cut out by their length (RFC 3261, section 18.3)."""

from __future__ import annotations

from collections.abc import Iterator

from sbc_tool.diagnose.trace import sip
from sbc_tool.diagnose.trace.packets import Endpoint, Segment, endpoint
from sbc_tool.diagnose.trace.sip import Message
from sbc_tool.finding import Place

_LARGEST = 1 << 18  # bytes of one message, head and body
_LONGEST_LINE = 2048  # bytes of a start line
_MOST_WAITING = 64  # segments that came before their turn; then what is missing is given up
_SYN, _FIN, _RST = 2, 1, 4
_TLS = (b"\x16\x03", b"\x17\x03")  # a handshake or data record


class Connections:
    """All TCP connections of a capture. `encrypted` counts the segments of those that speak TLS."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._open: dict[tuple[bytes, int, bytes, int], _Direction] = {}
        self.encrypted: dict[tuple[Endpoint, Endpoint], int] = {}

    def add(self, segment: Segment) -> Iterator[Message]:
        """The messages that are whole with this segment."""
        key = segment[3:7]
        direction = self._open.get(key)
        if segment.flags & _SYN or direction is None:
            if not segment.payload and not segment.flags & _SYN:
                return
            begin = segment.sequence + bool(segment.flags & _SYN) & 0xFFFFFFFF
            direction = self._open[key] = _Direction(begin)
        if segment.payload:
            if direction.fresh and segment.payload.startswith(_TLS):
                direction.tls = True
            direction.fresh = False
            if direction.tls:
                ends = endpoint(segment.source, segment.source_port), endpoint(segment.target, segment.target_port)
                self.encrypted[ends] = self.encrypted.get(ends, 0) + 1
            else:
                direction.put(segment)
                yield from self._messages(direction, segment)
        if segment.flags & (_FIN | _RST):
            self._open.pop(key, None)

    def _messages(self, direction: _Direction, segment: Segment) -> Iterator[Message]:
        for data in direction.cut_out():
            yield sip.read(
                data,
                time=segment.time,
                source=endpoint(segment.source, segment.source_port),
                target=endpoint(segment.target, segment.target_port),
                transport="tcp",
                where=Place(self._file, segment.number),
            )


class _Direction:
    """The bytes of one direction of a connection, in order."""

    def __init__(self, begin: int) -> None:
        self._next = begin  # sequence number that is awaited
        self._waiting: dict[int, bytes] = {}
        self._bytes = b""
        self.fresh = True
        self.tls = False

    def put(self, segment: Segment) -> None:
        ahead = segment.sequence - self._next & 0xFFFFFFFF
        if ahead >= 0x80000000:  # sent again, perhaps with something new at its end
            known = 0x100000000 - ahead
            self._take(segment.payload[known:])
        elif ahead == 0:
            self._take(segment.payload)
        else:
            self._waiting.setdefault(segment.sequence, segment.payload)
            if len(self._waiting) > _MOST_WAITING:  # lost in the capture: go on behind the hole
                self._bytes = b""
                self._next = min(self._waiting, key=lambda one: one - self._next & 0xFFFFFFFF)
        while self._next in self._waiting:
            self._take(self._waiting.pop(self._next))

    def _take(self, data: bytes) -> None:
        self._next = self._next + len(data) & 0xFFFFFFFF
        self._bytes += data

    def cut_out(self) -> Iterator[bytes]:
        """Every whole message; what is none before it is dropped."""
        while found := sip.START.search(self._bytes):
            self._bytes = self._bytes[found.start() :]
            head, empty, body = self._bytes.partition(b"\r\n\r\n")
            if not empty:
                break
            length = sip.length_of(head.decode("utf-8", "replace").replace("\r\n", "\n")) or 0
            if len(body) < length:
                break
            whole = len(head) + len(empty) + length
            yield self._bytes[:whole]
            self._bytes = self._bytes[whole:]
        else:  # no start line: only what may become one is worth keeping
            self._bytes = self._bytes[max(self._bytes.rfind(b"\n") + 1, len(self._bytes) - _LONGEST_LINE) :]
        if len(self._bytes) > _LARGEST:
            self._bytes = b""
