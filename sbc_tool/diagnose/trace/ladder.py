"""A call as a ladder: who said what to whom, one rung a message; as text for a terminal and as SVG for a page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from sbc_tool.diagnose.trace.calls import Call
from sbc_tool.diagnose.trace.packets import Endpoint
from sbc_tool.diagnose.trace.sip import Message

_UNKNOWN = "?"
_TIME = 9  # characters of the time in front of a rung
_LEAST_LANE = 16  # characters between two participants
_SVG_LANE, _SVG_RUNG, _SVG_LEFT, _SVG_TOP = 260, 26, 110, 46  # pixels


@dataclass(frozen=True, slots=True)
class Rung:
    """One message. `source` and `target` are indices of participants; both are the same where a log names none."""

    seconds: float | None  # since the first message
    source: int
    target: int
    label: str
    failed: bool  # an answer of 400 and above
    frame: int


@dataclass(frozen=True)
class Ladder:
    participants: tuple[str, ...]  # addresses, with ports where they need them, in the order of their first word
    rungs: tuple[Rung, ...]


def ladder(call: Call) -> Ladder:
    messages = call.messages
    alone = all(m.source is None or m.target is None or m.source.address != m.target.address for m in messages)

    def name(end: Endpoint | None) -> str:
        return _UNKNOWN if end is None else end.address if alone else str(end)

    ways = [(name(message.source), name(message.target)) for message in messages]
    participants = tuple(dict.fromkeys(one for way in ways for one in way))
    begin = next((message.time for message in messages if message.time is not None), None)
    rungs = []
    for message, (source, target) in zip(messages, ways, strict=True):
        seconds = message.time - begin if message.time is not None and begin is not None else None
        ends = participants.index(source), participants.index(target)
        rungs.append(Rung(seconds, *ends, _label(message), message.code >= 400, message.where.line))
    return Ladder(participants, tuple(rungs))


def _label(message: Message) -> str:
    audio = message.sdp.audio if message.sdp else None
    marks = [
        mark
        for mark, there in (("SDP", audio), ("SRTP", audio and audio.secure), ("rtcp-mux", audio and audio.rtcp_mux))
        if there
    ]
    if message.code >= 300 or message.method in ("BYE", "CANCEL"):
        marks += message.all("reason") if message.is_request or message.code >= 300 else []
    about = f" ({', '.join(marks)})" if marks else ""
    if message.is_request:
        return f"{message.method}{about}"
    return f"{message.code} {message.phrase}{about}"


def as_text(drawn: Ladder, width: int = 100) -> Iterator[str]:
    """Lines of at most `width` columns, as long as the participants leave room for it."""
    count = len(drawn.participants)
    lane = max(_LEAST_LANE, (width - _TIME - 2) // max(count - 1, 1)) if count > 1 else width - _TIME - 2
    posts = [_TIME + number * lane for number in range(count)]
    yield _heading(drawn.participants, posts, lane)
    for rung in drawn.rungs:
        yield _text_rung(rung, posts)


def _heading(names: Sequence[str], posts: Sequence[int], lane: int) -> str:
    line = ""
    for number, (name, post) in enumerate(zip(names, posts, strict=True)):
        shown = name if len(name) < lane else f"{name[: lane - 2]}…"
        last = number == len(names) - 1 and number > 0
        at = max(post - len(shown) + 1, len(line) + 1) if last else max(post, len(line) + 1 if line else post)
        line = line.ljust(at) + shown
    return line


def _text_rung(rung: Rung, posts: Sequence[int]) -> str:
    cells = list(" " * (posts[-1] + 1))
    for post in posts:
        cells[post] = "│"
    left, right = sorted((posts[rung.source], posts[rung.target]))
    time = "" if rung.seconds is None else f"{rung.seconds:8.3f}"
    if left == right:  # nobody knows from whom to whom
        return f"{time:<{_TIME}}{''.join(cells)[_TIME:]} {rung.label}".rstrip()
    inner = right - left - 1
    label = f" {rung.label} " if len(rung.label) + 4 <= inner else f" {rung.label[: inner - 5]}… "
    arrow = label.center(inner - 1, "─")
    cells[left + 1 : right] = list(f"{arrow}▶" if posts[rung.source] == left else f"◀{arrow}")
    return time.ljust(_TIME) + "".join(cells)[_TIME:]


def as_svg(drawn: Ladder, title: str) -> str:
    """A picture that stands for itself: no script, no font and no style from elsewhere."""
    width = _SVG_LEFT + _SVG_LANE * max(len(drawn.participants) - 1, 1) + 90
    height = _SVG_TOP + _SVG_RUNG * (len(drawn.rungs) + 1) + 10
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
            'font-family="sans-serif" font-size="12">',
            f"<title>{escape(title)}</title>",
            '<defs><marker id="tip" markerWidth="8" markerHeight="8" refX="7" refY="4" orient="auto">'
            '<path d="M0 0 8 4 0 8z"/></marker></defs>',
            f'<rect width="{width}" height="{height}" fill="white"/>',
            *_posts(drawn.participants, height),
            *(line for number, rung in enumerate(drawn.rungs, 1) for line in _svg_rung(rung, number)),
            "</svg>\n",
        ]
    )


def _posts(names: Sequence[str], height: int) -> Iterator[str]:
    for number, name in enumerate(names):
        x = _SVG_LEFT + number * _SVG_LANE
        yield f'<text x="{x}" y="20" text-anchor="middle" font-weight="bold">{escape(name)}</text>'
        yield f'<line x1="{x}" y1="30" x2="{x}" y2="{height - 8}" stroke="#bbb"/>'


def _svg_rung(rung: Rung, number: int) -> Iterator[str]:
    y = _SVG_TOP + number * _SVG_RUNG
    begin, end = _SVG_LEFT + rung.source * _SVG_LANE, _SVG_LEFT + rung.target * _SVG_LANE
    colour = "#b00020" if rung.failed else "#1a1a1a"
    if rung.seconds is not None:
        yield f'<text x="8" y="{y + 4}" fill="#666">{rung.seconds:.3f} s</text>'
    if begin == end:
        yield f'<text x="{begin + 8}" y="{y + 4}" fill="{colour}">{escape(rung.label)}</text>'
        return
    yield f'<line x1="{begin}" y1="{y}" x2="{end}" y2="{y}" stroke="{colour}" marker-end="url(#tip)"/>'
    middle = (begin + end) // 2
    yield f'<text x="{middle}" y="{y - 4}" text-anchor="middle" fill="{colour}">{escape(rung.label)}</text>'
