from __future__ import annotations

from collections.abc import Iterator

from sbc_tool.check import Check
from sbc_tool.finding import Finding, Outcome
from sbc_tool.trinity.sides import address_of, teams_gateways
from sbc_tool.trinity.tree import Config


class TeamsContactNotFqdn(Check):
    """What it finds
      An interface of the Teams gateway without `spoofed-contact`, or with an address there.

    Why it matters
      Microsoft finds the tenant by the host in Contact, and refuses an address with 403. Whether `spoofed-
      contact` does it on Trinity is assumed, so its absence is a warning; the answer to OPTIONS proves it.

    Example
      ```bad
      context cs SWITCH
        interface sip IF_TEAMS
          bind context sip-gateway GW_TEAMS
          remote sip.pstnhub.microsoft.com 5061
      context sip-gateway GW_TEAMS
        interface IF_GW_TEAMS
          spoofed-contact 123.123.123.123
      ```

      ```good
      context cs SWITCH
        interface sip IF_TEAMS
          bind context sip-gateway GW_TEAMS
          remote sip.pstnhub.microsoft.com 5061
      context sip-gateway GW_TEAMS
        interface IF_GW_TEAMS
          spoofed-contact sbc.example.de
      ```

    Fix
      Name the SBC's FQDN there, that of the certificate and of the tenant's gateway.

    Source
      Microsoft, direct-routing-protocols-sip; SW4110 p.569 for the command.
    """

    id = "teams-contact-not-fqdn"
    title = "Contact towards Microsoft would be an address"
    remedy = "Write `spoofed-contact FQDN` in the interface of the Teams gateway; `sbc-tool deploy` does."
    source = "Microsoft, direct-routing-protocols-sip"
    needs = Config

    def judge(self, fact: Config) -> Iterator[Finding]:
        interfaces = [node for gateway in teams_gateways(fact) for node in gateway.children if node.mode]
        if not interfaces:
            yield Finding(Outcome.NA, "no SIP gateway faces Teams")
        for interface in interfaces:
            line = interface.leaf("spoofed-contact")
            evidence = {"interface": interface.name, "line": line.text if line else ""}
            if line is None:
                message = "{interface} says nothing of Contact"
                yield Finding(Outcome.WARN, message, evidence, fact.place(interface))
            else:
                outcome = Outcome.FAIL if address_of(line.value("host")) else Outcome.PASS
                yield Finding(outcome, "{interface}: `{line}`", evidence, fact.place(line))
