from __future__ import annotations

from collections.abc import Iterator

from sbc_tool.check import Check
from sbc_tool.finding import Finding, Outcome
from sbc_tool.trinity.sides import address_of, is_microsoft
from sbc_tool.trinity.tree import Config

_TOWARDS = ("remote ", "registrar ", "proxy ", "force-destination ")


class TeamsProxyPinnedToAddress(Check):
    """What it finds
      `remote`, `registrar`, `proxy` or `force-destination` with an address out of Microsoft's ranges.

    Why it matters
      The addresses behind the names change within minutes when a data centre is drained. A pinned one works
      until then, and afterwards every call fails with 503 (540998). TLS checks a name, too, which an address
      can't match.

    Example
      ```bad
      context cs SWITCH
        interface sip IF_TEAMS_1
          remote 52.114.75.24 5061
      ```

      ```good
      context cs SWITCH
        interface sip IF_TEAMS_1
          remote sip.pstnhub.microsoft.com 5061
      ```

    Fix
      Use the name, and a resolver that honours its time to live (15 minutes at most).

    Source
      Microsoft, direct-routing-plan and microsoft-sip-response-code-503: send to the names, resolve them again.
    """

    id = "teams-proxy-pinned-to-address"
    title = "Microsoft is reached by an address instead of its name"
    remedy = "Write the name of the proxy, such as sip.pstnhub.microsoft.com."
    source = "Microsoft, SIP 503 and OPTIONS troubleshooting (2023-10-30)"
    needs = Config

    def judge(self, fact: Config) -> Iterator[Finding]:
        seen = False
        for _, node in fact.walk():
            host = node.value("host") if node.text.startswith(_TOWARDS) else ""
            if not host or not is_microsoft(host):
                continue
            seen, evidence = True, {"line": node.text}
            if address_of(host):
                yield Finding(Outcome.FAIL, "`{line}`: an address of Microsoft's", evidence, fact.place(node))
            else:
                yield Finding(Outcome.PASS, "`{line}`", evidence, fact.place(node))
        if not seen:
            yield Finding(Outcome.NA, "no line leads to Microsoft")
