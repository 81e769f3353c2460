from __future__ import annotations

from collections.abc import Iterator

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from sbc_tool import teams
from sbc_tool.check import Check
from sbc_tool.facts.tls import Chain, TlsFact
from sbc_tool.finding import Finding, Outcome
from sbc_tool.preflight.chains import each_chain, path_of
from sbc_tool.tls.chain import called


class TlsKeyTooSmall(Check):
    """What it finds
      An RSA key of fewer than 2048 bits: the SBC's, or that of an intermediate.

    Why it matters
      Public authorities certify no such key, and today's TLS software refuses it: the handshake fails.

    Example
      fullchain.pem: the RSA key of sbc.meinefirma.de has 1024 bits, 2048 are the least

    Fix
      Make a new key with `sbc-tool cert request`, and have the certificate reissued for it.

    Source
      Microsoft, direct-routing-plan (2024-06-17): at least 2048 bits. CA/Browser Forum, Baseline Requirements 6.1.5.
    """

    id = "tls-key-too-small"
    title = "An RSA key is too small"
    remedy = "Make a key of at least 2048 bits (`sbc-tool cert request`) and have the certificate reissued."
    source = "Microsoft, direct-routing-plan (2024-06-17); CA/Browser Forum, Baseline Requirements 6.1.5"
    needs = TlsFact

    def judge(self, fact: TlsFact) -> Iterator[Finding]:
        return each_chain(fact, lambda chain: self._bits(fact, chain))

    def _bits(self, fact: TlsFact, chain: Chain) -> Iterator[Finding]:
        least = teams.load().certificate.rsa_bits
        sizes = {}
        for one in path_of(fact, chain).certificates:
            if isinstance(key := one.public_key(), RSAPublicKey):
                sizes[called(one.subject)] = key.key_size
        small = {subject: bits for subject, bits in sizes.items() if bits < least}
        for subject, bits in small.items():
            evidence = {"origin": chain.origin, "subject": subject, "bits": bits, "least": least}
            message = "{origin}: the RSA key of {subject} has {bits} bits, {least} are the least"
            yield Finding(Outcome.FAIL, message, evidence)
        if not sizes:
            yield Finding(Outcome.NA, "{origin}: no RSA key in it", {"origin": chain.origin})
        elif not small:
            evidence = {"origin": chain.origin, "bits": min(sizes.values())}
            yield Finding(Outcome.PASS, "{origin}: RSA keys of {bits} bits and more", evidence)
