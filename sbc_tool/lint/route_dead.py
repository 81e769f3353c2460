from __future__ import annotations

from collections.abc import Iterator

from sbc_tool.check import Check
from sbc_tool.finding import Finding, Outcome
from sbc_tool.trinity.routes import Graph, shadowed
from sbc_tool.trinity.tree import Config


class RouteDead(Check):
    """What it finds
      A route or map whose key takes the same numbers as an earlier one of its table, a `default` beside a key
      that takes everything, and a table that only tables ask which nothing asks.

    Why it matters
      The route was written for calls that now go elsewhere, and nobody is told.

    Example
      ```bad
      context cs SWITCH
        routing-table called-e164 RT
          route 49 dest-interface IF_A
          route 49.%T dest-interface IF_B
        interface sip IF_A
          route call dest-table RT
        interface sip IF_B
          route call dest-table RT
      ```

      ```good
      context cs SWITCH
        routing-table called-e164 RT
          route 49 dest-interface IF_A
          route 4989 dest-interface IF_B
          route default dest-interface IF_B
        interface sip IF_A
          route call dest-table RT
        interface sip IF_B
          route call dest-table RT
      ```

    Fix
      Remove the one that isn't meant, or make its key longer.

    Source
      SW4110 p.468: any key takes what follows, so that `49`, `49T` and `49.%` are one.
    """

    id = "route-dead"
    title = "A route that no call can take"
    remedy = "Remove the route or correct its key; lead a call to the table."
    source = "SW4110 p.467-472"
    needs = Config

    def judge(self, fact: Config) -> Iterator[Finding]:
        for table in (node for _, node in fact.walk() if node.mode in ("cs-routing-table", "mapping-table")):
            for node, other in shadowed(table):
                evidence = {"line": node.text, "table": table.name, "other": other.text, "earlier": other.line}
                message = "`{line}` of {table}: `{other}` (line {earlier}) takes its numbers"
                yield Finding(Outcome.WARN, message, evidence, fact.place(node))
        graph = Graph.of(fact)
        for table in graph.unreached():
            message = "{table}: only tables ask it that nothing asks"
            yield Finding(Outcome.WARN, message, {"table": table.name}, fact.place(table))
        yield Finding(Outcome.PASS, "{count} tables and services looked through", {"count": len(graph.leads)})
