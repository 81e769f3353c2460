from __future__ import annotations

from collections.abc import Iterator

from sbc_tool.check import Check
from sbc_tool.finding import Finding, Outcome
from sbc_tool.trinity.sides import gateways_of, host_of, pinged_by, teams_interfaces
from sbc_tool.trinity.tree import Config


class OptionsKeepaliveMissing(Check):
    """What it finds
      An `interface sip` towards Microsoft to whose host no identity of its gateway sends `keep-alive options`.

    Why it matters
      Microsoft takes an SBC that it hears no OPTIONS from as dead after three minutes, and tries it last.

    Example
      ```bad
      context cs SWITCH
        interface sip IF_TEAMS
          bind context sip-gateway GW
          remote sip.pstnhub.microsoft.com 5061
      context sip-gateway GW
        bind location-service LS
      location-service LS
        match-any-domain
      ```

      ```good
      context cs SWITCH
        interface sip IF_TEAMS
          bind context sip-gateway GW
          remote sip.pstnhub.microsoft.com 5061
      context sip-gateway GW
        bind location-service LS
      location-service LS
        identity TEAMS
          registration outbound
            registrar sip.pstnhub.microsoft.com 5061
            keep-alive options 60
      ```

    Fix
      Add the identities; `sbc-tool deploy` does.

    Source
      Microsoft, direct-routing-connect-the-sbc and -monitor-and-troubleshoot; the form on Trinity is assumed
      (TARGET).
    """

    id = "options-keepalive-missing"
    title = "No OPTIONS are sent to a proxy of Microsoft's"
    remedy = "Give each proxy an identity with `registrar PROXY 5061`, `register none` and `keep-alive options 60`."
    source = "Microsoft, direct-routing-connect-the-sbc, note 5"
    needs = Config

    def judge(self, fact: Config) -> Iterator[Finding]:
        interfaces = [node for node in teams_interfaces(fact) if gateways_of(fact, [node])]
        if not interfaces:
            yield Finding(Outcome.NA, "no SIP gateway faces Teams")
        for interface in interfaces:
            host, pinged = host_of(interface), pinged_by(fact, interface)
            outcome = Outcome.PASS if pinged & {host, ""} else Outcome.FAIL
            message = "{host} hears OPTIONS" if outcome is Outcome.PASS else "no identity sends OPTIONS to {host}"
            yield Finding(outcome, message, {"host": host}, fact.place(interface))
