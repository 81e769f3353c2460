from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address, ip_address

from sbc_tool.diagnose.fault import TraceFault
from sbc_tool.diagnose.trace.offers import of_sbc
from sbc_tool.diagnose.trace.trace import Trace
from sbc_tool.finding import Finding, Outcome
from sbc_tool.ipv4 import special_purpose

_HIDDEN = ("private", "shared", "local")  # kinds that a packet from the internet never reaches


class MediaAddressPrivate(TraceFault):
    """What it finds
      An address in the SBC's SDP towards Microsoft that no host on the internet has.

    Why it matters
      Microsoft sends audio to the address in SDP. A private one leads nowhere: the Teams user isn't heard or hears
      nothing, and the call is dropped after 10 to 20 s.

    Example
      c=IN IP4 192.168.1.1 in the SBC's answer to Microsoft.

    Fix
      Bind the Teams gateway and its RTP to the WAN interface, which has the public address itself. NAT in front of
      the SBC is not supported.

    Source
      Microsoft, direct-routing-plan (2024-06-17); product page of the Teams integration (no DNAT); RFC 6890.
    """

    id = "media-address-private"
    title = "The SBC tells Microsoft a private address for its audio"
    remedy = "Bind the Teams gateway to the interface that has the public address; no NAT in front of the SBC."
    source = "Microsoft, direct-routing-plan; RFC 6890"
    settles = "the c= line of the SBC's SDP towards Microsoft"
    steps = (
        "Give the WAN interface the public address (network.wan.address), without NAT in front.",
        "Bind the Teams gateway to that interface, deploy, and trace a call.",
    )
    ours = True

    def look(self, trace: Trace) -> Iterator[Finding]:
        for message, audio in of_sbc(trace.teams_legs):
            try:
                address = ip_address(audio.address)
            except ValueError:
                continue  # a name, or no c= line
            kind = _kind(address)
            if address.is_unspecified:
                continue  # an old way to hold: hold-not-inactive
            evidence = {"address": audio.address, "kind": kind}
            told = (
                "the SBC wants its audio at {address}, which is {kind}"
                if kind
                else "the SBC wants its audio at {address}"
            )
            yield Finding(Outcome.FAIL if kind else Outcome.PASS, told, evidence, message.where)


def _kind(address: IPv4Address | IPv6Address) -> str:
    """The name of the block that hides it; empty for an address that can be reached."""
    if isinstance(address, IPv6Address):
        return "" if address.is_global or not (address.is_private or address.is_link_local) else "not global"
    block = special_purpose(address)
    return block.name if block and block.kind in _HIDDEN else ""
