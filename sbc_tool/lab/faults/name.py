"""What goes wrong with the SBC's name."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from sbc_tool.finding import Outcome
from sbc_tool.lab.faults.fault import Fault

if TYPE_CHECKING:
    from sbc_tool.lab.lab import Lab

_WEB_SERVER = "217.160.0.1"  # an address of somebody else
_INSIDE = "192.168.1.1"


def _missing(lab: Lab) -> None:
    del lab.names.records[lab.site.teams.fqdn]


def _elsewhere(lab: Lab) -> None:
    lab.names.records[lab.site.teams.fqdn] = (_WEB_SERVER,)


def _several(lab: Lab) -> None:
    lab.names.records[lab.site.teams.fqdn] += (_WEB_SERVER,)


def _stale(lab: Lab) -> None:
    """The last resolver has not yet heard of the record."""
    resolver = lab.names.public[-1]
    resolver.zone = resolver.zone.copy()
    del resolver.zone.addresses[lab.site.teams.fqdn]


def _secondary(lab: Lab) -> None:
    """A server of the zone that has not taken over the zone."""
    *_, server = lab.names.servers.values()
    server.zone = server.zone.copy()
    server.zone.addresses[lab.site.teams.fqdn] = (_WEB_SERVER,)


def _split(lab: Lab) -> None:
    office = lab.names.office
    office.zone = office.zone.copy()
    office.zone.addresses[lab.site.teams.fqdn] = (_INSIDE,)


def _lame(lab: Lab) -> None:
    *_, server = lab.names.servers.values()
    server.lame = True


def _forgotten(lab: Lab) -> None:
    """The registrar still lists only the first of the zone's servers."""
    (registry,) = lab.names.registry.values()
    registry.zone.delegated[lab.names.apex] = lab.names.zone.others[lab.names.apex, "NS"][:1]


def _alias(lab: Lab) -> None:
    zone, fqdn = lab.names.zone, lab.site.teams.fqdn
    target = f"customer17.{lab.names.apex}"
    zone.others[fqdn, "CNAME"] = (f"{target}.",)
    zone.addresses[target] = zone.addresses.pop(fqdn)


def _ipv6(lab: Lab) -> None:
    lab.names.zone.others[lab.site.teams.fqdn, "AAAA"] = ("2001:db8::1",)


def _bogus(lab: Lab) -> None:
    lab.names.zone.bogus = True


def _caa(lab: Lab) -> None:
    lab.names.zone.others[lab.names.apex, "CAA"] = ('0 issue ";"',)


def _warns(name: str, breaks: str, check: str, after: Callable[[Lab], None]) -> Fault:
    return Fault(name, breaks, check, outcome=Outcome.WARN, after=after)


FAULTS = (
    Fault("name-missing", "the SBC's name has no record in public DNS", "fqdn-not-resolvable", after=_missing),
    Fault(
        "name-leads-elsewhere", "the SBC's name leads to the web server", "fqdn-address-mismatch",
        also=("sbc-behind-dnat",), after=_elsewhere,
    ),
    Fault(
        "name-in-tenant-domain", "the SBC's name lies in *.onmicrosoft.com", "fqdn-forbidden-domain",
        site={"teams.fqdn": "sbc.meinefirma.onmicrosoft.com"},
    ),
    Fault(
        "name-with-two-addresses", "the SBC's name has a second A record", "fqdn-multiple-addresses",
        also=("fqdn-address-mismatch", "sbc-behind-dnat"), after=_several,
    ),
    _warns("resolver-stale", "a public resolver has not heard of the record", "fqdn-resolver-disagreement", _stale),
    Fault("secondary-stale", "a server of the zone has an old copy", "fqdn-resolver-disagreement", after=_secondary),
    _warns("split-horizon", "the office's resolver has an inside address", "fqdn-resolver-disagreement", _split),
    _warns("delegation-lame", "a server listed for the zone refuses it", "zone-delegation-lame", _lame),
    _warns("delegation-short", "the registrar lists a server less than the zone", "zone-delegation-lame", _forgotten),
    _warns("name-is-alias", "the SBC's name is a CNAME", "fqdn-is-alias", _alias),
    _warns("name-with-ipv6", "the SBC's name has an AAAA record", "fqdn-has-ipv6-address", _ipv6),
    Fault("dnssec-bogus", "the zone's signatures do not hold", "zone-dnssec-bogus", after=_bogus),
    _warns("caa-forbids", "CAA lets nobody issue a certificate", "caa-forbids-issuer", _caa),
)  # fmt: skip
