from __future__ import annotations

from sbc_tool.diagnose.fault import AskedFault


class VoiceRouteMissing(AskedFault):
    """What it finds
      A dialled number that matches no NumberPattern of the voice routes in the user's policy; only the tenant
      shows it.

    Why it matters
      Microsoft refuses the call before it reaches the SBC (510559). Patterns pasted from a document can hold
      invisible characters.

    Example
      NumberPattern ^\\+49\\d+$, dialled +43 1 23456.

    Fix
      Widen the pattern, type it by hand, and grant the policy to the user.

    Source
      Microsoft, direct-routing-voice-routing; issues-with-outbound-calls (2023-10-30); code 510559.
    """

    id = "voice-route-missing"
    title = "No voice route takes the dialled number"
    remedy = "Give the user's voice routing policy a route whose NumberPattern matches the number."
    source = "Microsoft, code 510559"
    settles = "each NumberPattern of the user's voice routes against the number as dialled, with its +"
    steps = (
        "Get-CsOnlineVoiceRoute: does a NumberPattern match the number, with its +?",
        "Type the pattern by hand: pasted ones may hold invisible characters.",
        "Get-CsOnlineUser: is the voice routing policy granted to the user?",
    )
    side = "tenant"

    question = "Does a voice route of the user's policy match the number, with a pattern that was typed and not pasted?"
    proof = False
