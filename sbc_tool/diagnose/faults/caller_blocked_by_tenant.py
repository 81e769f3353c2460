from __future__ import annotations

from sbc_tool.diagnose.fault import AskedFault


class CallerBlockedByTenant(AskedFault):
    """What it finds
      A blocked caller, location-based routing, or a compliance recorder that did not take the call; only the
      tenant shows it.

    Why it matters
      Microsoft refuses the call by itself (510534, 510546, 10500, 10553): nothing is wrong at the SBC.

    Example
      Get-CsInboundBlockedNumberPattern matches the caller.

    Fix
      Change the rule, or leave it as it is meant.

    Source
      Microsoft, support article microsoft-sip-response-codes-403 (2024-11-22).
    """

    id = "caller-blocked-by-tenant"
    title = "A rule of the tenant forbids this call"
    remedy = "Look at blocked numbers, location-based routing and the recording policy."
    source = "Microsoft, codes 510534, 510546, 10500, 10553"
    settles = "Get-CsInboundBlockedNumberPattern, Get-CsTeamsCallingPolicy, the recording policy"
    steps = (
        "Get-CsInboundBlockedNumberPattern: does one match the caller?",
        "Get-CsTeamsCallingPolicy: PreventTollBypass, and the network sites of location-based routing.",
        "Look whether a compliance recording policy holds for the user, and whether its bot works.",
    )
    side = "tenant"

    question = "Does a rule of the tenant block this caller, place or call?"
    proof = True
