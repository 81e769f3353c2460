"""A whole trace: everything that one or more files hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import inf
from pathlib import Path
from typing import TypeVar

from sbc_tool.diagnose.trace import logs, sip
from sbc_tool.diagnose.trace.calls import Call, Leg, calls, legs
from sbc_tool.diagnose.trace.capture import Capture, NoCapture
from sbc_tool.diagnose.trace.packets import UDP, Endpoint, Segment, endpoint, segments
from sbc_tool.diagnose.trace.rtp import Control, Media, Stream
from sbc_tool.diagnose.trace.sdp import Medium
from sbc_tool.diagnose.trace.sip import Message
from sbc_tool.diagnose.trace.streams import Connections
from sbc_tool.errors import InputError
from sbc_tool.finding import Place

_LARGEST_LOG = 256 << 20  # bytes
_AFTER_S = 5.0  # media still on its way when the signalling has ended
_LETTERS = frozenset(range(65, 91))  # a SIP message begins with one


@dataclass(frozen=True)
class Trace:
    """`damage`: what could not be read of a file; `encrypted`: TLS segments between two endpoints, unreadable here."""

    messages: tuple[Message, ...] = ()
    streams: tuple[Stream, ...] = ()
    control: tuple[Control, ...] = ()
    encrypted: dict[tuple[Endpoint, Endpoint], int] = field(default_factory=dict)
    damage: tuple[str, ...] = ()

    @cached_property
    def legs(self) -> tuple[Leg, ...]:
        return tuple(legs(self.messages))

    @property
    def teams_legs(self) -> list[Leg]:
        """Those that face Microsoft."""
        return [leg for leg in self.legs if leg.faces_teams]

    @property
    def from_sbc(self) -> Iterator[Message]:
        """What the SBC sends to Microsoft."""
        return (m for leg in self.teams_legs for m in leg.messages if not leg.from_teams(m))

    @cached_property
    def calls(self) -> tuple[Call, ...]:
        return tuple(calls(self.legs))

    def of(self, call: Call) -> Trace:
        """What of the trace belongs to one call. TLS may hide a leg of any call, so it stays."""
        places, span = _places(call), _span(call)
        streams = (s for place in places for s in self._streams_at.get(place, ()) if _overlaps(s, span))
        control = (c for place in places for c in self._control_at.get(place, ()))
        return replace(
            self, messages=call.messages, streams=tuple(_once(streams)), control=tuple(_once(control)), damage=()
        )

    @cached_property
    def outside(self) -> Trace:
        """What belongs to no call: OPTIONS, REGISTER and the like."""
        inside = {leg.call_id for call in self.calls for leg in call.legs}
        return replace(
            self, messages=tuple(m for m in self.messages if m.call_id not in inside), streams=(), control=()
        )

    def control_beside(self, medium: Medium) -> list[Control]:
        """The RTCP that goes to a port of its own, the next one or the one that a=rtcp names (RFC 3605)."""
        named = next((value.split()[0] for value in medium.all("rtcp") if value), "")
        port = int(named) if named.isascii() and named.isdigit() and len(named) < 6 else medium.port + 1
        return [] if port == medium.port else list(self._control_at.get(Endpoint(medium.address, port), ()))

    @cached_property
    def _streams_at(self) -> dict[Endpoint, list[Stream]]:
        return _by_end(self.streams)

    @cached_property
    def _control_at(self) -> dict[Endpoint, list[Control]]:
        return _by_end(self.control)


_Flow = TypeVar("_Flow", Stream, Control)


def _by_end(flows: Iterable[_Flow]) -> dict[Endpoint, list[_Flow]]:
    found: dict[Endpoint, list[_Flow]] = {}
    for flow in flows:
        for end in (flow.source, flow.target):
            found.setdefault(end, []).append(flow)
    return found


def _once(flows: Iterable[_Flow]) -> list[_Flow]:
    return list({id(flow): flow for flow in flows}.values())


def _places(call: Call) -> set[Endpoint]:
    return {place for leg in call.legs for place in leg.once(_wanted)}


def _wanted(leg: Leg) -> frozenset[Endpoint]:
    """Where the leg's descriptions want RTP and RTCP."""
    described = (message.sdp for message in leg.messages if message.body)
    media = [medium for sdp in described if sdp for medium in sdp.media if medium.port]
    return frozenset(Endpoint(medium.address, medium.port + beside) for medium in media for beside in (0, 1))


def _span(call: Call) -> tuple[float, float]:
    times = [message.time for message in call.messages if message.time is not None]
    return (min(times), max(times)) if times else (0.0, inf)


def _overlaps(stream: Stream, span: tuple[float, float]) -> bool:
    return stream.begin <= span[1] + _AFTER_S and stream.end >= span[0]


def read(paths: Iterable[Path]) -> Trace:
    """InputError for a file that can't be read, or holds neither a capture nor any SIP."""
    parts = [_read(path) for path in paths]
    by_time = sorted((m for part in parts for m in part.messages), key=lambda m: m.time or 0.0)
    return Trace(
        tuple(by_time),
        tuple(stream for part in parts for stream in part.streams),
        tuple(one for part in parts for one in part.control),
        {ends: count for part in parts for ends, count in part.encrypted.items()},
        tuple(told for part in parts for told in part.damage),
    )


def _read(path: Path) -> Trace:
    place = Place(str(path))
    if path.is_dir():  # Windows would only say that access is denied
        raise InputError("is a folder, not a file", "name a capture or a log", place)
    try:
        with path.open("rb") as file:
            try:
                return _capture(Capture(file), str(path))
            except NoCapture:
                file.seek(0)
                text = file.read(_LARGEST_LOG).decode("utf-8", "replace")
    except OSError as error:
        raise InputError((error.strerror or str(error)).lower(), "name a capture or a log", place) from None
    found = tuple(logs.messages(text, str(path)))
    if not found:
        raise InputError("neither a capture nor a log with SIP in it", "give a pcap, a pcapng or a text log", place)
    return Trace(found)


def _capture(capture: Capture, file: str) -> Trace:
    media, connections = Media(), Connections(file)
    found: list[Message] = []
    for segment in segments(capture):
        payload = segment.payload
        if segment.protocol != UDP:
            new = list(connections.add(segment))
        elif payload and payload[0] in _LETTERS and sip.START.match(payload):
            new = [_datagram(segment, file)]
        else:
            media.add(segment)
            continue
        for message in new:
            found.append(message)
            _learn_clocks(media, message)
    damage = (f"{file}: {capture.damage}",) if capture.damage else ()
    return Trace(tuple(found), tuple(media.streams), tuple(media.control.values()), connections.encrypted, damage)


def _datagram(segment: Segment, file: str) -> Message:
    return sip.read(
        segment.payload,
        time=segment.time,
        source=endpoint(segment.source, segment.source_port),
        target=endpoint(segment.target, segment.target_port),
        transport="udp",
        size=len(segment.payload),
        where=Place(file, segment.number),
    )


def _learn_clocks(media: Media, message: Message) -> None:
    """What payload types mean where the message's SDP wants its media."""
    described = message.sdp if message.body else None
    if described:
        for medium in described.media:
            media.clocks.setdefault((medium.address, medium.port), {}).update(medium.clocks)
