from __future__ import annotations

from collections.abc import Iterator

from sbc_tool.check import Check, Unknown
from sbc_tool.facts.tls import Chain, KeyFault, TlsFact
from sbc_tool.finding import Finding, Outcome
from sbc_tool.preflight.chains import each_chain, leaf_of
from sbc_tool.tls.pem import kind


class TlsKeyMismatch(Check):
    """What it finds
      A private key that does not belong to the certificate, that is encrypted, or that is no private key at all.

    Why it matters
      With the key of another certificate the SBC cannot prove who it is: every TLS handshake fails. It happens at
      renewals, when a new key was made and the old file stayed.

    Example
      fullchain.pem: made for another private key (certificate for RSA 2048, the key is EC secp256r1)

    Fix
      Give the key that was made together with the certificate request; if it is lost, make a new key and have the
      certificate reissued. `sbc-tool cert bundle key.pem --key-output plain.pem` takes a passphrase off.

    Source
      RFC 5246, section 7.4.2: the certificate's key must fit the key exchange, which signs with the private key.
    """

    id = "tls-key-mismatch"
    title = "The private key does not belong to the certificate"
    remedy = "Set tls.private_key to the key made for this certificate, or have the certificate reissued."
    source = "RFC 5246, section 7.4.2"
    needs = TlsFact

    def judge(self, fact: TlsFact) -> Iterator[Finding]:
        if isinstance(fact.key, Unknown):
            outcome = Outcome.FAIL if isinstance(fact.key, KeyFault) else Outcome.UNKNOWN
            yield Finding(outcome, "{why}", {"why": str(fact.key)})
            return
        if isinstance(fact.file, Unknown) and fact.chains:  # the file is what matters here
            yield Finding(Outcome.UNKNOWN, "{why}", {"why": str(fact.file)})
        yield from each_chain(fact, lambda chain: self._compare(fact, chain))

    def _compare(self, fact: TlsFact, chain: Chain) -> Iterator[Finding]:
        certificate = leaf_of(chain)
        evidence = {"origin": chain.origin, "kind": kind(certificate.public_key()), "key": str(fact.key)}
        if chain.key_matches:
            yield Finding(Outcome.PASS, "{origin}: belongs to the private key ({key})", evidence)
        elif chain is fact.file:
            message = "{origin}: made for another private key (certificate for {kind}, the key is {key})"
            yield Finding(Outcome.FAIL, message, evidence)
        else:  # the SBC has the key of what it presents, or no handshake would work
            message = "{origin}: presents a certificate for another key than the site's: the new one is not in use yet"
            yield Finding(Outcome.WARN, message, evidence)
