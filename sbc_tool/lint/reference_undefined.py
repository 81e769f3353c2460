from __future__ import annotations

from collections.abc import Iterator

from sbc_tool.check import Check
from sbc_tool.finding import Finding, Outcome
from sbc_tool.trinity.references import references
from sbc_tool.trinity.tree import Config


class ReferenceUndefined(Check):
    """What it finds
      `bind`, `use`, `route ... dest-...` and the like that name a context, interface, profile, table, service or
      account without a definition in the same configuration.

    Why it matters
      The device takes such a line, and the call fails later: a route to nowhere drops it, a profile that doesn't
      exist leaves the defaults. A definition that comes after its use is fine.

    Example
      ```bad
      context cs SWITCH
        interface sip IF_TEAMS
          bind context sip-gateway GW_TEAM
      context sip-gateway GW_TEAMS
        no shutdown
      ```

      ```good
      context cs SWITCH
        interface sip IF_TEAMS
          bind context sip-gateway GW_TEAMS
      context sip-gateway GW_TEAMS
        no shutdown
      ```

    Fix
      Correct the name, or define the object.

    Source
      The mode tree of trinity/grammar/; names are case-sensitive.
    """

    id = "reference-undefined"
    title = "A name is used that nothing defines"
    remedy = "Correct the name, or define the object."
    source = "sbc_tool/trinity/grammar/"
    needs = Config

    def judge(self, fact: Config) -> Iterator[Finding]:
        count = 0
        for reference in references(fact):
            count += 1
            if not reference.defined and not reference.instead:  # else reference-wrong-kind says it
                evidence = {"line": reference.node.text, "kind": reference.kind, "name": reference.name}
                place = fact.place(reference.node)
                yield Finding(Outcome.FAIL, "`{line}`: there is no {kind} {name}", evidence, place)
        yield Finding(Outcome.PASS, "{count} references looked up", {"count": count})
