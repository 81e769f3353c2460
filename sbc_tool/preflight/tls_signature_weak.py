from __future__ import annotations

from collections.abc import Iterator

from sbc_tool.check import Check
from sbc_tool.facts.tls import Chain, TlsFact
from sbc_tool.finding import Finding, Outcome
from sbc_tool.preflight.chains import each_chain, path_of
from sbc_tool.tls.chain import called
from sbc_tool.tls.reasons import weak_signature


class TlsSignatureWeak(Check):
    """What it finds
      A certificate that is signed with SHA-1 or MD5: the SBC's own, or an intermediate.

    Why it matters
      Such signatures can be forged; public authorities stopped using them in 2016, and TLS software refuses them. Where
      one turns up, the certificate is from an old authority of a firm's own.

    Example
      fullchain.pem: Firma CA 1 is signed with sha1

    Fix
      Order a certificate from a public authority; all of them sign with SHA-256 or better.

    Source
      CA/Browser Forum, Baseline Requirements 7.1.3.2. RFC 9155: MD5 and SHA-1 are gone from TLS 1.2. A root's signature
      proves nothing and is not judged.
    """

    id = "tls-signature-weak"
    title = "A certificate is signed with a weak hash"
    remedy = "Get a certificate that is signed with SHA-256 or better, up to the root."
    source = "CA/Browser Forum, Baseline Requirements 7.1.3.2; RFC 9155"
    needs = TlsFact

    def judge(self, fact: TlsFact) -> Iterator[Finding]:
        return each_chain(fact, lambda chain: self._signatures(fact, chain))

    def _signatures(self, fact: TlsFact, chain: Chain) -> Iterator[Finding]:
        path = path_of(fact, chain)
        signed = path.certificates[:-1] if path.self_signed else path.certificates
        weak = {called(one.subject): weak_signature(one) for one in signed if weak_signature(one)}
        for subject, hashed in weak.items():
            evidence = {"origin": chain.origin, "subject": subject, "hash": hashed}
            yield Finding(Outcome.FAIL, "{origin}: {subject} is signed with {hash}", evidence)
        if not weak:
            yield Finding(Outcome.PASS, "{origin}: no weak signature", {"origin": chain.origin})
