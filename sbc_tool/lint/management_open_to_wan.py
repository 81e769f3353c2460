from __future__ import annotations

from collections.abc import Iterator

from sbc_tool.check import Check
from sbc_tool.finding import Finding, Outcome
from sbc_tool.lint.management import management, public_addresses, reachable
from sbc_tool.trinity.tree import Config


class ManagementOpenToWan(Check):
    """What it finds
      Telnet, SSH, SNMP or the web server switched on while the interface that faces Microsoft has no access
      list, or one that lets a stranger reach their ports.

    Why it matters
      Logins at a public address are tried all day. Telnet, HTTP and SNMP send passwords in clear, which is a
      fault; SSH and HTTPS don't, which leaves a warning.

    Example
      ```bad
      telnet-server
        no shutdown
      context ip ROUTER
        interface WAN
          ipaddress WAN 123.123.123.123 255.255.255.248
      ```

      ```good
      telnet-server
        no shutdown
      profile acl ACL_WAN
        permit tcp 52.112.0.0 0.3.255.255 host 123.123.123.123 eq 5061
      context ip ROUTER
        interface WAN
          ipaddress WAN 123.123.123.123 255.255.255.248
          use profile acl ACL_WAN in
      ```

    Fix
      `network.wan.filter: microsoft-only` in the site file renders the list. Its form on Trinity is SmartWare's.

    Source
      SW4110 p.256-262: the first rule that fits decides, a list ends in `deny ip any any`.
    """

    id = "management-open-to-wan"
    title = "The device can be managed from the internet"
    remedy = "Bind an access list to the WAN interface that lets only Microsoft in; or shut the service down."
    source = "CVE lists of any year; SW4110 p.256"
    needs = Config

    def judge(self, fact: Config) -> Iterator[Finding]:
        running = list(management(fact))
        public = list(public_addresses(fact))
        if not running or not public:
            yield Finding(Outcome.NA, "no management service is on, or no public address is known")
            return
        for server in running:
            for interface, address in public:
                open_ = reachable(fact, interface, address, server)
                names = {"service": server.name, "port": server.port, "interface": interface.name}
                if open_ is None:
                    yield Finding(Outcome.UNKNOWN, "{interface}: its access list can't be judged", names)
                elif open_:
                    message = "{service} (port {port}) is open to anybody at {interface}"
                    yield Finding(server.outcome, message, names, fact.place(server.node))
                else:
                    yield Finding(Outcome.PASS, "{service} can't be reached at {interface}", names)
