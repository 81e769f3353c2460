from __future__ import annotations

from collections.abc import Iterator

from sbc_tool.check import Check
from sbc_tool.facts.microsoft import MicrosoftFact, Reply
from sbc_tool.finding import Finding, Outcome

_SAID = {
    "name": "{detail}: this machine's resolver does not know it; the SBC asks its own",
    "closed": "{proxy}: {detail}: a firewall on the way, as Microsoft listens there",
    "silent": "{proxy}: {detail}: is TCP 5061 to Microsoft open here? The SBC's own line may be another",
    "unreachable": "{proxy}: {detail}",
    "distrusted": "{proxy}: what answers is not under one of Microsoft's seven roots ({detail}): TLS inspection?",
    "tls": "{proxy} ended TLS ({detail}): it does not take the SBC's certificate",
    "mute": "{proxy}: TLS, but OPTIONS has {detail}",
    "garbled": "{proxy}: an answer that is no SIP ({detail})",
}
_OPEN = ("name", "silent", "mute", "garbled", "unreachable")  # of these it cannot be said whose fault they are


class MicrosoftProxyUnreachable(Check):
    """What it finds
      A SIP proxy of Microsoft that does not answer OPTIONS sent with the SBC's certificate and name: a firewall that
      refuses, TLS inspection on the way, or a certificate that Microsoft does not take.

    Why it matters
      The SBC uses them in this order; with the first one missing every call is late, with all missing there is none.

    Example
      sip.pstnhub.microsoft.com ended TLS (alert unknown ca): it does not take the SBC's certificate

    Fix
      Open TCP 5061 to Microsoft's signalling ranges, except them from TLS inspection, and mend what the checks of the
      certificate say. 403 is right before the gateway is in the tenant; after it, compare the gateway's FQDN with
      teams.fqdn.

    Source
      Microsoft, direct-routing-plan (2024-06-17): connection points and ports; sip-options-tls-certificate-issues.
    """

    id = "microsoft-proxy-unreachable"
    title = "A SIP proxy of Microsoft does not answer"
    remedy = "Open TCP 5061 to Microsoft's ranges without TLS inspection, and mend what the certificate's checks say."
    source = "Microsoft, direct-routing-plan (2024-06-17); sip-options-tls-certificate-issues (2023-10-30)"
    needs = MicrosoftFact

    def judge(self, fact: MicrosoftFact) -> Iterator[Finding]:
        return (_judged(fact.fqdn, reply) for reply in fact.replies)


def _judged(fqdn: str, reply: Reply) -> Finding:
    evidence = {"proxy": reply.proxy, "code": reply.code, "detail": reply.detail, "fqdn": fqdn}
    if reply.kind != "answered":
        return Finding(Outcome.UNKNOWN if reply.kind in _OPEN else Outcome.FAIL, _SAID[reply.kind], evidence)
    if reply.code == 200:
        return Finding(Outcome.PASS, "{proxy}: 200 {detail}", evidence)
    if reply.code == 403:
        return Finding(Outcome.PASS, "{proxy}: 403, as expected before {fqdn} is paired with a tenant", evidence)
    return Finding(Outcome.WARN, "{proxy}: {code} {detail}", evidence)
