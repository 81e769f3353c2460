from __future__ import annotations

from sbc_tool.diagnose.fault import AskedFault


class DomainNotActivated(AskedFault):
    """What it finds
      A domain of the SBC's name that is not registered in the tenant, or in which no licensed user is; only the
      tenant shows it.

    Why it matters
      Microsoft then refuses to add the gateway, or answers 403 to its OPTIONS. After the first licensed user it
      takes up to 24 hours.

    Example
      Can not use the "sbc.contoso.com" domain as it was not configured for this tenant

    Fix
      Register the domain behind the first dot of the name, and give one licensed user a sign-in name in it.

    Source
      Microsoft, direct-routing-plan (2024-06-17) and sip-options-tls-certificate-issues (2023-10-30).
    """

    id = "domain-not-activated"
    title = "The SBC's domain is not verified or not activated in the tenant"
    remedy = "Register the domain in the tenant, with one licensed user in it, and wait up to 24 hours."
    source = "Microsoft, direct-routing-plan"
    settles = "(Get-CsTenant).Domains, and a licensed user whose sign-in name is in that domain"
    steps = (
        "Register the domain behind the first dot of teams.fqdn in the tenant; a parent domain alone is not enough.",
        "Give one licensed user or resource account a sign-in name in exactly that domain.",
        "Wait up to 24 hours, then add the gateway.",
    )
    side = "tenant"

    question = (
        "Is the domain behind the first dot of the SBC's name verified in the tenant, and has it a licensed "
        "user for more than a day?"
    )
    proof = False
