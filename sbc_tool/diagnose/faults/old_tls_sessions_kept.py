from __future__ import annotations

from sbc_tool.diagnose.fault import AskedFault


class OldTlsSessionsKept(AskedFault):
    """What it finds
      A new certificate on the SBC, while its TLS connections to Microsoft were made with the old one.

    Why it matters
      They keep the old certificate until they are closed: Microsoft goes on warning that it expires, and ends
      them with 504 once it has.

    Example
      The port presents the new certificate; the admin centre warns of the old one (569008).

    Fix
      Close the connections, or restart the SBC in a quiet hour.

    Source
      Microsoft, sip-options-tls-certificate-issues (2023-10-30) and microsoft-sip-response-codes-504.
    """

    id = "old-tls-sessions-kept"
    title = "TLS sessions from before the renewal are still open"
    remedy = "Drop the SBC's TLS connections, or restart it in a quiet hour."
    source = "Microsoft, sip-options-tls-certificate-issues"
    settles = "whether the warning goes once the TLS connections were made anew"
    steps = (
        "Look that the TLS port presents the new certificate: `sbc-tool preflight SITE`.",
        "Restart the SBC in a quiet hour, or drop its TLS connections.",
    )

    question = "Was the SBC restarted, or were its TLS connections dropped, since the certificate was renewed?"
    proof = False
