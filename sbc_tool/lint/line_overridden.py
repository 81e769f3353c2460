from __future__ import annotations

from collections.abc import Iterator

from sbc_tool.check import Check
from sbc_tool.finding import Finding, Outcome
from sbc_tool.trinity.tree import Config


class LineOverridden(Check):
    """What it finds
      Two lines of one block that can't stand side by side, such as two `remote` lines or two routes for the same
      key: the device keeps the later one.

    Why it matters
      The earlier line looks as if it had an effect, and has none. Mostly it is left over from a copy.

    Example
      ```bad
      context cs SWITCH
        interface sip IF_PBX
          remote 10.0.0.1 5060
          remote 10.0.0.2 5060
      ```

      ```good
      context cs SWITCH
        interface sip IF_PBX
          remote 10.0.0.2 5060
      ```

    Fix
      Remove one of both, or give the second its own index.

    Source
      The words that name a line, in trinity/grammar/. `shutdown` and later `no shutdown` is a way of loading
      a block, and no fault; two blocks of one name are reference-duplicate.
    """

    id = "line-overridden"
    title = "A later line takes the place of an earlier one"
    remedy = "Remove the line that isn't meant."
    source = "sbc_tool/trinity/grammar/"
    needs = Config

    def judge(self, fact: Config) -> Iterator[Finding]:
        for _, node in fact.walk():
            command = node.match.command if node.match else None
            if node.replaces and command and command.syntax != "shutdown" and not command.enters:
                evidence = {"line": node.text, "earlier": node.replaces}
                message = "`{line}` takes the place of line {earlier} of the same text"
                yield Finding(Outcome.WARN, message, evidence, fact.place(node))
        yield Finding(Outcome.PASS, "every other line holds")
