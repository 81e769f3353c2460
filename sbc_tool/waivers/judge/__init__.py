"""What is wrong with waivers themselves."""

from sbc_tool.check import Check
from sbc_tool.waivers.judge.waiver_expired import WaiverExpired
from sbc_tool.waivers.judge.waiver_unused import WaiverUnused

ALL: tuple[Check, ...] = (WaiverExpired(), WaiverUnused())
