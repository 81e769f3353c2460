"""Which parts of a configuration face Microsoft Teams, and which the other side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from ipaddress import AddressValueError, IPv4Address, IPv4Network

from sbc_tool import teams
from sbc_tool.teams.rules import Cloud
from sbc_tool.trinity.tree import Config, Node

_TOWARDS = ("registrar ", "proxy ", "force-destination ")
_MICROSOFT = {
    "worldwide": ".pstnhub.microsoft.com",
    "gcc-high": ".pstnhub.gov.teams.microsoft.us",
    "dod": ".pstnhub.dod.teams.microsoft.us",
}


def whole(config: Config) -> bool:
    """Whether it is all that a device holds: what is absent from a fragment says nothing."""
    return any(node.text.startswith("cli version ") for node in config.nodes)


def host_of(interface: Node) -> str:
    """The host that an `interface sip` sends calls to, in lower case; empty if it names none."""
    line = interface.leaf("remote")
    return line.value("host").lower() if line else ""


def address_of(host: str) -> IPv4Address | None:
    """The address if it is one, and no name."""
    try:
        return IPv4Address(host)
    except AddressValueError:
        return None


def is_microsoft(host: str) -> bool:
    """A name of Microsoft's SIP proxies, or an address of theirs."""
    address = address_of(host)
    if address is None:
        return host.lower().endswith(tuple(_MICROSOFT.values()))
    return any(address in network for network in _networks())


def cloud_of(config: Config) -> Cloud | None:
    """The cloud whose names the configuration uses; the worldwide one where it has addresses only."""
    hosts = [host_of(interface) for interface in teams_interfaces(config)]
    names = [name for name, suffix in _MICROSOFT.items() if any(host.endswith(suffix) for host in hosts)]
    return teams.load().clouds[names[0] if names else "worldwide"] if hosts else None


def teams_interfaces(config: Config) -> list[Node]:
    """The `interface sip` blocks whose remote is Microsoft's."""
    return [node for node in config.blocks("interface sip") if is_microsoft(host_of(node))]


def other_interfaces(config: Config) -> list[Node]:
    """The `interface sip` blocks towards anybody else, such as the PBX."""
    return [node for node in config.blocks("interface sip") if not is_microsoft(host_of(node))]


def teams_gateways(config: Config) -> list[Node]:
    """The `context sip-gateway` blocks that those interfaces are bound to."""
    return gateways_of(config, teams_interfaces(config))


def gateways_of(config: Config, interfaces: Iterable[Node]) -> list[Node]:
    """The `context sip-gateway` blocks that these `interface sip` blocks are bound to, each once."""
    bound = [interface.leaf("bind context sip-gateway") for interface in interfaces]
    names = dict.fromkeys(line.value("gateway") for line in bound if line)
    return [node for name in names if (node := config.objects.get(("sip-gateway", name)))]


def location_service(config: Config, gateway: Node) -> Node | None:
    """The `location-service` block that a gateway is bound to."""
    binding = gateway.leaf("bind location-service")
    return config.objects.get(("location-service", binding.value("service"))) if binding else None


def teams_voip_profiles(config: Config) -> list[Node]:
    """The `profile voip` blocks that calls to and from Microsoft use.

    Found over gateway and location service. A fragment without any interface towards Microsoft is judged by its
    profiles that speak of SRTP: nothing but Teams needs it here.
    """
    if not teams_interfaces(config):
        return [node for node in config.blocks("profile voip") if node.children and node.leaf("srtp")]
    return voip_profiles(config, teams_gateways(config))


def other_voip_profiles(config: Config) -> list[Node]:
    """The `profile voip` blocks of the other side, found alike."""
    if not teams_interfaces(config):
        return [node for node in config.blocks("profile voip") if node.children and not node.leaf("srtp")]
    return voip_profiles(config, gateways_of(config, other_interfaces(config)))


def voip_profiles(config: Config, gateways: Iterable[Node]) -> list[Node]:
    """The `profile voip` blocks that the identities of these gateways use, each once."""
    services = [service for gateway in gateways if (service := location_service(config, gateway))]
    names = dict.fromkeys(
        node.value("profile")
        for service in services
        for _, node in service.walk()
        if node.text.startswith("use profile voip ")
    )
    return [node for name in names if (node := config.objects.get(("voip-profile", name)))]


def codecs(profiles: Iterable[Node]) -> dict[str, Node]:
    """The codecs that VoIP profiles offer, each with its first line, in order."""
    found: dict[str, Node] = {}
    for profile in profiles:
        for node in profile.children:
            if node.value("codec") and node.value("index"):
                found.setdefault(node.value("codec"), node)
    return found


def keepalives(service: Node) -> list[Node]:
    """The `keep-alive options` lines of a location service that go to Microsoft."""
    return [line for host, line in _pings(service) if is_microsoft(host)]


def pinged_by(config: Config, interface: Node) -> set[str]:
    """The hosts to which the identities of an interface's gateway send OPTIONS; "" where they don't name any."""
    services = [location_service(config, gateway) for gateway in gateways_of(config, [interface])]
    return {host for service in services if service for host, _ in _pings(service)}


def _pings(service: Node) -> Iterator[tuple[str, Node]]:
    for _, block in service.walk():
        line = block.leaf("keep-alive options")
        if line:
            hosts = [node.value("host").lower() for node in block.children if node.text.startswith(_TOWARDS)]
            yield from ((host, line) for host in hosts or [""])


def unbound_services(config: Config) -> list[Node]:
    """The location services that no gateway is bound to; none where there are no gateways to tell."""
    gateways = list(config.blocks("context sip-gateway"))
    bound = [location_service(config, gateway) for gateway in gateways]
    return [node for node in config.blocks("location-service") if gateways and node not in bound]


def addresses(interface: Node) -> list[IPv4Address]:
    """The addresses of an `interface` block of `context ip`."""
    words = (node.value("address").partition("/")[0] for node in interface.children)
    return [address for word in words if word and (address := address_of(word))]


def bound_address(config: Config, interface: Node) -> str:
    """The address at which calls for an `interface sip` arrive; empty where the configuration doesn't tell."""
    for gateway in gateways_of(config, [interface]):
        for _, node in gateway.walk():
            behind = config.objects.get(("ip-interface", node.value("interface")))
            if behind and node.text.startswith("bind ipaddress "):
                return str(next(iter(addresses(behind)), ""))
    return ""


def _networks() -> Iterator[IPv4Network]:
    return (network for cloud in teams.load().clouds.values() for network in cloud.ranges)
