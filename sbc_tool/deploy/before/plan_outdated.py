from __future__ import annotations

from collections.abc import Iterator

from sbc_tool.check import Check
from sbc_tool.deploy.before.facts import Agreed
from sbc_tool.finding import Finding, Outcome


class PlanOutdated(Check):
    """What it finds
      A plan file (`deploy --plan`) other than what site file, passwords and device give now.

    Why it matters
      What was read and agreed to is what must be pushed: exactly that, or nothing.

    Example
      A user was added to users.csv after `sbc-tool plan --out berlin.plan`.

    Fix
      Make a new plan file and have it agreed to.

    Source
      As Terraform's saved plans, which are refused when they are stale.
    """

    id = "plan-outdated"
    title = "The plan file is out of date"
    remedy = "Make a new one: sbc-tool plan SITE --out FILE."
    source = "the digest of all lines in the plan file"
    needs = Agreed

    def judge(self, fact: Agreed) -> Iterator[Finding]:
        evidence = {"made": fact.made}
        if fact.same:
            yield Finding(Outcome.PASS, "exactly the plan of {made}", evidence)
        else:
            yield Finding(Outcome.FAIL, "site file, passwords or device now give another plan than at {made}", evidence)
