from __future__ import annotations

from collections.abc import Iterator
from itertools import count

from sbc_tool.check import Check
from sbc_tool.finding import Finding, Outcome
from sbc_tool.trinity.grammar import ROOT, load
from sbc_tool.trinity.nearest import modes_of, nearest
from sbc_tool.trinity.smartware import trinity_forms
from sbc_tool.trinity.tree import Config

_HINTS = 200  # looking for likeness is slow, and whoever has more unknown lines reads another language


class CommandUnknown(Check):
    """What it finds
      Commands that stand in no source we have for that mode. Of an unknown block only its first line is named: what
      it holds can't be judged. Lines of SmartWare are left to smartware-syntax.

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
      Correct the line; or, when a device takes it, add it to trinity/grammar/ with its evidence.

    Source
      sbc_tool/trinity/grammar/ and the sources named there.
    """

    id = "command-unknown"
    title = "A command that the grammar does not know"
    remedy = "Correct the line, or add the command to trinity/grammar/ with its evidence."
    source = "sbc_tool/trinity/grammar/"
    needs = Config

    def judge(self, fact: Config) -> Iterator[Finding]:
        grammar = load()
        translated = {id(node) for node, _ in trinity_forms(fact)}
        number = count()
        for path, node in fact.walk():
            if node.match or id(node) in translated or not all(parent.match for parent in path):
                continue
            mode = (path[-1].mode if path else None) or ROOT
            near = nearest(node.text, mode, grammar) if next(number) < _HINTS else None
            elsewhere = " or ".join(dict.fromkeys(command.usage for command in modes_of(node.text, grammar)))
            message = "`{line}`: not known here"
            message += ", but in `{elsewhere}`" if elsewhere else "; near to it: `{near}`" if near else ""
            evidence = {"line": node.text, "near": near.usage if near else "", "elsewhere": elsewhere}
            yield Finding(Outcome.WARN, message, evidence, fact.place(node))
