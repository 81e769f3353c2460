from __future__ import annotations

from collections.abc import Iterator

from sbc_tool.check import Check
from sbc_tool.finding import Finding, Outcome
from sbc_tool.trinity.references import Definition, definitions
from sbc_tool.trinity.tree import Config


class ReferenceDuplicate(Check):
    r"""What it finds
      A block whose name another block of the same kind in the same place already has, though its first line
      differs, such as two mapping tables of different types.

    Why it matters
      The device keeps one of both, or can't tell them apart where a route names them. Entering the same block
      again is fine: its lines merge.

    Example
      ```bad
      context cs SWITCH
        mapping-table called-e164 to called-e164 MAP
          map 00(.%) to +\1
        mapping-table calling-e164 to calling-e164 MAP
          map 00(.%) to +\1
      ```

      ```good
      context cs SWITCH
        mapping-table called-e164 to called-e164 MAP_CALLED
          map 00(.%) to +\1
        mapping-table calling-e164 to calling-e164 MAP_CALLING
          map 00(.%) to +\1
      ```

    Fix
      Rename one of both, and the lines that mean it.

    Source
      SW4110 p.482: the name of a mapping table is unique in its context; the same is taken of the others.
    """

    id = "reference-duplicate"
    title = "One name is defined twice, in different ways"
    remedy = "Give each object its own name."
    source = "sbc_tool/trinity/grammar/"
    needs = Config

    def judge(self, fact: Config) -> Iterator[Finding]:
        first: dict[tuple[object, ...], Definition] = {}
        for one in definitions(fact):
            earlier = first.setdefault((one.kind, one.name, *one.scope), one)
            line = one.node.replaces or (earlier.node.line if earlier.node is not one.node else 0)
            if line:
                evidence = {"kind": one.kind, "name": one.name, "line": line, "text": one.node.text}
                message = "`{text}`: {name} is a {kind} already, by line {line} of the same text"
                yield Finding(Outcome.FAIL, message, evidence, fact.place(one.node))
        yield Finding(Outcome.PASS, "{count} names are the only ones of their kind", {"count": len(first)})
