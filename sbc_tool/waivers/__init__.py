"""Findings that somebody has decided to put up with: comments beside them, or a baseline file. None is for ever."""

from sbc_tool.check import Check
from sbc_tool.waivers.waiver_expired import WaiverExpired
from sbc_tool.waivers.waiver_unused import WaiverUnused

ALL: tuple[Check, ...] = (WaiverExpired(), WaiverUnused())
