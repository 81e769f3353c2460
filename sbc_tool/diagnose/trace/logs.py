"""SIP out of text logs: sngrep, ngrep, SIPp, Asterisk, Kamailio, and devices that put a prefix before every line.

No format is taken for granted. A message begins where a SIP start line stands; what stands before it on its line is a
prefix that its other lines may have too; time, direction and addresses are looked for on that line and on the few
before it. Trinity's own debug output was not found in public material, so it is read by these means and no others.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sbc_tool.diagnose.trace import sip
from sbc_tool.diagnose.trace.packets import Endpoint
from sbc_tool.diagnose.trace.sip import Message
from sbc_tool.finding import Place

_ANSI = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]")
_START = re.compile(r"SIP/2\.0 [1-6]\d\d(?: .*)?$|[A-Z][A-Za-z]{1,19} (?:sips?|tel|urn|\*):?\S* SIP/2\.0\.?$")
_ADDRESS = r"(\d{1,3}(?:\.\d{1,3}){3}|\[[0-9A-Fa-f:]{2,}\])[:/](\d{1,5})"
_PAIR = re.compile(rf"{_ADDRESS} *(?:->|-->|=>|to) *(?:\w{{2,4}}[:/])?{_ADDRESS}")
_SOURCE = re.compile(rf"(?:from|read|received|srcip)\b.{{0,24}}?{_ADDRESS}", re.IGNORECASE)
_TARGET = re.compile(rf"(?:to|transmitting|sent|dstip)\b.{{0,24}}?{_ADDRESS}", re.IGNORECASE)
_TRANSPORT = re.compile(r"\b(udp|tcp|tls)\b", re.IGNORECASE)
_NGREP = re.compile(r"^([UT]) \d{4}/", re.MULTILINE)
_TIME = re.compile(r"(?<!\d)([01]\d|2[0-3]):([0-5]\d):([0-5]\d)(?:[.,](\d{1,6}))?(?!\d)")
_DATE = re.compile(r"(?<!\d)(\d{4})[-/.](\d\d)[-/.](\d\d)(?!\d)")
_MONTH = re.compile(r"\b(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) +(\d{1,2})\b")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_HEADER = re.compile(r"[A-Za-z][\w.!%*+`'~-]* *:")
_BODY = re.compile(r"[a-z]=|--")  # of SDP, and what parts a body of several parts
_BARE_YEAR = 1970  # where a log has no date; only differences of its times mean something
_ABOVE = 4  # lines before a message that may say when it came and from where
_LONGEST = 1 << 16  # characters of one line
_MOST_LINES = 400  # of one message


@dataclass(frozen=True, slots=True)
class _Known:
    """What a log says around a message."""

    time: float | None
    source: Endpoint | None
    target: Endpoint | None
    transport: str


def messages(text: str, file: str) -> Iterator[Message]:
    """Every SIP message of a log, in its order."""
    lines = [_ANSI.sub("", line[:_LONGEST]).rstrip() for line in text.splitlines()]
    behind = at = 0
    while at < len(lines):
        found = _START.search(lines[at])
        if not found or not _may_stand_before(lines[at][: found.start()]):
            at += 1
            continue
        prefix = lines[at][: found.start()]
        dotted = lines[at].endswith(".")  # ngrep shows a carriage return as a dot
        head, body, end = _collect(lines, at, _stripper(prefix, dotted))
        known = _known([*lines[max(behind, at - _ABOVE) : at], prefix])
        message = sip.of_lines(
            [found[0].removesuffix(".") if dotted else found[0], *head], body, time=known.time, source=known.source,
            target=known.target, transport=known.transport, where=Place(file, at + 1),
        )  # fmt: skip
        if message.call_id:  # else it is a line that quotes a start line
            yield message
        behind = at = end


def _may_stand_before(prefix: str) -> bool:
    """Whether a message may begin behind this: a time or a tag, but no prose and no header that quotes a start line."""
    words = prefix.strip()
    return not words or not re.search(r"[A-Za-z0-9,;=\"'(]$", words) or bool(_TIME.search(words[-20:]))


def _collect(lines: Sequence[str], at: int, bare: Callable[[str], str]) -> tuple[list[str], bytes, int]:
    """Header lines and body of the message that begins at a line, and the number of the line behind it."""
    head: list[str] = []
    body: list[str] = []
    inside = False  # the body
    number = at + 1
    while number < min(len(lines), at + _MOST_LINES):
        line = bare(lines[number])
        if _START.match(line.strip()):
            break
        if inside:
            if not _BODY.match(line):
                break
            body.append(line)
        elif not line.strip():
            if not head or sip.length_of("\n".join(head)) == 0:
                break
            inside = True
        elif _HEADER.match(line) or (line[:1] in " \t" and head):
            head.append(line)
        else:
            break
        number += 1
    return head, "".join(f"{line}\r\n" for line in body).encode(), number


def _stripper(prefix: str, dotted: bool) -> Callable[[str], str]:
    """Takes the prefix off that a message's other lines have too, with other digits in it, and ngrep's dot."""
    pattern = re.compile(re.sub(r"\d+", r"\\d+", re.escape(prefix))) if prefix.strip() else None
    shortened = re.compile(re.sub(r"\d+", r"\\d+", re.escape(prefix.rstrip()))) if pattern else None

    def bare(line: str) -> str:
        found = (pattern and pattern.match(line)) or (shortened and shortened.fullmatch(line))
        line = line[found.end() :] if found else line
        return line.removesuffix(".") if dotted else line

    return bare


def _known(above: Sequence[str]) -> _Known:
    """Out of the lines before a message, the nearest first."""
    text = "\n".join(reversed(above))
    transport, ngrep = _TRANSPORT.search(text), _NGREP.search(text)
    pair = _PAIR.search(text)
    source, target = _SOURCE.search(text), _TARGET.search(text)
    return _Known(
        time=_time(above),
        source=_endpoint(*pair.groups()[:2]) if pair else _endpoint(*source.groups()) if source else None,
        target=_endpoint(*pair.groups()[2:]) if pair else _endpoint(*target.groups()) if target else None,
        transport=transport[1].lower() if transport else {"U": "udp", "T": "tcp"}.get(ngrep[1], "") if ngrep else "",
    )


def _endpoint(address: str, port: str) -> Endpoint:
    return Endpoint(address.strip("[]"), int(port))


def _time(above: Sequence[str]) -> float | None:
    """Of the nearest line that has one. Logs seldom name their zone: it is read as UTC, and only differences count."""
    for line in reversed(above):
        found = _TIME.search(line)
        if not found:
            continue
        hour, minute, second = (int(part) for part in found.groups()[:3])
        fraction = float(f"0.{found[4]}") if found[4] else 0.0
        try:
            moment = datetime(*_day(line), hour, minute, second, tzinfo=UTC)
        except ValueError:  # 31 February
            return None
        return moment.timestamp() + fraction
    return None


def _day(line: str) -> tuple[int, int, int]:
    if date := _DATE.search(line):
        return int(date[1]), int(date[2]), int(date[3])
    if month := _MONTH.search(line):
        return _BARE_YEAR, _MONTHS.index(month[1]) + 1, int(month[2])
    return _BARE_YEAR, 1, 1
