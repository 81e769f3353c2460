from __future__ import annotations

from collections.abc import Iterator

from sbc_tool.check import Check
from sbc_tool.finding import Finding, Outcome
from sbc_tool.trinity.sides import unbound_services
from sbc_tool.trinity.tree import Config


class IdentityUnregistered(Check):
    """What it finds
      An identity that registers without being told where, or is told where and not to do it, and one whose
      location service no gateway is bound to. `register none` says that it is meant so.

    Why it matters
      A telephone that isn't registered is not rung: the PBX sends the call nowhere, and the user's Teams stays
      silent.

    Example
      ```bad
      location-service LS_PBX
        identity user.01
          registration outbound
            registrar 10.0.0.1 5060
      ```

      ```good
      location-service LS_PBX
        identity user.01
          registration outbound
            registrar 10.0.0.1 5060
            register auto
      ```

    Fix
      Complete the block `registration outbound`; `sbc-tool deploy` does.

    Source
      NV writes `registrar` and `register auto` in every identity; SW4110 p.613: `register {auto|none}`.
    """

    id = "identity-unregistered"
    title = "An identity that never registers"
    remedy = "Write `registrar HOST PORT` and `register auto`, and bind the location service to a gateway."
    source = "SW4110 p.613"
    needs = Config

    def judge(self, fact: Config) -> Iterator[Finding]:
        unbound = unbound_services(fact)
        found = [(path, node) for path, node in fact.walk() if node.text == "registration outbound" and path]
        if not found:
            yield Finding(Outcome.NA, "no identity registers")
        for path, block in found:
            where, how = block.leaf("registrar"), block.leaf("register")
            missing = [] if where else ["registrar HOST PORT"]
            missing += [] if how else ["register auto"]
            evidence = {"identity": path[-1].name, "service": path[0].name, "missing": " and ".join(missing)}
            if path[0] in unbound and how and how.value("mode") == "auto":
                message = "{identity}: no gateway is bound to {service}"
                yield Finding(Outcome.FAIL, message, evidence, fact.place(block))
            elif missing and not (how and how.value("mode") == "none"):
                yield Finding(Outcome.FAIL, "{identity}: lacks {missing}", evidence, fact.place(block))
            else:
                yield Finding(Outcome.PASS, "{identity}: complete", evidence, fact.place(block))
