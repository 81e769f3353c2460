"""What goes wrong with the SBC's name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sbc_tool.lab.faults.fault import Fault

if TYPE_CHECKING:
    from sbc_tool.lab.lab import Lab

_WEB_SERVER = "217.160.0.1"  # an address of somebody else


def _unknown(lab: Lab) -> None:
    del lab.names.records[lab.site.teams.fqdn]


def _elsewhere(lab: Lab) -> None:
    lab.names.records[lab.site.teams.fqdn] = (_WEB_SERVER,)


FAULTS = (
    Fault(
        "name-missing", "the SBC's name has no record in public DNS", "fqdn-not-resolvable", after=_unknown
    ),
    Fault(
        "name-leads-elsewhere", "the SBC's name leads to the web server", "fqdn-address-mismatch",
        also=("sbc-behind-dnat",), after=_elsewhere,
    ),
)  # fmt: skip
