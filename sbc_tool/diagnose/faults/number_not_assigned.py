from __future__ import annotations

from sbc_tool.diagnose.fault import AnswerFault


class NumberNotAssigned(AnswerFault):
    """What it finds
      404 of Microsoft to the SBC's INVITE.

    Why it matters
      Microsoft found the tenant, but no user with this number (511404).

    Example
      INVITE sip:+497123222@sip.pstnhub.microsoft.com answered by 404 Not Found.

    Fix
      Assign the number to the user as DirectRouting, in E.164 with +, exactly as the SBC calls it.

    Source
      Microsoft, support article microsoft-sip-response-codes-404 (511404).
    """

    id = "number-not-assigned"
    title = "The called number belongs to nobody in Teams"
    remedy = "Assign the number to the user: Set-CsPhoneNumberAssignment … -PhoneNumberType DirectRouting."
    source = "Microsoft, code 511404"
    settles = "the number's assignment in the tenant: Get-CsPhoneNumberAssignment"
    steps = (
        "Get-CsPhoneNumberAssignment -TelephoneNumber +49….",
        "Set-CsPhoneNumberAssignment -Identity <user> -PhoneNumber +49… -PhoneNumberType DirectRouting.",
    )
    side = "tenant"

    answers = frozenset({404})
    by = "Microsoft"
