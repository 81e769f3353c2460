from __future__ import annotations

from collections.abc import Iterator

from sbc_tool.check import Check
from sbc_tool.finding import Finding, Outcome
from sbc_tool.trinity.references import references
from sbc_tool.trinity.tree import Config


class ReferenceWrongKind(Check):
    """What it finds
      A line that names an object which exists, but as something else: `dest-interface` with a hunt group, for
      example.

    Why it matters
      The device looks for an interface of that name, finds none, and drops the call. Shipping templates have
      `dest-interface` with a hunt group, so a device may be lenient there: that one is a warning.

    Example
      ```bad
      context cs SWITCH
        routing-table called-e164 RT
          route .%T dest-interface RT_NEXT
        routing-table called-e164 RT_NEXT
          route 0 dest-interface IF_PBX
        interface sip IF_PBX
          route call dest-table RT
      ```

      ```good
      context cs SWITCH
        routing-table called-e164 RT
          route .%T dest-table RT_NEXT
        routing-table called-e164 RT_NEXT
          route 0 dest-interface IF_PBX
        interface sip IF_PBX
          route call dest-table RT
      ```

    Fix
      Correct the word before the name, or the name.

    Source
      The kinds of trinity/grammar/; NV's TRI_FXO templates for the lenient case.
    """

    id = "reference-wrong-kind"
    title = "A name is used for another kind of object than it is"
    remedy = "Write the word that goes with the object, such as dest-service for a hunt group."
    source = "sbc_tool/trinity/grammar/"
    needs = Config

    def judge(self, fact: Config) -> Iterator[Finding]:
        count = 0
        for reference in references(fact):
            count += 1
            if reference.instead:
                lenient = (reference.kind, reference.instead) == ("cs-interface", "cs-service")
                evidence = {"line": reference.node.text, "name": reference.name, "kind": reference.kind}
                evidence["instead"] = reference.instead
                outcome, place = Outcome.WARN if lenient else Outcome.FAIL, fact.place(reference.node)
                yield Finding(outcome, "`{line}`: {name} is a {instead}, no {kind}", evidence, place)
        yield Finding(Outcome.PASS, "{count} references are to the right kind", {"count": count})
