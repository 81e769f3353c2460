"""Which parts of a configuration face Microsoft Teams."""

from __future__ import annotations

from collections.abc import Iterator

from sbc_tool.trinity.tree import Config, Node

_MICROSOFT = (".pstnhub.microsoft.com", ".pstnhub.gov.teams.microsoft.us", ".pstnhub.dod.teams.microsoft.us")


def teams_interfaces(config: Config) -> list[Node]:
    """The `interface sip` blocks whose remote is one of Microsoft's names."""
    return [node for node in config.blocks("interface sip") if _remote(node).lower().endswith(_MICROSOFT)]


def teams_gateways(config: Config) -> list[Node]:
    """The `context sip-gateway` blocks that those interfaces are bound to."""
    bound = [interface.leaf("bind context sip-gateway") for interface in teams_interfaces(config)]
    names = dict.fromkeys(line.value("gateway") for line in bound if line)
    return [node for name in names if (node := config.objects.get(("sip-gateway", name)))]


def teams_voip_profiles(config: Config) -> list[Node]:
    """The `profile voip` blocks that calls to and from Microsoft use.

    Found over gateway and location service. A fragment without any interface towards Microsoft is judged by its
    profiles that speak of SRTP: nothing but Teams needs it here.
    """
    if not teams_interfaces(config):
        return [node for node in config.blocks("profile voip") if node.children and node.leaf("srtp")]
    names = dict.fromkeys(_profiles_of(config))
    return [node for name in names if (node := config.objects.get(("voip-profile", name)))]


def _profiles_of(config: Config) -> Iterator[str]:
    for gateway in teams_gateways(config):
        binding = gateway.leaf("bind location-service")
        service = config.objects.get(("location-service", binding.value("service"))) if binding else None
        if service:
            yield from (n.value("profile") for _, n in service.walk() if n.text.startswith("use profile voip "))


def _remote(interface: Node) -> str:
    line = interface.leaf("remote")
    return line.value("host") if line else ""
