from __future__ import annotations

from collections.abc import Iterator

from sbc_tool.check import Check
from sbc_tool.finding import Finding, Outcome
from sbc_tool.trinity.tree import Config


class ValueInvalid(Check):
    """What it finds
      Values that have the form of their type and are none: the address 300.1.1.1, the mask 255.0.255.0, port 70000.

    Why it matters
      The device refuses the line, and a deploy stops there.

    Example
      ```bad
      context cs SWITCH
        interface sip IF_TEAMS
          remote sip.pstnhub.microsoft.com 70000
      ```

      ```good
      context cs SWITCH
        interface sip IF_TEAMS
          remote sip.pstnhub.microsoft.com 5061
      ```

    Fix
      Correct the value. Ranges that come from a protocol are sure; others say so in their source.

    Source
      sbc_tool/trinity/grammar/: the type of each parameter, and the command's source.
    """

    id = "value-invalid"
    title = "A value that cannot be"
    remedy = "Correct the value."
    source = "sbc_tool/trinity/grammar/"
    needs = Config

    def judge(self, fact: Config) -> Iterator[Finding]:
        for _, node in fact.walk():
            if node.match is None or node.match.negated:
                continue
            for parameter in node.match.command.checked:
                value = node.value(parameter.name)
                if value and not parameter.takes(value):
                    evidence = {"line": node.text, "name": parameter.name, "value": value, "type": parameter.type}
                    message = "`{line}`: {name} is {value}, must be {type}"
                    yield Finding(Outcome.FAIL, message, evidence, fact.place(node))
