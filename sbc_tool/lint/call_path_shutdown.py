from __future__ import annotations

from collections.abc import Iterator

from sbc_tool.check import Check
from sbc_tool.finding import Finding, Outcome
from sbc_tool.trinity.sides import gateways_of, whole
from sbc_tool.trinity.tree import Config


class CallPathShutdown(Check):
    """What it finds
      A SIP gateway that an interface is bound to, a `context cs` or a bound Ethernet port which a whole
      configuration never switches on.

    Why it matters
      These are off until told otherwise. The device takes every line, and no call goes through.

    Example
      ```bad
      cli version 4.00
      context cs SWITCH
        interface sip IF_PBX
          bind context sip-gateway GW
        no shutdown
      context sip-gateway GW
        interface IF_GW
          transport-protocol udp+tcp 5060
      ```

      ```good
      cli version 4.00
      context cs SWITCH
        interface sip IF_PBX
          bind context sip-gateway GW
        no shutdown
      context sip-gateway GW
        interface IF_GW
          transport-protocol udp+tcp 5060
        no shutdown
      ```

    Fix
      Switch it on; `sbc-tool deploy` does.

    Source
      NV switches each of them on explicitly. A fragment (without `cli version`) is judged by `shutdown` only.
    """

    id = "call-path-shutdown"
    title = "Something that calls need is shut down"
    remedy = "Write `no shutdown` in that block."
    source = "NV"
    needs = Config

    def judge(self, fact: Config) -> Iterator[Finding]:
        blocks = [
            *gateways_of(fact, fact.blocks("interface sip")),
            *(n for n in fact.blocks("context cs") if n.children),
        ]
        blocks += [node for node in fact.blocks("port ethernet") if node.leaf("bind interface")]
        if not blocks:
            yield Finding(Outcome.NA, "no block that calls need")
        for block in blocks:
            off = block.leaf("shutdown") or (whole(fact) and not block.leaf("no shutdown"))
            message = "`{block}` is never switched on" if off else "`{block}` isn't shut down"
            yield Finding(Outcome.FAIL if off else Outcome.PASS, message, {"block": block.text}, fact.place(block))
