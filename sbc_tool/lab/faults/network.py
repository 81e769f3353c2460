"""What goes wrong with address, clock and path."""

from __future__ import annotations

from datetime import timedelta
from ipaddress import IPv4Interface
from typing import TYPE_CHECKING

from sbc_tool.finding import Outcome
from sbc_tool.lab.configuration import Editor
from sbc_tool.lab.faults.fault import Fault
from sbc_tool.lab.latency import Relay

if TYPE_CHECKING:
    from sbc_tool.lab.lab import Lab

_FRITZBOX = IPv4Interface("192.168.178.20/24")
_FAR_MS = 200  # round trip, to another continent
_PROVIDER = IPv4Interface("100.72.3.4/24")


def _holds(lab: Lab, address: IPv4Interface) -> None:
    """Somebody has given the WAN port another address than the site file's."""
    editor = Editor(lab.device.running)
    for line in ("context ip ROUTER", "interface WAN", f"ipaddress WAN {address}"):
        refusal = editor.type_line(line)
        assert refusal is None, refusal
    lab.sbc.outside = (str(address.ip), lab.site.teams.tls_port)  # the router forwards to it
    lab.device.settle()


def _forwarded(lab: Lab) -> None:
    _holds(lab, _FRITZBOX)


def _cgnat(lab: Lab) -> None:
    _holds(lab, _PROVIDER)


def _double(lab: Lab) -> None:
    """The router before the SBC is behind another one, which is where its way out ends."""
    _holds(lab, _FRITZBOX)
    lab.names.records[lab.site.teams.fqdn] = (str(_PROVIDER.ip),)


def _device_clock(lab: Lab) -> None:
    lab.device.ahead = timedelta(hours=-1)


def _own_clock(lab: Lab) -> None:
    lab.time.ahead = 300.0
    lab.device.ahead = timedelta(seconds=300)


def _accelerated(lab: Lab) -> None:
    lab.detour(Relay(lab.edge.port, _FAR_MS), lab.edge.port)


FAULTS = (
    Fault(
        "address-private", "the site file gives the WAN port a private address", "wan-address-not-public",
        also=("sbc-behind-dnat",),
        site={"network.wan.address": str(_FRITZBOX), "network.wan.gateway": "192.168.178.1"},
    ),
    Fault(
        "line-too-thin", "the internet link carries fewer calls than planned", "bandwidth-insufficient",
        site={"wan_link.up_kbps": 2100},
    ),
    Fault("ports-forwarded", "a router forwards ports to the SBC", "sbc-behind-dnat", after=_forwarded),
    Fault("cgnat", "the SBC is behind the provider's NAT", "sbc-behind-dnat", after=_cgnat),
    Fault(
        "double-nat", "two routers translate, and the name leads to the inner one", "sbc-behind-dnat",
        also=("fqdn-address-mismatch",), after=_double,
    ),
    Fault("device-clock-wrong", "the device is an hour behind", "clock-skew", after=_device_clock),
    Fault(
        "own-clock-wrong", "this computer is five minutes behind", "clock-skew", outcome=Outcome.WARN, after=_own_clock
    ),
    Fault(
        "path-long", "the way to Microsoft is long, and a box on it answers TCP itself", "microsoft-path-poor",
        outcome=Outcome.WARN, after=_accelerated,
    ),
)  # fmt: skip
