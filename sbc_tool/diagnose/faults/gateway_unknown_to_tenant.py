from __future__ import annotations

from sbc_tool.diagnose.fault import AnswerFault


class GatewayUnknownToTenant(AnswerFault):
    """What it finds
      403 of Microsoft to the SBC's INVITE or OPTIONS.

    Why it matters
      Microsoft looks for a trunk by the name in Contact, in all tenants. Without a match, it refuses (510532).

    Example
      SIP/2.0 403 Forbidden to OPTIONS with Contact: <sip:sbc.meinefirma.de:5061;transport=tls>

    Fix
      Compare teams.fqdn with Get-CsOnlinePSTNGateway; its domain must be verified and have a licensed user.

    Source
      Microsoft, support article microsoft-sip-response-codes-403 (510532, 2024-11-22).
    """

    id = "gateway-unknown-to-tenant"
    title = "The tenant doesn't know the SBC's name"
    remedy = "Compare the name in Contact with Get-CsOnlinePSTNGateway in the tenant."
    source = "Microsoft, code 510532"
    settles = "Get-CsOnlinePSTNGateway in the tenant, beside Contact in the trace"
    steps = (
        "Compare the SBC's Contact with Get-CsOnlinePSTNGateway.",
        "Add the gateway under exactly this name, or correct teams.fqdn.",
        "Give its domain a licensed user, and wait up to 24 hours.",
    )
    side = "tenant"

    answers = frozenset({403})
    by = "Microsoft"
