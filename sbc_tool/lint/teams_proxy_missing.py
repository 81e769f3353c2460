from __future__ import annotations

from collections.abc import Iterator

from sbc_tool.check import Check
from sbc_tool.finding import Finding, Outcome
from sbc_tool.trinity.sides import address_of, cloud_of, host_of, teams_interfaces
from sbc_tool.trinity.tree import Config


class TeamsProxyMissing(Check):
    """What it finds
      A configuration that sends calls to some of the names under which Microsoft's cloud is reached, and not to
      the others.

    Why it matters
      sip, sip2 and sip3 are three regions. With one of them only, calls fail while that one is in trouble, and
      Microsoft sees the SBC as inactive from the others. The government clouds have one name each.

    Example
      ```bad
      context cs SWITCH
        interface sip IF_TEAMS_1
          remote sip.pstnhub.microsoft.com 5061
      ```

      ```good
      context cs SWITCH
        interface sip IF_TEAMS_1
          remote sip.pstnhub.microsoft.com 5061
        interface sip IF_TEAMS_2
          remote sip2.pstnhub.microsoft.com 5061
        interface sip IF_TEAMS_3
          remote sip3.pstnhub.microsoft.com 5061
      ```

    Fix
      Add what is missing; `sbc-tool deploy` has all.

    Source
      Microsoft, direct-routing-plan (2024-06-17): the names, and that they are tried in this order.
    """

    id = "teams-proxy-missing"
    title = "Not all of Microsoft's SIP proxies are used"
    remedy = "Add an `interface sip` for each proxy, and all of them to the hunt group, in order."
    source = "Microsoft, direct-routing-plan (2024-06-17)"
    needs = Config

    def judge(self, fact: Config) -> Iterator[Finding]:
        interfaces, cloud = teams_interfaces(fact), cloud_of(fact)
        hosts = {host_of(interface) for interface in interfaces}
        if cloud is None or all(address_of(host) for host in hosts):
            yield Finding(Outcome.NA, "no interface names a proxy of Microsoft's")
            return
        missing = [proxy for proxy in cloud.proxies if proxy not in hosts]
        evidence = {"missing": ", ".join(missing), "count": len(cloud.proxies)}
        if missing:
            yield Finding(Outcome.FAIL, "no interface leads to {missing}", evidence, fact.place(interfaces[0]))
        else:
            yield Finding(
                Outcome.PASS, "all {count} proxies of the cloud are used", evidence, fact.place(interfaces[0])
            )
