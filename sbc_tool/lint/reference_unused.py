from __future__ import annotations

from collections.abc import Iterator

from sbc_tool.check import Check
from sbc_tool.finding import Finding, Outcome
from sbc_tool.trinity.references import usable
from sbc_tool.trinity.tree import Config


class ReferenceUnused(Check):
    r"""What it finds
      A profile, table, service or gateway that no line of the configuration names.

    Why it matters
      Often the line that should name it names something else by a typing error, so that a call takes another
      profile or a number stays unmapped. What is left over from an older state misleads whoever reads it next.

    Example
      ```bad
      context cs SWITCH
        mapping-table called-e164 to called-e164 MAP_PLUS
          map +(.%) to 00\1
        routing-table called-e164 RT
          route .%T dest-interface IF_PBX
        interface sip IF_PBX
          route call dest-table RT
      ```

      ```good
      context cs SWITCH
        mapping-table called-e164 to called-e164 MAP_PLUS
          map +(.%) to 00\1
        routing-table called-e164 RT
          route .%T dest-interface IF_PBX MAP_PLUS
        interface sip IF_PBX
          route call dest-table RT
      ```

    Fix
      Name it where it belongs, or remove the block.

    Source
      The references that trinity/grammar/ knows. What could only be used in a block that isn't there, what
      has its name in a line that nobody knows, and what is there from the factory is not judged.
    """

    id = "reference-unused"
    title = "Something is defined and never used"
    remedy = "Use it, correct the name where it should be used, or remove it."
    source = "sbc_tool/trinity/grammar/"
    needs = Config

    def judge(self, fact: Config) -> Iterator[Finding]:
        count = 0
        for one, used in usable(fact):
            count += 1
            if not used:
                evidence = {"kind": one.kind, "name": one.name}
                yield Finding(Outcome.WARN, "no line uses the {kind} {name}", evidence, fact.place(one.node))
        yield Finding(Outcome.PASS, "{count} names looked for in other lines", {"count": count})
