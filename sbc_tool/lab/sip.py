"""As much SIP over a stream as an SBC needs to be seen alive: OPTIONS is answered (RFC 3261, section 11.2)."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterator

from sipmessage import Message, Request, Response

from sbc_tool.lab import invented

_LARGEST = 1 << 16  # bytes of one message
_FIRST_LINE = re.compile(rb"(?:[A-Za-z]+ \S+ SIP/2\.0|SIP/2\.0 \d{3} [^\r\n]*)\r")
_COPIED = ("Via", "From", "To", "Call-ID", "CSeq")  # RFC 3261, section 8.2.6.2


def messages(read: Callable[[], bytes]) -> Iterator[Request | Response]:
    """Those of a stream, until it ends, without keep-alives (RFC 5626, section 3.5.1). ValueError at garbage."""
    buffer = b""
    while data := read():
        buffer += data
        while length := _length(buffer := buffer.lstrip(b"\r\n")):
            yield Message.parse(buffer[:length])
            buffer = buffer[length:]


def _length(buffer: bytes) -> int:
    """Of the first message, 0 while it is not whole."""
    first, newline, _ = buffer.partition(b"\n")
    if (newline and not _FIRST_LINE.fullmatch(first)) or len(buffer) > _LARGEST:
        raise ValueError("no SIP")
    head, end, body = buffer.partition(b"\r\n\r\n")
    if not end:
        return 0
    expected = Message.parse(head + end).content_length or 0
    if not 0 <= expected <= _LARGEST:
        raise ValueError("no SIP")
    return len(head + end) + expected if len(body) >= expected else 0


OK = (200, "OK")


def answer(request: Request, contact: str, status: tuple[int, str] = OK) -> Response | None:
    """`status` to OPTIONS, 405 to other requests, nothing to ACK. ValueError when a header is missing that must be."""
    if request.method == "ACK":
        return None
    response = Response(*status) if request.method == "OPTIONS" else Response(405, "Method Not Allowed")
    copied(request, response)
    response.headers.set("Contact", contact)
    response.headers.set("Allow", invented.SIP_ALLOW)
    response.headers.set("Server", invented.SIP_SERVER)
    response.headers.set("Content-Length", "0")
    return response


def copied(request: Request, response: Response) -> None:
    """Give an answer what it has from the request. ValueError when a header is missing that must be there."""
    for name in _COPIED:
        values = request.headers.getlist(name)
        if not values:
            raise ValueError(f"no {name}")
        response.headers.setlist(name, list(values))
    if ";tag=" not in (to := response.headers["To"]):
        response.headers.set("To", f"{to};tag={secrets.token_hex(8)}")
