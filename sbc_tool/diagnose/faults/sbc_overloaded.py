from __future__ import annotations

from sbc_tool.diagnose.fault import AnswerFault


class SbcOverloaded(AnswerFault):
    """What it finds
      503 of the SBC to Microsoft's INVITE.

    Why it matters
      The SBC has no session licence or no processor time left, or is shutting down. Microsoft tries the next SBC, or
      the call fails (560503).

    Example
      SIP/2.0 503 Service Unavailable while 30 calls are up.

    Fix
      Compare calls in progress with the session licences; raise the licences, or limit MaxConcurrentSessions in the
      tenant.

    Source
      Microsoft, support article microsoft-sip-response-codes-503 (560503, 2024-11-22).
    """

    id = "sbc-overloaded"
    title = "The SBC takes no more calls"
    remedy = "Compare the calls in progress with the SBC's session licences, and buy or limit."
    source = "Microsoft, code 560503"
    settles = "licences and calls in progress on the device at that moment"
    steps = (
        "Look at licences and calls in progress on the device.",
        "Buy session licences, or set MaxConcurrentSessions in the tenant below them.",
    )

    answers = frozenset({503})
    by = "the SBC"
