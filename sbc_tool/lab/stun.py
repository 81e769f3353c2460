"""A STUN server (RFC 8489): it tells a caller where the caller is seen, or whom a fault puts in its place."""

from __future__ import annotations

import struct
from ipaddress import IPv4Address

from sbc_tool.lab.udp import Caller, Datagrams

_REQUEST, _SUCCESS = 0x0001, 0x0101
_XOR_MAPPED_ADDRESS = 0x0020
_COOKIE = 0x2112A442


class StunServer:
    """`seen` is the address that every caller gets told."""

    def __init__(self, seen: str) -> None:
        self.seen = seen
        self._server = Datagrams("lab-stun", self._answer)
        self.port = self._server.port

    def stop(self) -> None:
        self._server.stop()

    def _answer(self, data: bytes, caller: Caller) -> bytes | None:
        if len(data) < 20:
            return None
        kind, _, cookie = struct.unpack("!HHI", data[:8])
        if (kind, cookie) != (_REQUEST, _COOKIE):
            return None
        port = caller[1] ^ (_COOKIE >> 16)
        value = struct.pack("!xBHI", 1, port, int(IPv4Address(self.seen)) ^ _COOKIE)
        attribute = struct.pack("!HH", _XOR_MAPPED_ADDRESS, len(value)) + value
        return struct.pack("!HH", _SUCCESS, len(attribute)) + data[4:20] + attribute
