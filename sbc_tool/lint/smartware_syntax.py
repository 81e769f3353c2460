from __future__ import annotations

from collections.abc import Iterator

from sbc_tool.check import Check
from sbc_tool.finding import Finding, Outcome
from sbc_tool.trinity.smartware import trinity_forms
from sbc_tool.trinity.tree import Config


class SmartwareSyntax(Check):
    """What it finds
      Lines as SmartWare writes them, the operating system before Trinity, each with the line that Trinity wants. Lines
      that could be either, such as `bind interface WAN router`, are named when others prove that it is SmartWare.

    Why it matters
      Trinity refuses most of them, and takes a few in another sense. Configurations are carried over from older
      gateways, and most examples on the web are SmartWare.

    Example
      ```bad
      context ip router
        interface WAN
          ipaddress 192.0.2.10 255.255.255.0
      ```

      ```good
      context ip ROUTER
        interface WAN
          ipaddress WAN 192.0.2.10/24
      ```

    Fix
      Write the line that is shown. LABEL is a name of your own for the address; `bind ipaddress` refers to it.

    Source
      Nethesis' templates for the same gateways under SmartWare and under Trinity; trinity/smartware.yaml.
    """

    id = "smartware-syntax"
    title = "Lines in SmartWare's syntax"
    remedy = "Write the line that is shown in its place."
    source = "sbc_tool/trinity/smartware.yaml"
    needs = Config

    def judge(self, fact: Config) -> Iterator[Finding]:
        for node, form in trinity_forms(fact):
            message = (
                "`{line}` is SmartWare; Trinity: `{trinity}`" if form else "`{line}` is SmartWare; Trinity has none"
            )
            yield Finding(Outcome.FAIL, message, {"line": node.text, "trinity": form}, fact.place(node))
