"""The DNS of the lab's world: a zone, its two servers, that of the zone above, two public resolvers, the office's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from sbc_tool.lab.dns import NameServer, Zone, records_of
from sbc_tool.lab.listener import LOOPBACK
from sbc_tool.site.model import Site


@dataclass(eq=False, slots=True)
class Names:
    """All servers share `zone` until a fault gives one of them a zone of its own."""

    zone: Zone
    apex: str
    servers: dict[str, NameServer]  # the zone's own, by the names in its NS records
    registry: dict[str, NameServer]  # the one of the zone above, by its name
    public: tuple[NameServer, ...]
    office: NameServer

    @classmethod
    def start(cls, site: Site) -> Self:
        zone = Zone(records_of(site))
        fqdn = site.teams.fqdn.lower()
        apex = fqdn.partition(".")[2] if fqdn.count(".") > 1 else fqdn
        servers = {f"{host}.{apex}": NameServer(zone) for host in ("ns1", "ns2")}
        zone.others[apex, "NS"] = tuple(f"{name}." for name in servers)
        above = apex.partition(".")[2]
        zone.others[above, "NS"] = (f"a.nic.{above}.",)
        listed = Zone({}, delegated={apex: zone.others[apex, "NS"]})
        registry = {f"a.nic.{above}": NameServer(listed)}
        public = (NameServer(zone, resolver=True), NameServer(zone, resolver=True))
        return cls(zone, apex, servers, registry, public, NameServer(zone, resolver=True))

    @property
    def records(self) -> dict[str, tuple[str, ...]]:
        """The A records that all servers share."""
        return self.zone.addresses

    @property
    def resolvers(self) -> tuple[str, ...]:
        return tuple(f"lab-{number}={LOOPBACK}:{server.port}" for number, server in enumerate(self.public, 1))

    @property
    def local_resolvers(self) -> tuple[str, ...]:
        return (f"office={LOOPBACK}:{self.office.port}",)

    @property
    def ways(self) -> tuple[str, ...]:
        """Where the servers of both zones really are, as --connect-to has it."""
        named = {**self.servers, **self.registry}
        return tuple(f"{name}:53:{LOOPBACK}:{server.port}" for name, server in named.items())

    def stop(self) -> None:
        for server in (*self.servers.values(), *self.registry.values(), *self.public, self.office):
            server.stop()
