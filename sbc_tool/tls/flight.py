"""What a TLS 1.2 server says in clear before anything is encrypted (RFC 5246, section 7.3).

Enough to know version, suite, certificates, and whether it asks for ours; no handshake need succeed for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

_ALERT, _HANDSHAKE = 21, 22  # content types
_HELLO, _CERTIFICATE, _CERTIFICATE_REQUEST, _DONE = 2, 11, 13, 14  # handshake types
_LARGEST = 1 << 18  # bytes: no honest chain is longer

ALERTS = {
    40: "handshake failure",
    42: "bad certificate",
    46: "certificate unknown",
    47: "illegal parameter",
    48: "unknown ca",
    70: "protocol version",
    71: "insufficient security",
    80: "internal error",
    86: "inappropriate fallback",
    112: "unrecognized name",
}


@dataclass(frozen=True, slots=True)
class Flight:
    """The server's answer to a ClientHello. `version` as on the wire: 0x0303 is TLS 1.2; `code` is the suite's number.

    `whole` is False while its end has not been seen.
    """

    version: int = 0
    code: int = 0
    certificates: tuple[bytes, ...] = ()
    asks_for_certificate: bool = False
    alert: str = ""
    whole: bool = False


def read(data: bytes) -> Flight:
    """As far as the data goes. ValueError for what is no TLS, or has no end."""
    if len(data) > _LARGEST:
        raise ValueError("an answer without end")
    flight, stream = Flight(), b""
    for kind, body in _records(data):
        if kind == _ALERT and len(body) >= 2:
            return Flight(alert=ALERTS.get(body[1], f"alert {body[1]}"), whole=True)
        if kind == _HANDSHAKE:
            stream += body
        else:
            raise ValueError(f"an answer that is no TLS handshake (type {kind})")
    for heading, body in _pieces(stream, 1, 3):
        flight = _taken(flight, heading[0], body)
    return flight


def _records(data: bytes) -> Iterator[tuple[int, bytes]]:
    if data[1:2] not in (b"", b"\x03"):  # the version's first byte, in every version so far
        raise ValueError("an answer that is no TLS")
    for heading, body in _pieces(data, 3, 2):
        yield heading[0], body


def _pieces(data: bytes, head: int, length: int) -> Iterator[tuple[bytes, bytes]]:
    """Every whole piece of a heading, a length of so many bytes, and a body."""
    at = 0
    while len(data) >= (start := at + head + length):
        end = start + int.from_bytes(data[at + head : start])
        if len(data) < end:
            return
        yield data[at : at + head], data[start:end]
        at = end


def _taken(flight: Flight, kind: int, body: bytes) -> Flight:
    version, code, chain, asks = flight.version, flight.code, flight.certificates, flight.asks_for_certificate
    if kind == _HELLO:
        if len(body) < 38 or len(body) < 37 + body[34]:
            raise ValueError("a ServerHello that is cut off")
        after_session = 35 + body[34]
        version, code = int.from_bytes(body[:2]), int.from_bytes(body[after_session : after_session + 2])
    elif kind == _CERTIFICATE:
        chain = tuple(one for _, one in _pieces(body[3:], 0, 3))
    elif kind == _CERTIFICATE_REQUEST:
        asks = True
    return Flight(version, code, chain, asks, whole=kind == _DONE)
