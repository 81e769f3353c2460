from __future__ import annotations

from collections.abc import Iterator

from sbc_tool import teams
from sbc_tool.check import Check
from sbc_tool.finding import Finding, Outcome
from sbc_tool.trinity.sides import teams_interfaces
from sbc_tool.trinity.tree import Config


class TeamsPortNot5061(Check):
    """What it finds
      A `remote` towards Microsoft with another port, or with none.

    Why it matters
      Microsoft's proxies listen at 5061 and nowhere else. What a device takes when no port is named was seen in
      no source. The SBC's own port is free to choose, which is easily mixed up.

    Example
      ```bad
      context cs SWITCH
        interface sip IF_TEAMS_1
          remote sip.pstnhub.microsoft.com 5062
      ```

      ```good
      context cs SWITCH
        interface sip IF_TEAMS_1
          remote sip.pstnhub.microsoft.com 5061
      ```

    Fix
      Correct the port of the `remote` line.

    Source
      Microsoft, direct-routing-plan (2024-06-17): SBC to Microsoft, destination port 5061.
    """

    id = "teams-port-not-5061"
    title = "Microsoft is called at another port than 5061"
    remedy = "Write port 5061 behind the name of the proxy."
    source = "Microsoft, direct-routing-plan, SIP ports"
    needs = Config

    def judge(self, fact: Config) -> Iterator[Finding]:
        interfaces, right = teams_interfaces(fact), str(teams.load().signalling_port)
        if not interfaces:
            yield Finding(Outcome.NA, "no interface faces Teams")
        for interface in interfaces:
            line = interface.leaf("remote") or interface
            port = line.value("port")
            outcome = Outcome.PASS if port == right else Outcome.FAIL if port else Outcome.WARN
            message = "{interface}: `{line}`" if port else "{interface}: `{line}` names no port"
            yield Finding(outcome, message, {"interface": interface.name, "line": line.text}, fact.place(line))
