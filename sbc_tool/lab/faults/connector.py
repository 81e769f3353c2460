"""What goes wrong between the STARFACE and the Cloud Connector."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sbc_tool.finding import Outcome
from sbc_tool.fluxpunkt import HOSTS
from sbc_tool.lab import pki
from sbc_tool.lab.faults.fault import Fault

if TYPE_CHECKING:
    from sbc_tool.lab.lab import Lab


def _no_name(lab: Lab) -> None:
    del lab.names.records[HOSTS[0].name]


def _refused(lab: Lab) -> None:
    lab.connectors.required.stop()


def _opened(lab: Lab) -> None:
    lab.connectors.required.present(pki.LabCa())


def _portal(lab: Lab) -> None:
    lab.connectors.required.plain = True


def _out_of_order(lab: Lab) -> None:
    lab.connectors.required.status = 503


def _later_hosts(lab: Lab) -> None:
    lab.connectors.others.stop()


_CHECK = "cloud-connector-unreachable"

FAULTS = (
    Fault("connector-nameless", "no resolver knows the Cloud Connector", _CHECK, after=_no_name),
    Fault("connector-refused", "a firewall rejects TCP 443 to the Cloud Connector", _CHECK, after=_refused),
    Fault("connector-tls-opened", "a proxy opens TLS to the Cloud Connector", _CHECK, after=_opened),
    Fault("connector-portal", "a captive portal answers for the Cloud Connector", _CHECK, after=_portal),
    Fault("connector-out-of-order", "the Cloud Connector answers 503", _CHECK, after=_out_of_order),
    Fault(
        "later-hosts-refused", "a firewall rejects the hosts that only later documents name", _CHECK,
        outcome=Outcome.WARN, after=_later_hosts,
    ),
)  # fmt: skip
