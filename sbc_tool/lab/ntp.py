"""An NTP server (RFC 5905, server mode) on this computer's clock, or as far from it as a fault says."""

from __future__ import annotations

import struct
import time

from sbc_tool.lab.udp import Caller, Datagrams

_EPOCH = 2_208_988_800  # seconds from 1900 to 1970
_CLIENT, _SERVER = 3, 4
_HEADER = "!BBbb11I"


class NtpServer:
    """`ahead` seconds, or behind."""

    def __init__(self) -> None:
        self.ahead = 0.0
        self._server = Datagrams("lab-ntp", self._answer)
        self.port = self._server.port

    def stop(self) -> None:
        self._server.stop()

    def _answer(self, data: bytes, caller: Caller) -> bytes | None:  # noqa: ARG002
        if len(data) < 48 or data[0] & 7 != _CLIENT:
            return None
        version = data[0] >> 3 & 7
        now = self._now()
        sent = struct.unpack("!2I", data[40:48])
        head = (version << 3 | _SERVER, 2, data[2] if data[2] < 128 else data[2] - 256, -20)
        return struct.pack(_HEADER, *head, 0, 0, 0x7F000001, *now, *sent, *now, *self._now())

    def _now(self) -> tuple[int, int]:
        seconds = time.time() + self.ahead + _EPOCH
        return int(seconds), int(seconds % 1 * 2**32)
