from __future__ import annotations

from collections.abc import Iterator

from sbc_tool.check import Check
from sbc_tool.finding import Finding, Outcome
from sbc_tool.trinity.sides import teams_gateways
from sbc_tool.trinity.tree import Config, Node


class TeamsTransportNotTls(Check):
    """What it finds
      An interface of the Teams gateway without `transport-protocol tls PORT`, or without `no transport-protocol
      udp+tcp`.

    Why it matters
      Microsoft connects with TLS only. A new gateway interface has both transports on, so an unencrypted port that
      nobody asked for stays open towards the internet, where scanners try SIP all day.

    Example
      ```bad
      context cs SWITCH
        interface sip IF_TEAMS
          bind context sip-gateway GW_TEAMS
          remote sip.pstnhub.microsoft.com 5061
      context sip-gateway GW_TEAMS
        interface IF_GW_TEAMS
          transport-protocol udp+tcp 5060
      ```

      ```good
      context cs SWITCH
        interface sip IF_TEAMS
          bind context sip-gateway GW_TEAMS
          remote sip.pstnhub.microsoft.com 5061
      context sip-gateway GW_TEAMS
        interface IF_GW_TEAMS
          no transport-protocol udp+tcp
          transport-protocol tls 5061
      ```

    Fix
      State both lines, as `sbc-tool deploy` does.

    Source
      Microsoft, direct-routing-plan (SIP over TLS); Nethesis' Trinity templates write both lines in every gateway.
    """

    id = "teams-transport-not-tls"
    title = "The Teams gateway speaks something else than TLS"
    remedy = "State `no transport-protocol udp+tcp` and `transport-protocol tls PORT`."
    source = "Microsoft, direct-routing-plan"
    needs = Config

    def judge(self, fact: Config) -> Iterator[Finding]:
        gateways = teams_gateways(fact)
        if not gateways:
            yield Finding(Outcome.NA, "no SIP gateway faces Teams")
        for gateway in gateways:
            interfaces = [node for node in gateway.children if node.text.startswith("interface ")]
            if not interfaces:
                yield Finding(
                    Outcome.FAIL, "{gateway} has no interface", {"gateway": gateway.name}, fact.place(gateway)
                )
            for interface in interfaces:
                yield _judge(fact, gateway, interface)


def _judge(fact: Config, gateway: Node, interface: Node) -> Finding:
    tls = interface.leaf("transport-protocol tls")
    plain_off = interface.leaf("no transport-protocol udp+tcp")
    missing = [] if tls else ["transport-protocol tls PORT"]
    missing += [] if plain_off else ["no transport-protocol udp+tcp"]
    evidence = {"gateway": gateway.name, "interface": interface.name, "missing": ", ".join(missing)}
    if missing:
        return Finding(Outcome.FAIL, "{gateway}, {interface}: lacks {missing}", evidence, fact.place(interface))
    return Finding(Outcome.PASS, "{gateway}, {interface}: TLS only", evidence, fact.place(tls or interface))
