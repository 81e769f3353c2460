from __future__ import annotations

from collections.abc import Iterator

from sbc_tool.check import Check, NotApplicable
from sbc_tool.facts.tls import Chain, PortClosed, TlsFact
from sbc_tool.finding import Finding, Outcome


class SipPortClosed(Check):
    """What it finds
      A SIP TLS port of the SBC on which nothing listens.

    Why it matters
      Microsoft sends calls to that port of the SBC, the SipSignalingPort of the gateway in the tenant. If it is closed,
      calls to Teams users may work, while calls from Teams never arrive.

    Example
      sbc.meinefirma.de:5061: connection refused, while the gateway of the SBC listens on 5062.

    Fix
      Make the port the same in teams.tls_port, in the SBC's Teams gateway and in the tenant's gateway; deploy. No
      answer at all decides nothing: an SBC that lets only Microsoft in (network.wan.filter) does not answer here.

    Source
      Microsoft, direct-routing-plan (2024-06-17): SIP signalling goes from Microsoft to the port defined on the
      SBC. RFC 9293, section 3.10.7.1: a closed port answers with a reset.
    """

    id = "sip-port-closed"
    title = "Nothing listens on the SBC's TLS port"
    remedy = "Make teams.tls_port, the SBC's Teams gateway and the gateway in the tenant the same port; then deploy."
    source = "Microsoft, direct-routing-plan (2024-06-17): ports of SIP signalling"
    needs = TlsFact

    def judge(self, fact: TlsFact) -> Iterator[Finding]:
        seen = fact.presented
        if isinstance(seen, Chain):
            evidence = {"fqdn": fact.fqdn, "port": fact.port, "count": len(seen.certificates)}
            yield Finding(Outcome.PASS, "{fqdn}:{port} answers in TLS; certificates presented: {count}", evidence)
            return
        outcome = Outcome.NA if isinstance(seen, NotApplicable) else Outcome.UNKNOWN
        yield Finding(Outcome.FAIL if isinstance(seen, PortClosed) else outcome, "{why}", {"why": str(seen)})
