from __future__ import annotations

from collections.abc import Iterator

from sbc_tool.check import Check
from sbc_tool.finding import Finding, Outcome
from sbc_tool.trinity.models import known
from sbc_tool.trinity.tree import Config

_ANSWERS = {
    True: (Outcome.PASS, "{model} has a `{line}`"),
    False: (Outcome.FAIL, "{model} has no `{line}`"),
    None: (Outcome.NA, "whether {model} has a `{line}` isn't known"),
}


class PortNotOnModel(Check):
    """What it finds
      A `port` that the model doesn't have: a second Ethernet port of an SN4170, an ISDN port of vTrinity.

    Why it matters
      The device refuses the block, and what is bound to it is never reached.

    Example
      ```bad
      sbc#show system
        Model:  SN4170/1E30V
      sbc#show running-config
      port ethernet 0 1
        bind interface ROUTER LAN
      ```

      ```good
      sbc#show system
        Model:  SN5500/4E
      sbc#show running-config
      port ethernet 0 1
        bind interface ROUTER LAN
      ```

    Fix
      Use a port that the model has, or name the right model: `device.model` in the site file, `lint --model`, or
      `show system` in the paste of a terminal.

    Source
      sbc_tool/trinity/models.yaml, with the source of each model. Of a model that isn't in it nothing is said.
    """

    id = "port-not-on-model"
    title = "A port that the model doesn't have"
    remedy = "Use a port of the model, or correct the model."
    source = "sbc_tool/trinity/models.yaml"
    needs = Config

    def judge(self, fact: Config) -> Iterator[Finding]:
        model = known(fact.plate.model)
        ports = [node for node in fact.nodes if node.mode and node.text.startswith("port ")]
        if model is None or not ports:
            message = "{count} ports; nothing is known of the model ({model})"
            yield Finding(Outcome.NA, message, {"count": len(ports), "model": fact.plate.model or "not told"})
            return
        for node in ports:
            has = model.has(node.text.removeprefix("port "))
            outcome, message = _ANSWERS[has]
            yield Finding(outcome, message, {"model": model.name, "line": node.text}, fact.place(node))
