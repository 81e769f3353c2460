from __future__ import annotations

from sbc_tool.diagnose.fault import AskedFault


class GatewayDisabled(AskedFault):
    """What it finds
      A gateway with Enabled: False, which is how New-CsOnlinePSTNGateway makes it, or one that no voice route
      names.

    Why it matters
      Calls out of Teams find no trunk (510544), while OPTIONS work.

    Example
      Get-CsOnlinePSTNGateway: Enabled: False.

    Fix
      Enable it, and name it in the voice route.

    Source
      Microsoft, Set-CsOnlinePSTNGateway (2026-08-21); issues-with-outbound-calls (2023-10-30); code 510544.
    """

    id = "gateway-disabled"
    title = "The gateway is disabled in the tenant, or stands in no voice route"
    remedy = "Set-CsOnlinePSTNGateway -Identity <name> -Enabled $true, and name it in the voice route."
    source = "Microsoft, Set-CsOnlinePSTNGateway; code 510544"
    settles = "Get-CsOnlinePSTNGateway: Enabled; Get-CsOnlineVoiceRoute: OnlinePstnGatewayList"
    steps = (
        "Set-CsOnlinePSTNGateway -Identity <name> -Enabled $true.",
        "Get-CsOnlineVoiceRoute: the gateway stands in OnlinePstnGatewayList.",
    )
    side = "tenant"

    question = "Does Get-CsOnlinePSTNGateway show Enabled: True for the SBC, and does a voice route name it?"
    proof = False
