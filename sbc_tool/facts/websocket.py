"""How far a connection to the Cloud Connector gets: name, TCP, TLS, and the answer to a WebSocket upgrade."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

from sbc_tool.check import NotApplicable, Unknown
from sbc_tool.facts.question import DnsAnswer, Question, ask
from sbc_tool.facts.upgrade import Proxy, Way, direct, proxy_of, through
from sbc_tool.fluxpunkt import HOSTS, Host
from sbc_tool.site.model import Site
from sbc_tool.world import World


@dataclass(frozen=True, slots=True)
class Door:
    """`answers` are those of the world's resolvers; `proxied` is tried if the direct way fails."""

    host: Host
    answers: tuple[DnsAnswer, ...]
    direct: Way
    proxied: Way | None = None

    @property
    def nameless(self) -> bool:
        """Resolvers answered, and none knows an address."""
        heard = [answer for answer in self.answers if not answer.error]
        return bool(heard) and not any(answer.records for answer in heard)


@dataclass(frozen=True, slots=True)
class ConnectorFact:
    """`proxy` is the HTTPS proxy of this computer's environment, HOST:PORT, or empty."""

    doors: tuple[Door, ...]
    proxy: str = ""


def probe(site: Site, world: World) -> ConnectorFact | Unknown | NotApplicable:
    """Try all hosts side by side, from here: the STARFACE's own way can only be seen in its network."""
    if world.offline:
        return NotApplicable("the Cloud Connector is not looked for: --offline")
    if site.starface.kind == "cloud":
        return Unknown("not verifiable from here: the STARFACE runs in STARFACE's cloud, and only its own way counts")
    proxy = proxy_of(world.environ)
    with ThreadPoolExecutor(len(HOSTS), "connector") as threads:
        doors = tuple(threads.map(lambda host: _door(host, world, proxy), HOSTS))
    return ConnectorFact(doors, proxy.where if proxy else "")


def _door(host: Host, world: World, proxy: Proxy | None) -> Door:
    asks: tuple[Callable[[], DnsAnswer], ...] = tuple(
        partial(ask, resolver, Question(host.name), world.timeout, world.ca_bundle) for resolver in world.resolvers
    )
    with ThreadPoolExecutor(len(asks) + 1, "door") as threads:
        going = threads.submit(direct, world, host.name)
        answers = tuple(threads.map(lambda question: question(), asks))
    way = going.result()
    if way.through or proxy is None:
        return Door(host, answers, way)
    return Door(host, answers, way, through(proxy, world, host.name))
