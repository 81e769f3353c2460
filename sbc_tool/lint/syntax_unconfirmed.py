from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from sbc_tool.check import Check
from sbc_tool.finding import Finding, Outcome
from sbc_tool.trinity.grammar import Command, Evidence
from sbc_tool.trinity.tree import Config, Node

_OUTCOMES = {
    Evidence.SMARTWARE: Outcome.WARN,
    Evidence.ASSUMED: Outcome.WARN,
    Evidence.REFUTED: Outcome.FAIL,
}


class SyntaxUnconfirmed(Check):
    """What it finds
      Every command of the configuration whose evidence is `smartware` (proved for the predecessor only), `assumed` (not
      found at all) or `refuted` (a captured device did not know it), once a command, with the first line and how often.

    Why it matters
      The device may refuse them, or take them and mean something else. A deploy stops at a refused line and undoes;
      what a line means shows only in the result: Contact in the answer to OPTIONS, the presented chain, Microsoft's
      200.

    Example
      ```bad
      context sip-gateway GW_TEAMS
        interface IF_GW_TEAMS
          spoofed-contact sbc.example.de
      ```

      ```good
      context sip-gateway GW_TEAMS
        interface IF_GW_TEAMS
          transport-protocol tls 5061
      ```

    Fix
      Nothing to mend; ask a device: `sbc-tool device capture SITE` writes a file of what it knows, and `lint` and
      `render` take that with --grammar-overlay. `render --strict` refuses to write what is assumed.

    Source
      sbc_tool/trinity/grammar/: each command with its evidence and source.
    """

    id = "syntax-unconfirmed"
    title = "Commands without evidence for Trinity"
    remedy = "Ask a device with `sbc-tool device capture`, and judge by its answer with --grammar-overlay."
    source = "sbc_tool/trinity/grammar/"
    needs = Config

    def judge(self, fact: Config) -> Iterator[Finding]:
        first: dict[Command, Node] = {}
        counts: Counter[Command] = Counter()
        for _, node in fact.walk():
            if node.match and node.match.command.evidence in _OUTCOMES:
                command = node.match.command
                first.setdefault(command, node)
                counts[command] += 1
        for command, node in first.items():
            grade, source, times = str(command.evidence), command.source, counts[command]
            evidence = {"line": node.text, "times": times, "evidence": grade, "source": source}
            often, once = "`{line}`, {times} times: {evidence} ({source})", "`{line}`: {evidence} ({source})"
            yield Finding(_OUTCOMES[command.evidence], often if times > 1 else once, evidence, fact.place(node))
