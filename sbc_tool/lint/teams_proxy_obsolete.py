from __future__ import annotations

from collections.abc import Iterator

from sbc_tool.check import Check
from sbc_tool.finding import Finding, Outcome
from sbc_tool.trinity.tree import Config


class TeamsProxyObsolete(Check):
    """What it finds
      A line that names sip-all.pstnhub.microsoft.com, or its twin of the government clouds.

    Why it matters
      Microsoft ended its support on 2022-06-01: it may resolve, and its addresses may not answer.

    Example
      ```bad
      context cs SWITCH
        interface sip IF_TEAMS
          remote sip-all.pstnhub.microsoft.com 5061
      ```

      ```good
      context cs SWITCH
        interface sip IF_TEAMS_1
          remote sip.pstnhub.microsoft.com 5061
      ```

    Fix
      Replace it by the three names, in a hunt group.

    Source
      Microsoft, direct-routing-whats-new: sip-all was removed from support on 2022-06-01.
    """

    id = "teams-proxy-obsolete"
    title = "A name of Microsoft's that is no longer supported"
    remedy = "Use sip, sip2 and sip3.pstnhub.microsoft.com, each by its own interface."
    source = "Microsoft, direct-routing-whats-new (2022-06-01)"
    needs = Config

    def judge(self, fact: Config) -> Iterator[Finding]:
        lines = [node for _, node in fact.walk() if ".pstnhub." in node.text]
        if not lines:
            yield Finding(Outcome.NA, "no line leads to Microsoft")
        for node in lines:
            obsolete = " sip-all." in node.text.lower()
            message = "`{line}`: no longer supported" if obsolete else "`{line}`"
            yield Finding(Outcome.FAIL if obsolete else Outcome.PASS, message, {"line": node.text}, fact.place(node))
