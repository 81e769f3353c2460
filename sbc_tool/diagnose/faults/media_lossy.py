from __future__ import annotations

from collections.abc import Iterator

from sbc_tool import teams
from sbc_tool.diagnose.fault import TraceFault
from sbc_tool.diagnose.trace.trace import Trace
from sbc_tool.finding import Finding, Outcome

_LEAST = 100  # packets; fewer say little


class MediaLossy(TraceFault):
    """What it finds
      RTP with more loss or jitter than Microsoft allows: 0.1 % and 15 ms between a site and Microsoft, 1 % and 30 ms
      up to a client.

    Why it matters
      Words break off, voices sound metallic. A trace shows what was lost before it; what is lost behind it only RTCP
      tells.

    Example
      From 52.112.10.20: 2.4 % lost, jitter 38 ms.

    Fix
      Give audio priority on the line (DSCP 46), and look for a full uplink, WLAN or a duplex fault on the way that
      the stream comes.

    Source
      Microsoft, prepare-network (2018-02-26); RFC 3550, appendix A.3 and A.8.
    """

    id = "media-lossy"
    title = "Audio is lost or comes unevenly"
    remedy = "Give audio priority (DSCP 46) on the line, and find the part of the way that loses packets."
    source = "Microsoft, prepare-network; RFC 3550"
    settles = "loss and jitter of the same stream, traced nearer to its sender"
    steps = (
        "Trace nearer to the sender, until the loss is gone: it arises in between.",
        "Give audio priority on the uplink, and keep its use below what the line carries.",
    )
    side = "network"

    def look(self, trace: Trace) -> Iterator[Finding]:
        limits = teams.load().quality
        for call in trace.calls:
            for stream in trace.of(call).streams:
                if stream.packets < _LEAST:
                    continue
                loss, jitter = stream.lost_share, stream.mean_jitter_ms
                evidence = {
                    "source": str(stream.source), "target": str(stream.target), "lost": f"{loss * 100:.1f}",
                    "jitter": f"{jitter:.1f}", "packets": stream.packets, "frame": stream.first_frame,
                }  # fmt: skip
                told = "{source} -> {target}: {lost} % of {packets} packets lost, jitter {jitter} ms"
                over = {part: loss > one.loss or jitter > one.jitter_ms for part, one in limits.items()}
                outcome = Outcome.FAIL if over["client"] else Outcome.WARN if over["edge"] else Outcome.PASS
                yield Finding(outcome, told, evidence, call.messages[0].where)
