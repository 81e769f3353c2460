from __future__ import annotations

from sbc_tool.diagnose.fault import AnswerFault


class CalleeNotSignedIn(AnswerFault):
    """What it finds
      480 of Microsoft to the SBC's INVITE.

    Why it matters
      There is no Teams client of this user that could ring (10037), or the SBC's name is used in Azure Communication
      Services, too.

    Example
      SIP/2.0 480 Temporarily Unavailable, 1.2 s after the INVITE.

    Fix
      Let the user sign in to Teams, in Teams Only mode; use the SBC's name for nothing else.

    Source
      Microsoft, support article microsoft-sip-response-codes-480 (10037); direct-routing-plan (2024-06-17).
    """

    id = "callee-not-signed-in"
    title = "The Teams user is signed in nowhere"
    remedy = "Let the user sign in to Teams; the SBC's name must not be used in Azure Communication Services."
    source = "Microsoft, code 10037"
    settles = "whether the user is signed in to Teams at that moment"
    steps = (
        "Ask whether the user was signed in, on any device.",
        "Look for the SBC's name in Azure Communication Services.",
    )
    side = "tenant"

    answers = frozenset({480})
    by = "Microsoft"
