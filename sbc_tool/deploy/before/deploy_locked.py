from __future__ import annotations

from collections.abc import Iterator

from sbc_tool.check import Check
from sbc_tool.deploy.lock import Turn
from sbc_tool.finding import Finding, Outcome


class DeployLocked(Check):
    """What it finds
      Another deployment to the same device that is under way from this computer and this data folder.

    Why it matters
      Two that push at once mix their lines, and each takes the other's for a fault and undoes it.

    Example
      erika@office (process 4711) since 2026-11-25T08:00:00+00:00

    Fix
      Wait until it has ended. There is nothing to remove: the system lets go of the lock when its process ends.

    Source
      A lock on the host, as Trinity has none. Deployments from another computer are seen by running-config-moved.
    """

    id = "deploy-locked"
    title = "Another deployment to this device is under way"
    remedy = "Wait until it has ended."
    source = "a lock in the data folder"
    needs = Turn

    def judge(self, fact: Turn) -> Iterator[Finding]:
        evidence = {"device": fact.device, "other": str(fact.other or "")}
        if fact.other:
            yield Finding(Outcome.FAIL, "{other} deploys to {device}", evidence)
        else:
            yield Finding(Outcome.PASS, "nobody else deploys to {device} from here", evidence)
