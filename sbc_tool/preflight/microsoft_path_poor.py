from __future__ import annotations

from collections.abc import Iterator, Mapping

from sbc_tool.check import Check
from sbc_tool.facts.path import PROBES, PathFact, ProxyPath
from sbc_tool.finding import Finding, Outcome

# Microsoft, prepare-network (2018-02-26), between the customer's edge and Microsoft's; newer figures were not found.
# Loss is 0.1 % there: ten handshakes see far less finely, so each lost one counts.
_ROUND_TRIP_MS = 60.0
_JITTER_MS = 15.0
_ANSWER_MS = 150.0  # ours: what TLS may take beyond a round trip; no server at work needs as much for its first byte


class MicrosoftPathPoor(Check):
    """What it finds
      A way to Microsoft's first SIP proxy with a long round trip, much jitter or loss; or one on which TCP is answered
      at once and TLS late, so that something on the way may answer TCP in Microsoft's place.

    Why it matters
      Speech takes the same way. Above these figures it breaks up, or people begin to talk over each other.

    Example
      sip.pstnhub.microsoft.com: round trip 140 ms (at most 60), jitter 22 ms (at most 15), 1 of 10 lost

    Fix
      Measure again at the site, without other load; look for a VPN, a proxy or a far-away DNS resolver, by which the
      name leads to another continent. Loss and jitter under load ask for QoS or a larger line.

    Source
      Microsoft, prepare-network (2018-02-26): round trip under 60 ms, jitter under 15 ms, loss under 0.1 % between the
      customer's edge and Microsoft's. Measured here: TCP handshakes with port 5061, from this computer, not from the
      SBC; on Linux the kernel times them, elsewhere this program, which other work on the computer disturbs: jitter is
      then unknown instead of too high. The answer to a TLS greeting holds the server's time, too; it is told when it
      takes 150 ms longer than TCP (a figure of ours). The second and third proxy are on other continents by design, so
      only their loss counts.
    """

    id = "microsoft-path-poor"
    title = "The way to Microsoft is long, uneven or lossy"
    remedy = "Measure at the site without load; look for a VPN, a proxy or a far-away resolver; ask for QoS."
    source = "Microsoft, prepare-network (2018-02-26)"
    needs = PathFact

    def judge(self, fact: PathFact) -> Iterator[Finding]:
        for index, proxy in enumerate(fact.proxies):
            if not proxy.answered:
                evidence = {"name": proxy.name, "why": proxy.error or "no answer"}
                yield Finding(Outcome.UNKNOWN, "{name}: no connection came about ({why})", evidence)
            else:
                yield from _judged(proxy, nearest=index == 0)


def _judged(proxy: ProxyPath, nearest: bool) -> Iterator[Finding]:
    evidence = {
        "name": proxy.name,
        "sent": len(proxy.round_trips_ms),
        "lost": len(proxy.round_trips_ms) - len(proxy.answered),
        "round_trip": f"{proxy.round_trip_ms:.0f}",
        "jitter": f"{proxy.jitter_ms:.0f}",
        "most": f"{_ROUND_TRIP_MS:.0f}",
        "most_jitter": f"{_JITTER_MS:.0f}",
    }
    uneven = nearest and proxy.jitter_ms > _JITTER_MS
    poor = (
        proxy.loss > 1 / (2 * PROBES)
        or (nearest and proxy.round_trip_ms > _ROUND_TRIP_MS)
        or (uneven and proxy.by_kernel)
    )
    message = "{name}: round trip {round_trip} ms, jitter {jitter} ms, {lost} of {sent} lost"
    if poor:
        message = (
            "{name}: round trip {round_trip} ms (at most {most}), jitter {jitter} ms (at most {most_jitter}), "
            "{lost} of {sent} lost"
        )
        yield Finding(Outcome.WARN, message, evidence)
    elif uneven:
        message = (
            "{name}: jitter {jitter} ms (at most {most_jitter}) by this program's clock, which other work disturbs; "
            "measure again with --only microsoft-path-poor"
        )
        yield Finding(Outcome.UNKNOWN, message, evidence)
    late = _late(proxy, evidence) if nearest else None
    if late is not None:
        yield late
    elif not poor and not uneven:
        yield Finding(Outcome.PASS, message, evidence)


def _late(proxy: ProxyPath, evidence: Mapping[str, object]) -> Finding | None:
    """What the answer to TLS says against the TCP figures: a proxy, a firewall or an accelerator may give those."""
    if proxy.greeting_ms is None:
        message = (
            "{name}: round trip {round_trip} ms, but nothing answers TLS: something on the way may answer TCP itself"
        )
        return Finding(Outcome.UNKNOWN, message, evidence)
    if proxy.greeting_ms - min(proxy.answered) <= _ANSWER_MS:
        return None
    message = (
        "{name}: TCP is answered in {round_trip} ms, TLS only in {greeting} ms: a box on the way answers TCP itself, "
        "and the way behind it is long; or the server is slow"
    )
    outcome = Outcome.WARN if proxy.by_kernel else Outcome.UNKNOWN  # this computer may be the slow one
    return Finding(outcome, message, {**evidence, "greeting": f"{proxy.greeting_ms:.0f}"})
