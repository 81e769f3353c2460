from __future__ import annotations

from collections.abc import Iterator

from sbc_tool.check import Check
from sbc_tool.deploy.before.facts import Disturbing
from sbc_tool.finding import Finding, Outcome


class CallsInProgress(Check):
    """What it finds
      Changes in the plan that can drop calls, while nobody knows whether there are any.

    Why it matters
      A gateway that is closed, or an address that changes, ends every call through it.

    Example
      `transport-protocol tls 5062` in a gateway that is up.

    Fix
      Deploy at an hour without calls, or look at the STARFACE who telephones.

    Source
      No command of Trinity that shows calls was found in public material, so none is asked; which changes drop calls
      is said by the grammar (`touches: [calls]`).
    """

    id = "calls-in-progress"
    title = "The change can drop calls"
    remedy = "Deploy at an hour without calls."
    source = "the grammar's `touches`; no command that shows calls is known"
    needs = Disturbing

    def judge(self, fact: Disturbing) -> Iterator[Finding]:
        if not fact.changes:
            yield Finding(Outcome.PASS, "no change of the plan can drop calls")
            return
        evidence = {"count": len(fact.changes), "line": fact.changes[0].line}
        message = "{count} changes can drop calls, such as `{line}`; how many there are the device can't be asked"
        yield Finding(Outcome.UNKNOWN, message, evidence)
