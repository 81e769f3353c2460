from __future__ import annotations

from sbc_tool.diagnose.fault import AskedFault
from sbc_tool.finding import Outcome


class ClientAuthDemanded(AskedFault):
    """What it finds
      An SBC that refuses the TLS connections of Microsoft, whose certificates have the purpose "server" only
      since 2026.

    Why it matters
      Microsoft is the client when it calls: its calls and OPTIONS fail at TLS, while the SBC's own OPTIONS are
      answered. That Trinity checks this is not known; other vendors' devices do.

    Example
      A TLS alert of the SBC (unsupported certificate) to a connection that comes from 52.112.0.0/14.

    Fix
      Update the firmware, and let the TLS profile verify the chain without the purpose "client".

    Source
      Microsoft, Message Center MC1213773 (2025-12-12), as others quote it; the effect is concluded from it.
    """

    id = "client-auth-demanded"
    title = 'The SBC wants the purpose "client" in Microsoft\'s certificate'
    remedy = "Update the firmware, and switch off the check of the purpose in the TLS profile."
    source = "Microsoft, MC1213773, as others quote it"
    settles = "the alert in a trace of a TLS connection that Microsoft makes to the SBC"
    steps = (
        "Trace port 5061 on the WAN side: who ends the TLS connections that Microsoft makes?",
        "If the SBC does, update its firmware, and ask Patton how Trinity checks the purpose.",
    )
    worth = Outcome.WARN

    question = "Are the SBC's own OPTIONS answered, while connections that Microsoft makes end at TLS?"
    proof = True
