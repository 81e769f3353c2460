"""Hosts that the STARFACE's module must reach over TCP 443, each with where that is written."""

from __future__ import annotations

from dataclasses import dataclass

PORT = 443


@dataclass(frozen=True, slots=True)
class Host:
    """`required`: the product page names it; others stand only in later documents."""

    name: str
    required: bool
    source: str


HOSTS = (
    Host("service-cloud-connector.fluxpunkt.de", True, "product page"),
    Host("uci-cloud-connector.westeurope.cloudapp.azure.com", True, "product page"),
    Host("omni-client.fluxpunkt.de", False, "Fluxpunkt wiki and STARFACE knowledge base"),
    Host("login.microsoftonline.com", False, "Fluxpunkt wiki and STARFACE knowledge base"),
)
