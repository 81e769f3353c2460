"""What reports say of a trace and of each call in it: text and numbers only, so that all of it can be masked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from sbc_tool.diagnose.trace.calls import Call, Leg
from sbc_tool.diagnose.trace.ladder import Ladder, ladder
from sbc_tool.diagnose.trace.rtp import Stream
from sbc_tool.diagnose.trace.trace import Trace

_CAUSE = re.compile(r"(Q\.850|SIP)\s*;\s*cause=(\d+)")  # of a Reason header (RFC 3326)


@dataclass(frozen=True, slots=True)
class LegLine:
    call_id: str
    side: str  # teams, other
    caller: str
    called: str
    messages: int


@dataclass(frozen=True, slots=True)
class StreamLine:
    """Times in milliseconds; `lost_percent` of the packets that the sequence numbers say were sent."""

    source: str
    target: str
    ssrc: str
    payload_type: int
    packets: int
    lost: int
    lost_percent: float
    mean_jitter_ms: float
    worst_jitter_ms: float


@dataclass(frozen=True, slots=True)
class CallSummary:
    """`begin` in seconds since 1970, `lasted_s` from answer to hang-up; None where the trace doesn't say."""

    number: int  # from 1, in the order of the trace
    caller: str
    called: str
    begin: float | None
    lasted_s: float | None
    ended: str
    legs: tuple[LegLine, ...]
    streams: tuple[StreamLine, ...]
    ladder: Ladder


@dataclass(frozen=True, slots=True)
class TlsLine:
    source: str
    target: str
    segments: int


@dataclass(frozen=True, slots=True)
class TraceSummary:
    messages: int
    calls: int
    streams: int
    encrypted: tuple[TlsLine, ...]
    damage: tuple[str, ...]


def of_trace(trace: Trace) -> TraceSummary:
    hidden = tuple(TlsLine(str(source), str(target), count) for (source, target), count in trace.encrypted.items())
    return TraceSummary(len(trace.messages), len(trace.calls), len(trace.streams), hidden, trace.damage)


def of_calls(trace: Trace) -> Iterator[CallSummary]:
    for number, call in enumerate(trace.calls, 1):
        first = call.legs[0]
        yield CallSummary(
            number=number,
            caller=first.caller,
            called=first.called,
            begin=first.begin,
            lasted_s=_lasted(call),
            ended=_ended(first),
            legs=tuple(_leg(leg) for leg in call.legs),
            streams=tuple(_stream(stream) for stream in trace.of(call).streams),
            ladder=ladder(call),
        )


def _leg(leg: Leg) -> LegLine:
    side = "teams" if leg.faces_teams else "other"
    return LegLine(leg.call_id, side, leg.caller, leg.called, len(leg.messages))


def _stream(stream: Stream) -> StreamLine:
    return StreamLine(
        source=str(stream.source),
        target=str(stream.target),
        ssrc=f"0x{stream.ssrc:08X}",
        payload_type=stream.payload_type,
        packets=stream.packets,
        lost=stream.lost,
        lost_percent=round(stream.lost_share * 100, 2),
        mean_jitter_ms=round(stream.mean_jitter_ms, 3),
        worst_jitter_ms=round(stream.worst_jitter_ms, 3),
    )


def _lasted(call: Call) -> float | None:
    final = call.legs[0].final()
    bye = next((leg_bye for leg in call.legs for leg_bye in leg.requests("BYE")), None)
    if final is None or final.code >= 300 or bye is None or bye.time is None or final.time is None:
        return None
    return round(bye.time - final.time, 3)


def _ended(leg: Leg) -> str:
    """How the first leg went: `BYE of Microsoft`, `486 Busy Here`, `not answered`."""
    final, bye = leg.final(), next(leg.requests("BYE"), None)
    if bye is not None:
        causes = ", ".join(" ".join(found) for found in _CAUSE.findall(bye.header("reason")))
        return f"BYE of {leg.sender(bye)}" + (f" ({causes})" if causes else "")
    if final is None:
        return "CANCEL" if next(leg.requests("CANCEL"), None) else "not answered"
    return "answered" if final.code < 300 else f"{final.code} {final.phrase}".strip()
