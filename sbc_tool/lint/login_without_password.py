from __future__ import annotations

from collections.abc import Iterator

from sbc_tool.check import Check
from sbc_tool.finding import Finding, Outcome
from sbc_tool.trinity.tree import Config


class LoginWithoutPassword(Check):
    """What it finds
      An AAA profile with the method `none`.

    Why it matters
      It lets in whoever the methods before it don't know. From the factory, `method 2 none` makes the first
      login possible; left in place, a device that has lost its users is open to the whole network.

    Example
      ```bad
      profile aaa DEFAULT
        method 1 local
        method 2 none
      ```

      ```good
      profile aaa DEFAULT
        method 1 local
      ```

    Fix
      Remove the line, after an administrator has been defined; `sbc-tool deploy` does both.

    Source
      NV: both methods in the factory's profile; that `none` lets in is an inference from logins with an empty
      password.
    """

    id = "login-without-password"
    title = "Anyone gets in while no user is defined"
    remedy = "Remove `method N none` from the AAA profile, and define an administrator."
    source = "NV; the factory configuration"
    needs = Config

    def judge(self, fact: Config) -> Iterator[Finding]:
        profiles = [node for node in fact.blocks("profile aaa") if node.children]
        if not profiles:
            yield Finding(Outcome.NA, "no AAA profile")
        for profile in profiles:
            lines = [
                node for node in profile.children if node.text.startswith("method ") and node.value("method") == "none"
            ]
            evidence = {"profile": profile.name, "line": lines[0].text if lines else ""}
            message = "profile aaa {profile}: `{line}`" if lines else "profile aaa {profile} lets nobody in unasked"
            yield Finding(
                Outcome.WARN if lines else Outcome.PASS, message, evidence, fact.place(lines[0] if lines else profile)
            )
