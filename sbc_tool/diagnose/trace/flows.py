"""Which RTP streams carry the audio that was agreed on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sbc_tool.diagnose.trace.offers import Exchange, exchanges
from sbc_tool.diagnose.trace.packets import Endpoint
from sbc_tool.diagnose.trace.rtp import Stream
from sbc_tool.diagnose.trace.sdp import Medium
from sbc_tool.diagnose.trace.trace import Trace


@dataclass(frozen=True)
class Flow:
    """The streams of one exchange of offer and answer, by who gets them."""

    exchange: Exchange
    to_offerer: tuple[Stream, ...]
    to_answerer: tuple[Stream, ...]

    @property
    def packets_to_offerer(self) -> int:
        return sum(stream.packets for stream in self.to_offerer)

    @property
    def packets_to_answerer(self) -> int:
        return sum(stream.packets for stream in self.to_answerer)


def flows(trace: Trace) -> Iterator[Flow]:
    """Of every answered exchange that agrees on other ends than the one before it."""
    for call in trace.calls:
        streams = trace.of(call).streams
        known = set()
        for exchange in exchanges(call.legs):
            answered = exchange.answered
            if answered is None:
                continue
            ends = _end(exchange.offered), _end(answered)
            if ends not in known:
                known.add(ends)
                yield Flow(exchange, _between(streams, *ends), _between(streams, *ends[::-1]))


def _between(streams: Iterable[Stream], target: Endpoint, source: Endpoint) -> tuple[Stream, ...]:
    """One end is enough: the other may be hidden by NAT."""
    return tuple(stream for stream in streams if stream.target == target or stream.source == source)


def _end(medium: Medium) -> Endpoint:
    return Endpoint(medium.address, medium.port)
