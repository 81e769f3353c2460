from __future__ import annotations

from collections.abc import Iterator

from sbc_tool.check import Check
from sbc_tool.finding import Finding, Outcome
from sbc_tool.trinity import pattern
from sbc_tool.trinity.tables import keys
from sbc_tool.trinity.tree import Config


class TableKeyUnreadable(Check):
    r"""What it finds
      A key of a routing or mapping table with a bracket that isn't closed, or a `%`, `+` or `?` with nothing
      before it.

    Why it matters
      No source says what a device makes of it; mostly it is a typing error in the one route that matters.

    Example
      ```bad
      context cs SWITCH
        mapping-table called-e164 to called-e164 MAP
          map 00(.% to +\1
      ```

      ```good
      context cs SWITCH
        mapping-table called-e164 to called-e164 MAP
          map 00(.%) to +\1
      ```

    Fix
      Correct the key. A `+` at the very start stands for itself.

    Source
      SW4110 p.467, table 18: the signs of keys.
    """

    id = "table-key-unreadable"
    title = "A key of a table can't be read"
    remedy = "Close the bracket, or write what is repeated before the sign."
    source = "SW4110 p.467"
    needs = Config

    def judge(self, fact: Config) -> Iterator[Finding]:
        count = 0
        for table in (node for _, node in fact.walk() if node.mode in ("cs-routing-table", "mapping-table")):
            for text, node in keys(table):
                count += 1
                if pattern.read(text) is None:
                    evidence = {"line": node.text, "key": text}
                    yield Finding(Outcome.WARN, "`{line}`: {key} can't be read", evidence, fact.place(node))
        yield Finding(Outcome.PASS, "{count} keys read", {"count": count})
