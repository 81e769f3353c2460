from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sbc_tool.diagnose.evidence import Evidence
from sbc_tool.diagnose.fault import CheckedFault
from sbc_tool.finding import Finding, Outcome
from sbc_tool.preflight.cloud_connector_unreachable import CloudConnectorUnreachable as Measured


class CloudConnectorUnreachable(CheckedFault):
    __doc__ = Measured.__doc__

    id = Measured.id
    title = Measured.title
    remedy = Measured.remedy
    source = Measured.source
    settles = "`sbc-tool preflight SITE --only cloud-connector-unreachable`, run in the STARFACE's network"
    steps = (
        "Run `sbc-tool preflight SITE --only cloud-connector-unreachable` in the STARFACE's network.",
        "Let the STARFACE out on TCP 443 (Websocket) to service-cloud-connector.fluxpunkt.de and "
        "uci-cloud-connector.westeurope.cloudapp.azure.com.",
        "Take HTTPS proxies and whatever opens TLS out of that way; check DNS, firewall and routing.",
    )
    side = "network"

    check = Measured()

    def judge(self, fact: Evidence) -> Iterator[Finding]:
        """Speaks for it, and is no proof: whether this is the STARFACE's network can't be told.

        That another host is reached says nothing against it.
        """
        found = list(super().judge(fact))
        shut = [replace(finding, outcome=Outcome.WARN) for finding in found if finding.outcome is Outcome.FAIL]
        yield from shut or found
