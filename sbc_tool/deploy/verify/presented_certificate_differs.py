from __future__ import annotations

from collections.abc import Iterator

from sbc_tool.check import Check, NotApplicable, Unknown
from sbc_tool.deploy.verify.facts import Presented
from sbc_tool.finding import Finding, Outcome


class PresentedCertificateDiffers(Check):
    """What it finds
      The SHA-256 fingerprint of the leaf at the SBC's TLS port is another one than that of the site's file, or
      nothing is presented.

    Why it matters
      Microsoft sees what is presented, not what was copied. An old certificate stays in use when the profile still
      names it, or when old TLS sessions are kept.

    Example
      Delivered 1f3a…, presented 9c07… (the device's own DEFAULT certificate).

    Fix
      See which certificate `profile tls DEFAULT` names, and whether the key beside it belongs to it.

    Source
      Microsoft, sip-options-tls-certificate-issues (the presented chain decides).
    """

    id = "presented-certificate-differs"
    title = "The TLS port presents another certificate"
    remedy = (
        "See which certificate and key `profile tls DEFAULT` names; from elsewhere use --connect-to or --verify config."
    )
    source = "Microsoft, sip-options-tls-certificate-issues"
    needs = Presented

    def judge(self, fact: Presented) -> Iterator[Finding]:
        evidence = {"delivered": fact.delivered[:16], "presented": str(fact.presented)[:16], "why": str(fact.presented)}
        if isinstance(fact.presented, NotApplicable):
            yield Finding(Outcome.NA, "{why}", evidence)
        elif isinstance(fact.presented, Unknown):
            yield Finding(Outcome.UNKNOWN, "{why}", evidence)
        elif fact.presented == fact.delivered:
            yield Finding(Outcome.PASS, "the delivered certificate {delivered}… is presented", evidence)
        else:
            yield Finding(Outcome.FAIL, "delivered {delivered}…, presented {presented}…", evidence)
