from __future__ import annotations

from collections.abc import Iterator

from sbc_tool.check import Check, NotApplicable, Unknown
from sbc_tool.facts.addresses import AddressFact
from sbc_tool.finding import Finding, Outcome


class FqdnAddressMismatch(Check):
    """What it finds
      A name that resolves to another address than the SBC's WAN address, or to others besides it.

    Why it matters
      Microsoft connects to the address that DNS gives. If that is another one, the SBC is never asked; with several
      addresses behind one name, which Microsoft does not support, it is asked now and then.

    Example
      sbc.meinefirma.de resolves to 217.1.2.3 (the web server), the SBC has 123.123.123.123.

    Fix
      Set the A record to the SBC's WAN address and remove the others, or correct network.wan.address.

    Source
      Microsoft, direct-routing-connect-the-sbc (2022-11-16): several addresses behind one FQDN are not
      supported.
    """

    id = "fqdn-address-mismatch"
    title = "The SBC's name leads to another address"
    remedy = "Set the A record of teams.fqdn to network.wan.address, and no other."
    source = "Microsoft, direct-routing-connect-the-sbc (2022-11-16): one FQDN, one address"
    needs = AddressFact

    def judge(self, fact: AddressFact) -> Iterator[Finding]:
        if isinstance(fact.dns, (Unknown, NotApplicable)):
            outcome = Outcome.UNKNOWN if isinstance(fact.dns, Unknown) else Outcome.NA
            yield Finding(outcome, "{why}", {"why": str(fact.dns)})
            return
        evidence = {"fqdn": fact.fqdn, "address": str(fact.site), "answer": ", ".join(fact.dns)}
        if not fact.dns:
            yield Finding(Outcome.NA, "{fqdn} resolves to nothing: there is no address to compare", evidence)
        elif fact.dns == (str(fact.site),):
            yield Finding(Outcome.PASS, "{fqdn} resolves to {address}, as the site file has it", evidence)
        elif str(fact.site) in fact.dns:
            message = "{fqdn} resolves to {answer}, of which the SBC has only {address}"
            yield Finding(Outcome.FAIL, message, evidence)
        else:
            yield Finding(Outcome.FAIL, "{fqdn} resolves to {answer}, the SBC has {address}", evidence)
