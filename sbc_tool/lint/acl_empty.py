from __future__ import annotations

from collections.abc import Iterator

from sbc_tool.check import Check
from sbc_tool.finding import Finding, Outcome
from sbc_tool.trinity.references import references
from sbc_tool.trinity.tree import Config


class AclEmpty(Check):
    """What it finds
      A `profile acl` that holds no rule: a fault where an interface uses it, else a warning.

    Why it matters
      A list ends in an unwritten `deny ip any any`, so that an empty one drops everything, also the session that
      wrote it.

    Example
      ```bad
      profile acl ACL_WAN
      context ip ROUTER
        interface WAN
          use profile acl ACL_WAN in
      ```

      ```good
      profile acl ACL_WAN
        permit tcp any any eq 5061
      context ip ROUTER
        interface WAN
          use profile acl ACL_WAN in
      ```

    Fix
      Write the rules before the list is used.

    Source
      SW4110 p.256 (SmartWare; no Trinity source was found).
    """

    id = "acl-empty"
    title = "An access list without rules"
    remedy = "Write its rules, or take the list off the interface."
    source = "SW4110 p.256"
    needs = Config

    def judge(self, fact: Config) -> Iterator[Finding]:
        used = {reference.name for reference in references(fact) if reference.kind == "acl-profile"}
        profiles = list(fact.blocks("profile acl"))
        if not profiles:
            yield Finding(Outcome.NA, "no access list")
        for profile in profiles:
            evidence = {"profile": profile.name, "rules": len(profile.children)}
            worst = Outcome.FAIL if profile.name in used else Outcome.WARN
            message = "profile acl {profile}: {rules} rules"
            yield Finding(Outcome.PASS if profile.children else worst, message, evidence, fact.place(profile))
