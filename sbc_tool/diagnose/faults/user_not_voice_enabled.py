from __future__ import annotations

from sbc_tool.diagnose.fault import AskedFault


class UserNotVoiceEnabled(AskedFault):
    """What it finds
      A user without Teams Phone licence or EnterpriseVoiceEnabled, or whose policy forbids the call; only the
      tenant shows it.

    Why it matters
      The dial pad is missing, or Microsoft refuses the call (510560, 510562, 510563, 10199).

    Example
      Get-CsOnlineUser: EnterpriseVoiceEnabled: False.

    Fix
      Assign the licence and the number; Set-CsPhoneNumberAssignment enables voice by itself.

    Source
      Microsoft, support article microsoft-sip-response-codes-403 (2024-11-22); issues-with-outbound-calls.
    """

    id = "user-not-voice-enabled"
    title = "The Teams user may not make this call"
    remedy = "Assign a Teams Phone licence and the number, and look at the user's calling and dial-out policies."
    source = "Microsoft, codes 510560, 510562, 510563, 10199"
    settles = "Get-CsOnlineUser: EnterpriseVoiceEnabled, licences, policies"
    steps = (
        "Assign the licence Teams Phone (Phone System).",
        "Set-CsPhoneNumberAssignment -Identity <user> -PhoneNumber +49… -PhoneNumberType DirectRouting: it "
        "enables voice, too.",
        "Look at the user's calling policy (private calls) and dial-out policy (national, international).",
        "Let the user be in Teams Only mode.",
    )
    side = "tenant"

    question = (
        "Does Get-CsOnlineUser show EnterpriseVoiceEnabled: True and a Teams Phone licence, and do the "
        "policies allow the call?"
    )
    proof = False
