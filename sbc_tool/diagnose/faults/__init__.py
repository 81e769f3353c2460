"""Faults: one file each, in the order in which they are shown."""

from __future__ import annotations

from sbc_tool.diagnose.fault import Fault
from sbc_tool.diagnose.faults.contact_not_fqdn import ContactNotFqdn
from sbc_tool.diagnose.faults.rtcp_mux_disabled import RtcpMuxDisabled
from sbc_tool.diagnose.faults.srtp_not_forced import SrtpNotForced

ALL: tuple[Fault, ...] = (
    RtcpMuxDisabled(),
    SrtpNotForced(),
    ContactNotFqdn(),
)
