from __future__ import annotations

from collections.abc import Iterator

from sbc_tool.check import Check
from sbc_tool.finding import Finding, Outcome
from sbc_tool.ipv4 import special_purpose
from sbc_tool.site.model import Site

_WHY = {
    "private": "{address} is a private address ({network}, {rfc}): no route on the internet leads to it",
    "shared": "{address} is in {network}, {name} ({rfc}): it lies behind the provider's own NAT (CGNAT), which lets "
    "nobody in from outside",
}
_ELSE = "{address} is in {network}, {name} ({rfc}): no SBC can have it on the internet"


class WanAddressNotPublic(Check):
    """What it finds
      A WAN address, in the site file, that no host on the internet can have: private, behind a provider's
      carrier-grade NAT, link-local, for documentation, multicast or reserved.

    Why it matters
      Microsoft opens connections to the SBC: it must be reachable from outside, at an address of its own.

    Example
      network.wan.address: 100.72.3.4/29 is shared address space (RFC 6598): the provider gives out no public
      addresses on this line.

    Fix
      Order a public, fixed IPv4 address from the provider and give it to the SBC's WAN port.

    Source
      Product page: publicly reachable IP address for the eSBC, no DNAT or port forwarding. RFC 6890 and the IANA
      IPv4 Special-Purpose Address Registry.
    """

    id = "wan-address-not-public"
    title = "The WAN address is not public"
    remedy = "Order a public, fixed IPv4 address and set it as network.wan.address."
    source = "Product page, 'Öffentlich erreichbare IP-Adresse für den eSBC'; RFC 6890"
    needs = Site

    def judge(self, fact: Site) -> Iterator[Finding]:
        address = fact.network.wan.address.ip
        block = special_purpose(address)
        if block is None:
            message = "{address} is public: it is in no special-purpose block (RFC 6890)"
            yield Finding(Outcome.PASS, message, {"address": str(address)})
            return
        evidence = {"address": str(address), "network": str(block.network), "name": block.name, "rfc": block.rfc}
        yield Finding(Outcome.FAIL, _WHY.get(block.kind, _ELSE), evidence)
