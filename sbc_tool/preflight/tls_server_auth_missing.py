from __future__ import annotations

from collections.abc import Iterator

from cryptography.x509.oid import ExtendedKeyUsageOID

from sbc_tool import teams
from sbc_tool.check import Check
from sbc_tool.facts.tls import Chain, TlsFact
from sbc_tool.finding import Finding, Outcome
from sbc_tool.preflight.chains import each_chain, leaf_of
from sbc_tool.tls.reasons import purposes, told


class TlsServerAuthMissing(Check):
    """What it finds
      A certificate that is not issued for servers: its extended key usage lacks serverAuth.

    Why it matters
      Microsoft demands serverAuth since February 2022 and ends the handshake without it. That clientAuth is missing is
      only told: Microsoft demanded it in 2024, accepts certificates without it again (as of June 2026), and public
      authorities do not issue it any more.

    Example
      fullchain.pem: is for clients, not for servers (serverAuth)

    Fix
      Order a TLS server certificate; one for clients, for e-mail or for signing programs does not do.

    Source
      Microsoft, direct-routing-whats-new (2022-02-01, 2024-03-19); how bad each is stands in teams/rules.yaml.
    """

    id = "tls-server-auth-missing"
    title = "The certificate is not issued for servers"
    remedy = "Order a TLS server certificate (extended key usage serverAuth)."
    source = "Microsoft, direct-routing-whats-new: EKU must include Server Authentication"
    needs = TlsFact

    def judge(self, fact: TlsFact) -> Iterator[Finding]:
        return each_chain(fact, self._purposes)

    def _purposes(self, chain: Chain) -> Iterator[Finding]:
        rules, usages = teams.load().certificate, purposes(leaf_of(chain))
        evidence = {"origin": chain.origin, "purposes": told(usages or ())}
        if usages is None:
            message = "{origin}: says nothing of its purpose: serverAuth is missing"
            yield Finding(Outcome(rules.server_auth_missing), message, evidence)
        elif ExtendedKeyUsageOID.SERVER_AUTH not in usages:
            message = "{origin}: is for {purposes}, not for servers (serverAuth)"
            yield Finding(Outcome(rules.server_auth_missing), message, evidence)
        elif ExtendedKeyUsageOID.CLIENT_AUTH not in usages:
            message = "{origin}: is for servers only (no clientAuth), which Microsoft accepts"
            yield Finding(Outcome(rules.client_auth_missing), message, evidence)
        else:
            yield Finding(Outcome.PASS, "{origin}: is for {purposes}", evidence)
