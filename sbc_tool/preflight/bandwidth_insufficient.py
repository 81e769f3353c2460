from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict

from sbc_tool.capacity.bandwidth import FORMULAS, budget
from sbc_tool.check import Check
from sbc_tool.finding import Finding, Outcome
from sbc_tool.site.model import Site


class BandwidthInsufficient(Check):
    """What it finds
      An internet link that cannot carry teams.max_calls calls at the same time, after what is reserved for other
      traffic.

    Why it matters
      A call to a Teams user crosses the link up to three times: Teams client to Microsoft, Microsoft to SBC, STARFACE
      to the telephone network. Each leg takes 100 kbit/s in each direction, so one call takes 300 kbit/s, up and down
      at once. On a line that is too small, all calls break up, not just the last one.

    Example
      30 calls x 300 kbit/s = 9,000 kbit/s; up 10,000 - reserved 2,000 = 8,000 kbit/s: enough for 26 calls

    Fix
      Order more upstream, lower teams.max_calls, or leave out of wan_link.legs what does not cross this line: Teams
      clients at home, a telephone line of its own.

    Source
      Product page: 300 kbit/s, symmetric, for each Teams call, on three legs. A leg of G.711 as SRTP is 99.2 kbit/s on
      Ethernet (RFC 3550, RFC 3711).
    """

    id = "bandwidth-insufficient"
    title = "The internet link is too small for the calls wanted"
    remedy = "Order more bandwidth (upstream decides), lower teams.max_calls, or correct wan_link."
    source = "Product page: '300kbit/s (symmetrisch) pro Teams-Gespräch'"
    needs = Site

    def judge(self, fact: Site) -> Iterator[Finding]:
        if fact.wan_link is None:
            yield Finding(Outcome.UNKNOWN, "the site file has no wan_link: give down_kbps and up_kbps of the line")
            return
        sums = budget(fact.wan_link, fact.teams.max_calls)
        yield Finding(Outcome.PASS if sums.enough else Outcome.FAIL, FORMULAS[sums.direction], asdict(sums))
