from __future__ import annotations

from collections.abc import Iterator

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from sbc_tool.check import Check
from sbc_tool.facts.tls import Chain, TlsFact
from sbc_tool.finding import Finding, Outcome
from sbc_tool.preflight.chains import each_chain, leaf_of
from sbc_tool.tls.pem import kind


class TlsKeyNotRsa(Check):
    """What it finds
      A certificate whose key is not RSA: elliptic curves (ECDSA) or Ed25519.

    Why it matters
      All cipher suites that Microsoft lists are ECDHE_RSA. When Microsoft connects to an SBC with an ECDSA key, there
      is none that both could use: outgoing calls may work, incoming never do. Let's Encrypt's certbot makes such keys
      unless told otherwise.

    Example
      fullchain.pem: the key is EC secp256r1; Microsoft's suites need RSA

    Fix
      Make an RSA key of at least 2048 bits and a new request: `sbc-tool cert request`; with certbot: --key-type rsa.

    Source
      Microsoft, direct-routing-whats-new (2022 to 2024): the four suites. That only RSA works is concluded from them.
    """

    id = "tls-key-not-rsa"
    title = "The certificate's key is not RSA"
    remedy = "Have the certificate reissued for an RSA key (`sbc-tool cert request`)."
    source = "Microsoft, direct-routing-whats-new: cipher suites, all ECDHE_RSA"
    needs = TlsFact

    def judge(self, fact: TlsFact) -> Iterator[Finding]:
        return each_chain(fact, self._kind)

    def _kind(self, chain: Chain) -> Iterator[Finding]:
        key = leaf_of(chain).public_key()
        evidence = {"origin": chain.origin, "kind": kind(key)}
        if isinstance(key, RSAPublicKey):
            yield Finding(Outcome.PASS, "{origin}: the key is {kind}", evidence)
        else:
            yield Finding(Outcome.FAIL, "{origin}: the key is {kind}; Microsoft's suites need RSA", evidence)
