from __future__ import annotations

from collections.abc import Iterator

from sbc_tool.check import Check
from sbc_tool.deploy.before.facts import Moved
from sbc_tool.finding import Finding, Outcome


class RunningConfigMoved(Check):
    """What it finds
      A running-config that is no longer the one that the plan was made from.

    Why it matters
      Somebody else is changing the device. What was agreed to would now do something else, and the way back would
      take their work away.

    Example
      `server time.example` came while the plan was being read.

    Fix
      Find out who is at it, then make a new plan.

    Source
      Trinity has no lock and no candidate configuration, so the configuration is read again before the first line.
    """

    id = "running-config-moved"
    title = "The device was changed since the plan was made"
    remedy = "Find out who is at it, then make a new plan."
    source = "the running-config read again, or its digest in the plan file"
    needs = Moved

    def judge(self, fact: Moved) -> Iterator[Finding]:
        evidence = {"since": fact.since, "lines": ", ".join(f"`{line}`" for line in fact.lines)}
        if not fact.moved:
            yield Finding(Outcome.PASS, "unchanged since {since}", evidence)
        elif fact.lines:
            yield Finding(Outcome.FAIL, "changed since {since}: {lines}", evidence)
        else:
            yield Finding(Outcome.FAIL, "changed since {since}", evidence)
