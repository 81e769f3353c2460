"""TFTP as a server for reading: RFC 1350, with RFC 2347's options blksize (RFC 2348) and tsize (RFC 2349)."""

from __future__ import annotations

import socket
import struct
import time
from collections.abc import Callable
from threading import Event, Thread

PORT = 69
_RRQ, _DATA, _ACK, _ERROR, _OACK = 1, 3, 4, 5, 6
_NOT_FOUND = struct.pack("!HH", _ERROR, 1) + b"File not found\0"
_BLOCK = 512
_TRIES = 6
_PATIENCE_S = 2.0


class Server:
    """Answers on a bound UDP socket, each transfer from a port of its own, until stop()."""

    def __init__(
        self,
        listening: socket.socket,
        is_for: Callable[[str], bool],
        take: Callable[[str, str], bytes | None],
        done: Callable[[], None],
    ) -> None:
        """Who `is_for` does not take gets no answer. `take(name, caller)` gives the content or None; `done` is called
        when the last block was acknowledged."""
        self._socket = listening
        self._is_for = is_for
        self._take = take
        self._done = done
        self._over = Event()
        self._transfers: dict[tuple[str, int], Thread] = {}  # by caller, who may send a request twice

    def serve(self) -> None:
        self._socket.settimeout(0.1)
        while not self._over.is_set():
            try:
                packet, caller = self._socket.recvfrom(1024)
            except OSError:  # also the time-out
                continue
            begun = self._transfers.get(caller)
            if not self._is_for(caller[0]) or (begun and begun.is_alive()):
                continue
            self._transfers[caller] = Thread(target=self._answer, args=(packet, caller), name="tftp", daemon=True)
            self._transfers[caller].start()

    def stop(self) -> None:
        self._over.set()
        for transfer in self._transfers.values():
            transfer.join()

    def _answer(self, packet: bytes, caller: tuple[str, int]) -> None:
        request = _request(packet)
        if request is None:
            return
        name, options = request
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as own:
            own.bind((self._socket.getsockname()[0], 0))
            content = self._take(name, caller[0])
            if content is None:
                own.sendto(_NOT_FOUND, caller)
            elif self._send(own, caller, content, options):
                self._done()

    def _send(self, own: socket.socket, caller: tuple[str, int], content: bytes, options: dict[str, str]) -> bool:
        """Block after block, each acknowledged."""
        agreed = _agreed(options, len(content))
        size = int(agreed.get("blksize", _BLOCK))
        if agreed:
            listed = "".join(f"{name}\0{value}\0" for name, value in agreed.items())
            if not self._acknowledged(own, caller, struct.pack("!H", _OACK) + listed.encode(), 0):
                return False
        for number, start in enumerate(range(0, len(content) + 1, size), 1):  # a last short block ends it, even empty
            block = struct.pack("!HH", _DATA, number & 0xFFFF) + content[start : start + size]
            if not self._acknowledged(own, caller, block, number & 0xFFFF):
                return False
        return True

    def _acknowledged(self, own: socket.socket, caller: tuple[str, int], packet: bytes, number: int) -> bool:
        for _ in range(_TRIES):
            if self._over.is_set():
                return False
            own.sendto(packet, caller)
            deadline = time.monotonic() + _PATIENCE_S
            try:
                while (left := deadline - time.monotonic()) > 0:  # strangers can't put off the next try
                    own.settimeout(left)
                    answer, other = own.recvfrom(1024)
                    if other != caller:
                        continue
                    if answer[:2] == struct.pack("!H", _ERROR):
                        return False
                    if answer[:4] == struct.pack("!HH", _ACK, number):
                        return True
            except TimeoutError:
                continue
            except OSError:
                return False
        return False


def _request(packet: bytes) -> tuple[str, dict[str, str]] | None:
    """Name and options of a read request in octet mode; None for anything else."""
    if packet[:2] != struct.pack("!H", _RRQ):
        return None
    words = packet[2:].decode("latin-1").split("\0")[:-1]
    if len(words) < 2 or words[1].lower() != "octet":
        return None
    pairs = zip(words[2::2], words[3::2], strict=False)
    return words[0].removeprefix("/"), {name.lower(): value for name, value in pairs}


def _agreed(options: dict[str, str], length: int) -> dict[str, str]:
    agreed = {}
    if (asked := options.get("blksize", "")).isdecimal() and int(asked) >= 8:
        agreed["blksize"] = str(min(int(asked), 1428))  # fits into an Ethernet frame
    if "tsize" in options:
        agreed["tsize"] = str(length)
    return agreed
