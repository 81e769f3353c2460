"""What goes wrong with TLS and SIP: at the SBC, at Microsoft, and on the way between them."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

from sbc_tool import teams
from sbc_tool.finding import Outcome
from sbc_tool.lab.configuration import Editor
from sbc_tool.lab.faults.fault import Fault
from sbc_tool.lab.pki import LabCa
from sbc_tool.lab.sbc import Manner

if TYPE_CHECKING:
    from sbc_tool.lab.lab import Lab

_GATEWAY = ("context sip-gateway GW_TEAMS", "interface IF_GW_TEAMS")


def _type(lab: Lab, *lines: str) -> None:
    editor = Editor(lab.device.running)
    for line in lines:
        assert editor.type_line(line) is None, line
    lab.device.settle()


def _shut_down(lab: Lab) -> None:
    _type(lab, _GATEWAY[0], "shutdown")


def _address_in_contact(lab: Lab) -> None:
    _type(lab, *_GATEWAY, "no spoofed-contact")


def _callers_unproved(lab: Lab) -> None:
    _type(lab, "profile tls DEFAULT", "no authentication incoming")


def _root_forgotten(lab: Lab) -> None:
    number = next(n for n, root in enumerate(teams.load().roots, 1) if "RSA4096" in root.name)
    name = teams.load().roots[number - 1].pki_name
    _type(lab, "profile tls DEFAULT", f"no trusted-certificate {number} pki:certificate/{name}")


def _root_misnamed(lab: Lab) -> None:
    """Under the name of one root the device holds another: only the fingerprint tells."""
    first, second = teams.load().roots[:2]
    lab.device.store.write(f"pki:certificate/{first.pki_name}", second.pem.encode())


def _range_shut_out(lab: Lab) -> None:
    """As a list of 2019 has it: one range for signalling, and none of the media's second."""
    own = str(lab.site.network.wan.address.ip)
    _type(lab, "profile acl ACL_WAN", f"no permit tcp 52.120.0.0 0.3.255.255 host {own} eq {lab.site.teams.tls_port}")


def _overloaded(lab: Lab) -> None:
    lab.sbc.behave(Manner(status=(503, "Service Unavailable")))


def _address_in_route(lab: Lab) -> None:
    lab.sbc.behave(Manner(record_route=f"<sip:{lab.site.network.wan.address.ip}:5061;transport=tls;lr>"))


def _other_ciphers(context: ssl.SSLContext) -> None:
    context.set_ciphers("ECDHE-RSA-CHACHA20-POLY1305")


def _suites_cut(lab: Lab) -> None:
    lab.sbc.behave(Manner(tune=_other_ciphers))


def _inspected(lab: Lab) -> None:
    """A firewall that opens TLS to look into it shows a certificate of its own making."""
    proxies = teams.load().clouds[lab.site.teams.cloud].proxies
    lab.edge.become(LabCa().mint(*proxies), lab.ca.root_pem)


def _not_in_program(lab: Lab) -> None:
    proxies = teams.load().clouds[lab.site.teams.cloud].proxies
    lab.edge.become(lab.ca.mint(*proxies), LabCa().root_pem)


FAULTS = (
    Fault("gateway-shut-down", "the Teams gateway is shut down", "sip-port-closed", after=_shut_down),
    Fault("contact-is-address", "the SBC writes its address into Contact", "sip-contact-not-fqdn",
          after=_address_in_contact),
    Fault("route-is-address", "the SBC adds a Record-Route with its address", "sip-contact-not-fqdn",
          after=_address_in_route),
    Fault("gateway-overloaded", "the SBC answers OPTIONS with 503", "sip-options-unanswered", after=_overloaded),
    Fault("suites-cut", "the SBC takes none of Microsoft's cipher suites", "tls-protocol-or-cipher-refused",
          after=_suites_cut),
    Fault("callers-unproved", "the SBC asks callers for no certificate", "tls-protocol-or-cipher-refused",
          outcome=Outcome.WARN, after=_callers_unproved),
    Fault("root-forgotten", "one of Microsoft's roots is not trusted", "microsoft-root-missing",
          after=_root_forgotten),
    Fault("root-misnamed", "under a root's name the device holds another", "microsoft-root-missing",
          after=_root_misnamed),
    Fault("range-shut-out", "the device's filter leaves a range of Microsoft's out", "filter-blocks-microsoft",
          after=_range_shut_out),
    Fault("tls-inspected", "a firewall looks into TLS to Microsoft", "microsoft-proxy-unreachable", after=_inspected),
    Fault("authority-not-in-program", "Microsoft does not take the SBC's authority", "microsoft-proxy-unreachable",
          after=_not_in_program),
)  # fmt: skip
