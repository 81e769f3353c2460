from __future__ import annotations

from collections.abc import Iterator

from sbc_tool.check import Check
from sbc_tool.finding import Finding, Outcome
from sbc_tool.site.model import Site

# Microsoft's own: the domains that each tenant begins with (worldwide; US government; the former German cloud; China)
_TENANT_DOMAINS = ("onmicrosoft.com", "onmicrosoft.us", "onmicrosoft.de", "partner.onmschina.cn")


class FqdnForbiddenDomain(Check):
    """What it finds
      An SBC whose name lies in the domain that every tenant begins with, such as meinefirma.onmicrosoft.com.

    Why it matters
      Microsoft accepts no gateway with such a name: New-CsOnlinePSTNGateway refuses it. Neither could anybody get a
      certificate for it, as the domain belongs to Microsoft.

    Example
      sbc.meinefirma.onmicrosoft.com lies in onmicrosoft.com

    Fix
      Take a name in a domain of your own that is verified in the tenant and in which at least one licensed user signs
      in.

    Source
      Microsoft, direct-routing-plan (2024-06-17): *.onmicrosoft.com can't be used.
    """

    id = "fqdn-forbidden-domain"
    title = "The SBC's name lies in a domain that Microsoft refuses"
    remedy = "Set teams.fqdn to a name in a domain of your own that is verified in the tenant."
    source = "Microsoft, direct-routing-plan (2024-06-17): *.onmicrosoft.com can't be used"
    needs = Site

    def judge(self, fact: Site) -> Iterator[Finding]:
        name = fact.teams.fqdn
        domain = next((one for one in _TENANT_DOMAINS if f".{name}".endswith(f".{one}")), "")
        evidence = {"fqdn": name, "domain": domain}
        if domain:
            yield Finding(Outcome.FAIL, "{fqdn} lies in {domain}", evidence)
        else:
            message = "{fqdn} lies in a domain of its own; whether the tenant has verified it can't be seen from here"
            yield Finding(Outcome.PASS, message, evidence)
