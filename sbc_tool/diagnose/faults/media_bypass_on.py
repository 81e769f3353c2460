from __future__ import annotations

from sbc_tool.diagnose.fault import AskedFault


class MediaBypassOn(AskedFault):
    """What it finds
      MediaBypass: True at the gateway in the tenant; only the tenant shows it.

    Why it matters
      Microsoft then wants ICE of the SBC, and ends the call without candidates: 488 (531027), or a drop after 10
      to 20 s. Patton is certified without media bypass.

    Example
      Get-CsOnlinePSTNGateway: MediaBypass: True.

    Fix
      Switch it off.

    Source
      Microsoft, direct-routing-border-controllers (2022-11-28, Patton: no media bypass); code 531027.
    """

    id = "media-bypass-on"
    title = "Media bypass is on, which a Patton does not support"
    remedy = "Set-CsOnlinePSTNGateway -Identity <name> -MediaBypass $false."
    source = "Microsoft, direct-routing-border-controllers; code 531027"
    settles = "Get-CsOnlinePSTNGateway: MediaBypass"
    steps = (
        "Set-CsOnlinePSTNGateway -Identity <name> -MediaBypass $false.",
        "Make a call again.",
    )
    side = "tenant"

    question = "Does Get-CsOnlinePSTNGateway show MediaBypass: False?"
    proof = False
