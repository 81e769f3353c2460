"""SIP messages as captures and logs hold them: also cut, badly formed, or wrapped.

Not by sipmessage, which rightly refuses what is malformed: here a broken message is the very thing looked for, and
gives what it holds (RFC 3261, section 7).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from ipaddress import ip_address
from typing import Any

from sbc_tool.diagnose.trace.packets import Endpoint
from sbc_tool.diagnose.trace.sdp import Sdp, parse
from sbc_tool.finding import Place

START = re.compile(
    rb"(?:SIP/2\.0 [1-6]\d\d[^\r\n]*|[A-Z][A-Za-z]{1,19} (?:sips?|tel|urn|\*)[^\s]* SIP/2\.0)[ \t]*(?=\r?\n|\Z)"
)
_COMPACT = {
    "v": "via", "f": "from", "t": "to", "i": "call-id", "m": "contact", "l": "content-length", "c": "content-type",
    "e": "content-encoding", "k": "supported", "s": "subject", "r": "refer-to", "b": "referred-by",
    "x": "session-expires", "o": "event", "u": "allow-events",
}  # fmt: skip
_PARAMETER = re.compile(r";\s*tag=([^;,\s>]+)", re.IGNORECASE)
_URI = re.compile(r"<?\s*((?:sips?|tel):[^>;\s?]+)", re.IGNORECASE)
_MOST_HEADERS = 300


@dataclass(frozen=True)
class Message:
    """One message. `time` in seconds since 1970, None where the log has none; endpoints None where it names none."""

    start: str
    headers: tuple[tuple[str, str], ...]  # names in lower case and long form
    body: bytes = b""
    time: float | None = None
    source: Endpoint | None = None
    target: Endpoint | None = None
    transport: str = ""  # udp, tcp, tls; empty where not known
    where: Place = field(default_factory=lambda: Place(""))  # frame or line of the file
    cut: bool = False  # shorter than its Content-Length says
    size: int = 0  # bytes of the datagram; 0 where not known

    def header(self, name: str) -> str:
        """The first of that name, or empty."""
        return next((value for key, value in self.headers if key == name), "")

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key == name]

    @property
    def is_request(self) -> bool:
        return not self.start.startswith("SIP/2.0")

    @cached_property
    def method(self) -> str:
        """That of the request, or of the one that is answered."""
        return self.start.partition(" ")[0] if self.is_request else self.header("cseq").partition(" ")[2].strip()

    @cached_property
    def code(self) -> int:
        """0 for a request."""
        return 0 if self.is_request else int(self.start[8:11])

    @property
    def phrase(self) -> str:
        return "" if self.is_request else self.start[12:].strip()

    @property
    def request_uri(self) -> str:
        return self.start.split(" ")[1] if self.is_request else ""

    @property
    def call_id(self) -> str:
        return self.header("call-id")

    @property
    def cseq(self) -> int:
        number = self.header("cseq").partition(" ")[0]
        return int(number) if number.isascii() and number.isdigit() and len(number) < 11 else 0

    @property
    def branch(self) -> str:
        found = re.search(r";\s*branch=([^;,\s]+)", self.header("via"), re.IGNORECASE)
        return found[1] if found else ""

    def tag(self, header: str) -> str:
        found = _PARAMETER.search(self.header(header))
        return found[1] if found else ""

    def uri(self, header: str) -> str:
        """The URI in a header such as From, without its parameters."""
        found = _URI.search(self.header(header))
        return found[1] if found else ""

    @cached_property
    def sdp(self) -> Sdp | None:
        """The session description, out of a multipart body too; None without one."""
        at = self.body.find(b"v=0")
        if at < 0 or (at and self.body[at - 1 : at] != b"\n"):
            return None
        return parse(self.body[at:])


def user_of(uri: str) -> str:
    """`+497123222` of `sip:+497123222@host`; empty where a URI has no user."""
    scheme, _, rest = uri.partition(":")
    if scheme.lower() == "tel":
        return rest.partition(";")[0]
    return rest.rpartition("@")[0].partition(";")[0]


def host_of(uri: str) -> str:
    """`sbc.meinefirma.de` of `sip:user@sbc.meinefirma.de:5061`, in lower case."""
    rest = uri.partition(":")[2].rpartition("@")[2]
    return (rest[: rest.find("]") + 1] if rest.startswith("[") else rest.partition(":")[0].partition(";")[0]).lower()


def is_address(host: str) -> bool:
    """Whether a host is an IP address and no name."""
    try:
        ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


def read(data: bytes, **known: Any) -> Message:
    """A message from its bytes; `known` are other fields of Message. ValueError where it has no start line."""
    data = data.lstrip(b"\r\n")
    if not START.match(data):
        raise ValueError("no SIP start line")
    found = re.search(rb"\r?\n\r?\n", data)
    head, body = (data[: found.start()], data[found.end() :]) if found else (data, b"")
    message = of_lines(head.decode("utf-8", "replace").splitlines(), body, **known)
    length = length_of(message.headers)
    return message if length is None or length >= len(body) else replace(message, body=body[:length])


def of_lines(lines: Sequence[str], body: bytes, **known: Any) -> Message:
    """A message from the lines of its head, the first of them a start line, and all of its body that is there."""
    headers = tuple(_headers(lines[1:]))
    return Message(lines[0].strip(), headers, body, cut=(length_of(headers) or 0) > len(body), **known)


def length_of(headers: tuple[tuple[str, str], ...]) -> int | None:
    """Content-Length; None where there is none that can be one."""
    text = next((value for name, value in headers if name == "content-length"), "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else None


def _headers(lines: Sequence[str]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for line in lines[:_MOST_HEADERS]:
        if line[:1] in (" ", "\t") and found:  # folded (section 7.3.1)
            name, value = found[-1]
            found[-1] = name, f"{value} {line.strip()}"
            continue
        name, colon, value = line.partition(":")
        if colon:
            name = name.strip().lower()
            found.append((_COMPACT.get(name, name), value.strip()))
    return found
