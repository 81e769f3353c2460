"""How the device fetches a file from a server: HTTP and TFTP, as a client of its own."""

from __future__ import annotations

import http.client
import socket
import struct
from urllib.parse import urlsplit

_PATIENCE_S = 5.0
_LARGEST = 1 << 20  # bytes of one file
_TFTP_PORT = 69


def fetch(url: str) -> bytes | None:
    """None when it cannot be had, for whatever reason: a copy in the background tells nobody."""
    place = urlsplit(url)
    try:
        return (_http if place.scheme == "http" else _tftp)(place.hostname or "", place.port, place.path)
    except (OSError, http.client.HTTPException, ValueError):
        return None


def _http(host: str, port: int | None, path: str) -> bytes | None:
    connection = http.client.HTTPConnection(host, port, timeout=_PATIENCE_S)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        content = response.read(_LARGEST)
        return content if response.status == 200 else None
    finally:
        connection.close()


def _tftp(host: str, port: int | None, path: str) -> bytes | None:
    """RFC 1350: ask at the server's port, then acknowledge block after block at the port that answers."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as own:
        own.settimeout(_PATIENCE_S)
        own.sendto(b"\0\1" + path.removeprefix("/").encode() + b"\0octet\0", (host, port or _TFTP_PORT))
        content = b""
        expected = 1
        while len(content) < _LARGEST:
            packet, server = own.recvfrom(1024)
            kind, number = struct.unpack("!HH", packet[:4])
            if kind != 3:
                return None
            own.sendto(struct.pack("!HH", 4, number), server)
            if number != expected & 0xFFFF:
                continue
            content += packet[4:]
            expected += 1
            if len(packet) < 516:
                return content
        return None
