from __future__ import annotations

from collections.abc import Iterator

from sbc_tool.check import Check
from sbc_tool.facts.path import PROBES, PathFact, ProxyPath
from sbc_tool.finding import Finding, Outcome

# Microsoft, prepare-network (2018-02-26), between the customer's edge and Microsoft's; newer figures were not found.
# Loss is 0.1 % there: ten handshakes see far less finely, so each lost one counts.
_ROUND_TRIP_MS = 60.0
_JITTER_MS = 15.0


class MicrosoftPathPoor(Check):
    """What it finds
      A way to Microsoft's first SIP proxy with a long round trip, much jitter or loss.

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
      SBC. The second and third proxy are on other continents by design, so only their loss counts.
    """

    id = "microsoft-path-poor"
    title = "The way to Microsoft is long, uneven or lossy"
    remedy = "Measure at the site without load; look for a VPN, a proxy or a far-away resolver; ask for QoS."
    source = "Microsoft, prepare-network (2018-02-26)"
    needs = PathFact

    def judge(self, fact: PathFact) -> Iterator[Finding]:
        for index, proxy in enumerate(fact.proxies):
            evidence = {"name": proxy.name, "sent": len(proxy.round_trips_ms)}
            if not proxy.answered:
                evidence["why"] = proxy.error or "no answer"
                yield Finding(Outcome.UNKNOWN, "{name}: no connection came about ({why})", evidence)
                continue
            evidence |= {
                "round_trip": f"{proxy.round_trip_ms:.0f}",
                "jitter": f"{proxy.jitter_ms:.0f}",
                "lost": len(proxy.round_trips_ms) - len(proxy.answered),
                "most": f"{_ROUND_TRIP_MS:.0f}",
                "most_jitter": f"{_JITTER_MS:.0f}",
            }
            message = "{name}: round trip {round_trip} ms, jitter {jitter} ms, {lost} of {sent} lost"
            if _poor(proxy, nearest=index == 0):
                message = (
                    "{name}: round trip {round_trip} ms (at most {most}), jitter {jitter} ms (at most {most_jitter}), "
                    "{lost} of {sent} lost"
                )
                yield Finding(Outcome.WARN, message, evidence)
            else:
                yield Finding(Outcome.PASS, message, evidence)


def _poor(proxy: ProxyPath, nearest: bool) -> bool:
    lossy = proxy.loss > 1 / (2 * PROBES)
    return lossy or (nearest and (proxy.round_trip_ms > _ROUND_TRIP_MS or proxy.jitter_ms > _JITTER_MS))
