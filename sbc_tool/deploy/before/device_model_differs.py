from __future__ import annotations

from collections.abc import Iterator

from sbc_tool.check import Check
from sbc_tool.deploy.before.facts import Identity
from sbc_tool.finding import Finding, Outcome
from sbc_tool.trinity import models


class DeviceModelDiffers(Check):
    """What it finds
      A device that names another model in `show system` than `device.model` in the site file.

    Why it matters
      Models differ in their Ethernet ports and in what they can do. The wrong model is often the wrong device.

    Example
      device.model: SN5500, and the device says SN4171.

    Fix
      See whether device.host is the right device; then correct device.model.

    Source
      NSH reads `Model:` from `show system` (one author, one sample at best): a warning unless both models are known.
    """

    id = "device-model-differs"
    title = "The device is another model"
    remedy = "See whether device.host is the right device, then correct device.model."
    source = "`show system`, as NSH reads it"
    needs = Identity

    def judge(self, fact: Identity) -> Iterator[Finding]:
        seen = fact.plate.model
        evidence = {"seen": seen, "wanted": fact.model}
        if not seen:
            yield Finding(Outcome.UNKNOWN, "the device does not name its model", evidence)
        elif seen.casefold() == fact.model.casefold():
            yield Finding(Outcome.PASS, "the device is a {seen}", evidence)
        else:
            both = models.known(seen) and models.known(fact.model)
            outcome = Outcome.FAIL if both else Outcome.WARN
            yield Finding(outcome, "the device says that it is a {seen}, the site file {wanted}", evidence)
