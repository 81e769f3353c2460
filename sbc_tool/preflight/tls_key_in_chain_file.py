from __future__ import annotations

from collections.abc import Iterator

from sbc_tool.check import Check
from sbc_tool.facts.tls import Chain, TlsFact
from sbc_tool.finding import Finding, Outcome


class TlsKeyInChainFile(Check):
    """What it finds
      A private key in the file of the certificates. How that file is spelt is told, too: Windows line ends, and marks
      at its beginning.

    Why it matters
      Certificates are passed around: to the provider, into tickets, onto the device. With the key among them everybody
      who has the file can play the SBC. Windows line ends do no harm here, as deploy writes the file anew; a device
      into which the file is brought by hand may not take them.

    Example
      fullchain.pem: holds a private key, too

    Fix
      Make two files of it: `sbc-tool cert bundle FILE -o chain.pem --key-output key.pem`. If the file has been passed
      on, have the certificate reissued for a new key, and the old one revoked.

    Source
      CA/Browser Forum, Baseline Requirements 4.9.1.1: a key that others have must be revoked. RFC 7468, section 2.
    """

    id = "tls-key-in-chain-file"
    title = "A private key is in the file of the certificates"
    remedy = "Make two files of it: `sbc-tool cert bundle FILE -o chain.pem --key-output key.pem`."
    source = "CA/Browser Forum, Baseline Requirements 4.9.1.1; RFC 7468, section 2"
    needs = TlsFact

    def judge(self, fact: TlsFact) -> Iterator[Finding]:
        chain = fact.file
        if not isinstance(chain, Chain):
            yield Finding(Outcome.UNKNOWN, "{why}", {"why": str(chain)})
            return
        evidence = {"origin": chain.origin, "spelling": ", ".join(chain.spelling)}
        if chain.holds_key:
            yield Finding(Outcome.WARN, "{origin}: holds a private key, too", evidence)
        elif chain.spelling:
            message = "{origin}: certificates only; spelt with {spelling}, which `sbc-tool cert bundle` puts right"
            yield Finding(Outcome.PASS, message, evidence)
        else:
            yield Finding(Outcome.PASS, "{origin}: certificates only", evidence)
