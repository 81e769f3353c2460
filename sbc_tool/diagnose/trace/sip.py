"""SIP messages as captures and logs hold them: also cut, badly formed, or wrapped.

Not by sipmessage, which rightly refuses what is malformed: here a broken message is the very thing looked for, and
gives what it holds (RFC 3261, section 7).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from ipaddress import ip_address
from sys import intern
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
_BRANCH = re.compile(r";\s*branch=([^;,\s]+)", re.IGNORECASE)
_ANY_LINE = re.compile(r"^([^\s:][^:\n]*):(.*(?:\n[ \t].*)*)", re.MULTILINE)
_NOWHERE = Place("")
_END_OF_HEAD = re.compile(rb"\r?\n\r?\n")


@dataclass(frozen=True, slots=True)
class Message:
    """One message. `time` in seconds since 1970, None where the log has none; endpoints None where it names none.

    The head stays text, which takes a third of the memory of its parsed form; what is asked for often is found once.
    """

    start: str
    head: str  # the lines below it, ended by line feeds
    body: bytes = b""
    time: float | None = None
    source: Endpoint | None = None
    target: Endpoint | None = None
    transport: str = ""  # udp, tcp, tls; empty where not known
    where: Place = _NOWHERE  # frame or line of the file
    size: int = 0  # bytes of the datagram; 0 where not known
    method: str = field(init=False)  # that of the request, or of the one that is answered
    code: int = field(init=False)  # 0 for a request
    call_id: str = field(init=False)
    cseq: int = field(init=False)
    branch: str = field(init=False)
    from_tag: str = field(init=False)

    def __post_init__(self) -> None:
        number, _, asked = self.header("cseq").partition(" ")
        request = self.is_request
        branch = _BRANCH.search(self.header("via"))
        found: dict[str, object] = {
            "method": intern(self.start.partition(" ")[0] if request else asked.strip()),
            "code": 0 if request else int(self.start[8:11]),
            "call_id": intern(self.header("call-id")),
            "cseq": int(number) if number.isascii() and number.isdigit() and len(number) < 11 else 0,
            "branch": branch[1] if branch else "",
            "from_tag": intern(self.tag("from")),
        }
        for name, value in found.items():
            object.__setattr__(self, name, value)

    def header(self, name: str) -> str:
        """The first of that name, in lower case and long form, or empty."""
        found = _line(name).search(self.head)
        return _unfolded(found[1]) if found else ""

    def all(self, name: str) -> list[str]:
        return [_unfolded(value) for value in _line(name).findall(self.head)]

    @property
    def headers(self) -> list[tuple[str, str]]:
        """All, with their names in lower case and long form."""
        pairs = ((name.strip().lower(), _unfolded(value)) for name, value in _ANY_LINE.findall(self.head))
        return [(_COMPACT.get(name, name), value) for name, value in pairs]

    @property
    def is_request(self) -> bool:
        return not self.start.startswith("SIP/2.0")

    @property
    def phrase(self) -> str:
        return "" if self.is_request else self.start[12:].strip()

    @property
    def request_uri(self) -> str:
        return self.start.split(" ")[1] if self.is_request else ""

    @property
    def cut(self) -> bool:
        """Whether there is less of it than its Content-Length says."""
        return (length_of(self.head) or 0) > len(self.body)

    def tag(self, header: str) -> str:
        found = _PARAMETER.search(self.header(header))
        return found[1] if found else ""

    def uri(self, header: str) -> str:
        """The URI in a header such as From, without its parameters."""
        found = _URI.search(self.header(header))
        return found[1] if found else ""

    @property
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
    found = _END_OF_HEAD.search(data)
    head, body = (data[: found.start()], data[found.end() :]) if found else (data, b"")
    text = head.decode("utf-8", "replace").replace("\r\n", "\n")
    start, _, rest = text.partition("\n")
    length = length_of(rest)
    return Message(start.strip(), rest, body if length is None else body[:length], **known)


def of_lines(lines: Sequence[str], body: bytes, **known: Any) -> Message:
    """A message from the lines of its head, the first of them a start line, and all of its body that is there."""
    return Message(lines[0].strip(), "\n".join(lines[1:]), body, **known)


def length_of(head: str) -> int | None:
    """Content-Length of a message with these header lines; None where there is none that can be one."""
    found = _line("content-length").search(head)
    text = found[1].strip() if found else ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else None


@cache
def _line(name: str) -> re.Pattern[str]:
    """Finds a header by its long or its compact name, with the lines that it is folded into (section 7.3.1)."""
    names = "|".join([re.escape(name), *(short for short, long in _COMPACT.items() if long == name)])
    return re.compile(rf"^(?:{names})[ \t]*:(.*(?:\n[ \t].*)*)", re.IGNORECASE | re.MULTILINE)


def _unfolded(value: str) -> str:
    return " ".join(line.strip() for line in value.split("\n")) if "\n" in value else value.strip()
