from __future__ import annotations

from collections.abc import Iterator

from sbc_tool.check import Check
from sbc_tool.finding import Finding, Outcome
from sbc_tool.trinity.routes import can_take
from sbc_tool.trinity.tree import Config


class HuntGroupEmpty(Check):
    """What it finds
      A `service hunt-group` without members, or none of whose members can take a call: it isn't defined, names
      no `remote`, or its gateway is shut down.

    Why it matters
      Every call that is led to the group is dropped.

    Example
      ```bad
      context cs SWITCH
        service hunt-group HG_TEAMS
          drop-cause temporary-failure
          route call 1 dest-interface IF_TEAMS_1
        interface sip IF_TEAMS_1
          trust remote
      ```

      ```good
      context cs SWITCH
        service hunt-group HG_TEAMS
          drop-cause temporary-failure
          route call 1 dest-interface IF_TEAMS_1
        interface sip IF_TEAMS_1
          remote sip.pstnhub.microsoft.com 5061
      ```

    Fix
      Add members, or mend the interfaces that they name.

    Source
      The members of a group are its `route call INDEX` lines (NV).
    """

    id = "hunt-group-empty"
    title = "A hunt group has nobody to try"
    remedy = "Give it a `route call` to an interface that can send calls."
    source = "SW4110 p.507"
    needs = Config

    def judge(self, fact: Config) -> Iterator[Finding]:
        groups = [node for node in fact.blocks("service hunt-group") if all(child.match for child in node.children)]
        if not groups:
            yield Finding(Outcome.NA, "no hunt group to judge")
        for group in groups:
            members = [node for node in group.children if node.text.startswith("route call ")]
            live = [node for node in members if can_take(fact, node)]
            evidence = {"group": group.name, "members": len(members), "live": len(live)}
            message = "{group}: {live} of {members} members can take a call"
            outcome = Outcome.PASS if live else Outcome.FAIL
            yield Finding(outcome, message, evidence, fact.place(group))
