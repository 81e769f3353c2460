from __future__ import annotations

from collections.abc import Iterator

from sbc_tool.check import Check
from sbc_tool.deploy.before.facts import Identity
from sbc_tool.finding import Finding, Outcome


class SerialDiffers(Check):
    """What it finds
      A device with another serial number than `device.serial` in the site file.

    Why it matters
      Addresses are the same at many customers (192.168.1.1). The serial number is what tells two devices apart, and a
      configuration pushed to the wrong one takes a company's telephones down.

    Example
      device.serial: 00A0BA0FFFFE, and the device says 00A0BA012345.

    Fix
      See where the connection leads. If the device was replaced, correct device.serial.

    Source
      NSH reads `Serial Number:` from `show system` (one author, one sample at best).
    """

    id = "serial-differs"
    title = "The device has another serial number"
    remedy = "See where the connection leads; if the device was replaced, correct device.serial."
    source = "`show system`, as NSH reads it"
    needs = Identity

    def judge(self, fact: Identity) -> Iterator[Finding]:
        evidence = {"seen": fact.plate.serial, "wanted": fact.serial}
        if not fact.serial:
            yield Finding(Outcome.NA, "the site file pins no serial number", evidence)
        elif not fact.plate.serial:
            yield Finding(Outcome.UNKNOWN, "the device does not tell its serial number", evidence)
        elif fact.plate.serial.casefold() == fact.serial.casefold():
            yield Finding(Outcome.PASS, "serial number {seen}", evidence)
        else:
            yield Finding(Outcome.FAIL, "serial number {seen}, the site file pins {wanted}", evidence)
