from __future__ import annotations

from sbc_tool.diagnose.fault import CheckedFault
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
