from __future__ import annotations

from collections.abc import Iterator

from sbc_tool.check import Check
from sbc_tool.facts.tls import Chain, TlsFact
from sbc_tool.finding import Finding, Outcome
from sbc_tool.preflight.chains import each_chain, path_of
from sbc_tool.tls.chain import called


class TlsSelfSigned(Check):
    """What it finds
      A certificate that nobody but itself has signed, such as the one that a device makes at its first start.

    Why it matters
      Microsoft takes certificates from public authorities only. With a self-signed one the TLS handshake fails, and the
      gateway in the tenant stays inactive. At the TLS port it means that the profile still names the device's own.

    Example
      sbc.meinefirma.de:5061: 00a0ba0ffffe is self-signed: no authority vouches for it

    Fix
      Order a certificate: `sbc-tool cert request` makes the key and the request. If the file is good and the port
      shows this one, deploy: the device does not use the file yet.

    Source
      Microsoft, direct-routing-plan (2024-06-17) and sip-options-tls-certificate-issues: self-signed is refused.
    """

    id = "tls-self-signed"
    title = "The certificate is self-signed"
    remedy = "Order a certificate from a public authority (`sbc-tool cert request`), and deploy it."
    source = "Microsoft, direct-routing-plan (2024-06-17); sip-options-tls-certificate-issues (2023-10-30)"
    needs = TlsFact

    def judge(self, fact: TlsFact) -> Iterator[Finding]:
        return each_chain(fact, lambda chain: self._signer(fact, chain))

    def _signer(self, fact: TlsFact, chain: Chain) -> Iterator[Finding]:
        path = path_of(fact, chain)
        own = path.certificates[0]
        evidence = {"origin": chain.origin, "own": called(own.subject), "issuer": called(own.issuer)}
        if path.anchor is None and path.self_signed and len(path.certificates) == 1:
            yield Finding(Outcome.FAIL, "{origin}: {own} is self-signed: no authority vouches for it", evidence)
        else:
            yield Finding(Outcome.PASS, "{origin}: {own} is issued by {issuer}", evidence)
