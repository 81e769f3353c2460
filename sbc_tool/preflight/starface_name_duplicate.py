from __future__ import annotations

from collections.abc import Iterator
from ipaddress import AddressValueError, IPv4Address

from sbc_tool.check import Check
from sbc_tool.facts.inventory import InventoryFact, Pbx
from sbc_tool.finding import Finding, Outcome
from sbc_tool.ipv4 import special_purpose


class StarfaceNameDuplicate(Check):
    """What it finds
      Two of the sites given whose STARFACEs have the same name, also when it is written with other capitals or a dot at
      its end, or as an address; and one STARFACE that two site files call by different names.

    Why it matters
      "Name der Anlage" is the key under which a STARFACE registers at the Cloud Connector. With the same name twice,
      the second STARFACE is not connected, and its users read "No open connection to STARFACE ... with key ...".

    Example
      starface.meinefirma.de is also the name of the STARFACE of site zweigstelle (10.9.1.5, here 10.108.2.100)

    Fix
      Give each STARFACE a name of its own in the settings of the Teams module, best its FQDN, and the same in
      starface.fqdn. After a new installation without a backup, ask Fluxpunkt's support to free the name.

    Source
      Product page, 'Der eingegebene Hostname ist bereits mit einer anderen STARFACE-Installation verknüpft'.
    """

    id = "starface-name-duplicate"
    title = "Two STARFACEs have the same name"
    remedy = "Give each STARFACE a name of its own, in the settings of its Teams module and in starface.fqdn."
    source = "Product page, 'Hostname ist bereits mit einer anderen STARFACE-Installation verknüpft'"
    needs = InventoryFact

    def judge(self, fact: InventoryFact) -> Iterator[Finding]:
        found = False
        for other in fact.others:
            evidence = {
                "name": fact.own.name, "address": fact.own.address,
                "other": other.name, "other_address": other.address, "site": other.site,
            }  # fmt: skip
            fault = _fault(fact.own, other)
            if fault is not None:
                found = True
                yield Finding(fault[0], fault[1], evidence)
        if not found:
            counts = {"name": fact.own.name, "count": len(fact.others)}
            yield Finding(
                Outcome.PASS, "no other of the sites given has the name {name}; compared with: {count}", counts
            )


def _fault(own: Pbx, other: Pbx) -> tuple[Outcome, str] | None:
    same_place = _same(own.address, other.address)
    if _same(own.name, other.name):
        if same_place:
            return Outcome.WARN, "site {site} has the same STARFACE, {other} at {other_address}: or are they two?"
        message = "{name} is also the name of the STARFACE of site {site} ({other_address}, here {address})"
        return Outcome.FAIL, message
    if _same(own.name, other.address) or _same(own.address, other.name):
        return Outcome.FAIL, "the STARFACE of site {site} is this one under another name: {other} at {other_address}"
    if same_place and not _may_be_used_twice(own.address):
        return Outcome.FAIL, "one STARFACE, {address}, with two names: {name} here and {other} in site {site}"
    return None


def _same(one: str, other: str) -> bool:
    return one.rstrip(".").casefold() == other.rstrip(".").casefold() != ""


def _may_be_used_twice(address: str) -> bool:
    """Private networks look alike at many customers'."""
    try:
        return special_purpose(IPv4Address(address)) is not None
    except AddressValueError:
        return "." not in address
