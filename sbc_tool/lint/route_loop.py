from __future__ import annotations

from collections.abc import Iterator

from sbc_tool.check import Check
from sbc_tool.finding import Finding, Outcome
from sbc_tool.trinity.routes import Graph
from sbc_tool.trinity.tree import Config


class RouteLoop(Check):
    """What it finds
      Tables and services that lead to each other without a mapping table between, and with keys that one number
      can pass.

    Why it matters
      The call never leaves the SBC. A device gives up at some point, and until then the circle costs its
      processor.

    Example
      ```bad
      context cs SWITCH
        routing-table called-e164 RT_A
          route .%T dest-table RT_B
        routing-table called-e164 RT_B
          route 49 dest-table RT_A
      ```

      ```good
      context cs SWITCH
        routing-table called-e164 RT_A
          route .%T dest-table RT_B
        routing-table called-e164 RT_B
          route 49 dest-interface IF_PBX
        interface sip IF_PBX
          route call dest-table RT_A
      ```

    Fix
      Correct the destination of one of the lines.

    Source
      The way of a call through the tables: `sbc-tool route` shows it for a number.
    """

    id = "route-loop"
    title = "Calls go round in circles"
    remedy = "Let one of the tables lead out, to an interface or a service."
    source = "SW4110 p.472"
    needs = Config

    def judge(self, fact: Config) -> Iterator[Finding]:
        graph = Graph.of(fact)
        for circle in graph.circles():
            names = " -> ".join([*(block.name for block, _ in circle), circle[0][0].name])
            evidence = {"names": names, "line": circle[-1][1].text}
            yield Finding(Outcome.FAIL, "{names} (`{line}`)", evidence, fact.place(circle[-1][1]))
        yield Finding(Outcome.PASS, "{count} tables and services looked through", {"count": len(graph.leads)})
