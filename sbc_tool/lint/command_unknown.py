from __future__ import annotations

import difflib
from collections.abc import Iterator

from sbc_tool.check import Check
from sbc_tool.finding import Finding, Outcome
from sbc_tool.trinity.grammar import ROOT, load
from sbc_tool.trinity.tree import Config, Node


class CommandUnknown(Check):
    """What it finds
      Commands that stand in no source we have for that mode. Of an unknown block only its first line is named: what
      it holds can't be judged.

    Why it matters
      It may be a typing error, or a command that exists and that nobody has recorded yet. The device will say `% ` to
      the first kind; no tool can tell them apart without one.

    Example
      ```bad
      profile voip PF_TEAMS
        rtp rtcp-multiplex
      ```

      ```good
      profile voip PF_TEAMS
        rtp rtcp-multiplexing
      ```

    Fix
      Correct the line; or, when a device takes it, add it to trinity/grammar.yaml with its evidence.

    Source
      sbc_tool/trinity/grammar.yaml and the sources named there.
    """

    id = "command-unknown"
    title = "A command that the grammar does not know"
    remedy = "Correct the line, or add the command to trinity/grammar.yaml with its evidence."
    source = "sbc_tool/trinity/grammar.yaml"
    needs = Config

    def judge(self, fact: Config) -> Iterator[Finding]:
        for path, node in fact.walk():
            if node.match is None and all(parent.match for parent in path):
                near = _nearest(node, (path[-1].mode if path else None) or ROOT)
                message = "`{line}`: not known here; near to it: `{near}`" if near else "`{line}`: not known here"
                yield Finding(Outcome.WARN, message, {"line": node.text, "near": near}, fact.place(node))


def _nearest(node: Node, mode: str) -> str:
    known = [command.syntax for command in load().modes[mode].commands]
    return next(iter(difflib.get_close_matches(node.text, known, n=1, cutoff=0.5)), "")
