from __future__ import annotations

from collections.abc import Iterator

from sbc_tool.check import Check
from sbc_tool.deploy.before.facts import Startup
from sbc_tool.finding import Finding, Outcome


class StartupDiffers(Check):
    """What it finds
      A startup-config that differs from the running-config before a deployment: changes that somebody made and did
      not save.

    Why it matters
      A deployment saves what runs, and with it what somebody else was only trying. And a power cycle, the last way
      back, leads to what was saved.

    Example
      `ntp server 192.0.2.1` runs, and is not saved.

    Fix
      Find out who is at it, then save it or take it back.

    Source
      `show startup-config` was not found in public material; where a device refuses it, this is unknown.
    """

    id = "startup-differs"
    title = "What runs is not what is saved"
    remedy = "Find out who changed it and save, or take it back; where it can't be shown, compare by hand."
    source = "`show startup-config` (assumed)"
    needs = Startup

    def judge(self, fact: Startup) -> Iterator[Finding]:
        evidence = {"lines": ", ".join(f"`{line}`" for line in fact.lines)}
        if not fact.lines:
            yield Finding(Outcome.PASS, "what runs is saved")
        else:
            yield Finding(Outcome.WARN, "runs and is not saved, or the other way round: {lines}", evidence)
