from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sbc_tool.check import Check
from sbc_tool.facts.suites import SuitesFact
from sbc_tool.finding import Finding, Outcome


class TlsProtocolOrCipherRefused(Check):
    """What it finds
      A TLS port that takes none of Microsoft's four cipher suites in TLS 1.2, or that asks its caller for no
      certificate.

    Why it matters
      Microsoft calls with TLS 1.2 and these suites, all of them ECDHE_RSA: with an ECDSA certificate, an old protocol
      or a list of ciphers that is cut short no call comes in. TLS 1.3 is not in Microsoft's list and replaces nothing.
      An SBC that asks for no certificate lets anybody talk to it who says to be Microsoft.

    Example
      sbc.meinefirma.de:5061 takes none of Microsoft's suites: TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384 handshake failure

    Fix
      Use a certificate with an RSA key, allow TLS 1.2 with the four suites, and have `authentication incoming` in
      `profile tls`.

    Source
      Microsoft, direct-routing-whats-new: TLS 1.2 forced since 2022-04-03, and the four suites, of which one must be
      possible. direct-routing-plan: mutual TLS.
    """

    id = "tls-protocol-or-cipher-refused"
    title = "TLS 1.2 with Microsoft's suites is refused"
    remedy = "Use an RSA certificate, allow TLS 1.2 with Microsoft's four suites, and ask callers for a certificate."
    source = "Microsoft, direct-routing-whats-new (2022-04-03); direct-routing-plan (2024-06-17)"
    needs = SuitesFact

    def judge(self, fact: SuitesFact) -> Iterator[Finding]:
        evidence: dict[str, Any] = {
            "at": fact.at,
            "taken": ", ".join(fact.taken),
            "refused": "; ".join(f"{name} {why}" for name, why in fact.refused),
            "unknown": "; ".join(f"{name} {why}" for name, why in fact.unknown),
        }
        if fact.taken:
            message = "{at}: TLS 1.2 with {taken}" + ("; refused: {refused}" if fact.refused else "")
            yield Finding(Outcome.PASS, message, evidence)
        elif fact.unknown:
            yield Finding(Outcome.UNKNOWN, "{at}: {refused}; not known: {unknown}", evidence)
        else:
            yield Finding(Outcome.FAIL, "{at} takes none of Microsoft's suites: {refused}", evidence)
        if fact.mutual is False:
            yield Finding(Outcome.WARN, "{at} asks its caller for no certificate: no mutual TLS", evidence)
