from __future__ import annotations

from collections.abc import Iterator

from sbc_tool.check import Check
from sbc_tool.deploy.before.facts import Identity
from sbc_tool.finding import Finding, Outcome

_OLDEST = (3, 18, 1)
_CERTIFIED = (3, 19)


class FirmwareNotCertified(Check):
    """What it finds
      Trinity older than 3.18.1 (fails), or another one than 3.19.x (warns).

    Why it matters
      RTCP multiplexing, without which Teams hangs up, is known from 3.18.1 on. Microsoft lists 3.19.x: a call to its
      support with another release ends there. What a configuration shows of too old a release, lint finds
      (firmware-too-old).

    Example
      Software Version: 3.17.2

    Fix
      Update the device to 3.19.x before it is configured; for a newer one look at Microsoft's list of today.

    Source
      wiki.fluxpunkt.de pageId 65111263 (3.18.1 or newer); Microsoft, certified session border controllers (3.19.x).
    """

    id = "firmware-not-certified"
    title = "The device's firmware is not one that Microsoft certified"
    remedy = "Update to Trinity 3.19.x; for a newer one see Microsoft's list."
    source = "Microsoft, certified session border controllers; wiki.fluxpunkt.de pageId 65111263"
    needs = Identity

    def judge(self, fact: Identity) -> Iterator[Finding]:
        release = fact.plate.release
        evidence = {"firmware": fact.plate.firmware}
        if not fact.plate.firmware:
            yield Finding(Outcome.UNKNOWN, "the device does not name its firmware", evidence)
        elif release and release < _OLDEST:
            yield Finding(Outcome.FAIL, "firmware {firmware}: Teams needs 3.18.1 or later", evidence)
        elif not release or release[:2] != _CERTIFIED:
            yield Finding(Outcome.WARN, "firmware {firmware}: certified is 3.19.x", evidence)
        else:
            yield Finding(Outcome.PASS, "firmware {firmware}", evidence)
