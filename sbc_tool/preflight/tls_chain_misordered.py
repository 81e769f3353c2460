from __future__ import annotations

from collections.abc import Iterator

from cryptography import x509

from sbc_tool.check import Check
from sbc_tool.facts.tls import Chain, TlsFact
from sbc_tool.finding import Finding, Outcome
from sbc_tool.preflight.chains import each_chain, path_of
from sbc_tool.tls.chain import called, load


class TlsChainMisordered(Check):
    """What it finds
      A chain whose first certificate is not the SBC's own, in which one does not follow the one that it issued, or that
      holds a certificate twice or one that does not belong to it.

    Why it matters
      The SBC sends the file as it is. TLS 1.2 demands the order; many peers put it right by themselves, some do not,
      and with another certificate first the key does not fit and no handshake works at all.

    Example
      fullchain.pem: begins with Sectigo RSA Domain Validation Secure Server CA, not with the SBC's own certificate

    Fix
      `sbc-tool cert bundle FILE… -o fullchain.pem` puts them in order: the SBC's own, then each issuer. The root may be
      left out.

    Source
      RFC 5246, section 7.4.2: the sender's certificate first, each one certifies the one before it.
    """

    id = "tls-chain-misordered"
    title = "The certificates of the chain are in the wrong order"
    remedy = "Put them in order: `sbc-tool cert bundle FILE… -o fullchain.pem`."
    source = "RFC 5246, section 7.4.2"
    needs = TlsFact

    def judge(self, fact: TlsFact) -> Iterator[Finding]:
        return each_chain(fact, lambda chain: self._order(fact, chain))

    def _order(self, fact: TlsFact, chain: Chain) -> Iterator[Finding]:
        given, path = [load(one) for one in chain.certificates], path_of(fact, chain)
        wanted = list(path.certificates)
        evidence = {"origin": chain.origin, "first": called(given[0].subject), "given": _names(given)}
        rest = given[len(wanted) :]
        if given[0] != wanted[0]:
            message = "{origin}: begins with {first}, not with the SBC's own certificate"
            yield Finding(Outcome.FAIL, message, evidence)
        elif given[: len(wanted)] != wanted:
            yield Finding(Outcome.FAIL, "{origin}: should be {wanted}; is {given}",
                          evidence | {"wanted": _names(wanted)})  # fmt: skip
        elif [one for one in rest if one != path.anchor]:
            surplus = {"surplus": _names([one for one in rest if one != path.anchor])}
            yield Finding(Outcome.WARN, "{origin}: holds what does not belong to it: {surplus}", evidence | surplus)
        else:
            yield Finding(Outcome.PASS, "{origin}: in order: {given}", evidence)


def _names(certificates: list[x509.Certificate]) -> str:
    return ", ".join(called(one.subject) for one in certificates)
