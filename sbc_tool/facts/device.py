"""What the device says of itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv4Interface
from typing import TYPE_CHECKING

from sbc_tool.check import NotApplicable, Unknown
from sbc_tool.errors import DeviceRefused, SbcError
from sbc_tool.facts.trust import Trusted, inbound_rules, trusted
from sbc_tool.site.model import Site
from sbc_tool.trinity.tree import Config, parse, write
from sbc_tool.world import World

if TYPE_CHECKING:
    from sbc_tool.deploy.session import Session  # netmiko is slow to import


@dataclass(frozen=True, slots=True)
class DeviceAddress:
    """An address that the device holds; `port` is the Ethernet port of the interface, such as "0 1"."""

    interface: str
    port: str
    address: IPv4Interface


@dataclass(frozen=True, slots=True)
class DeviceClock:
    """What `show clock` printed, and our own time right before and after. That the command exists is assumed."""

    text: str
    before: datetime
    after: datetime


@dataclass(frozen=True, slots=True)
class DeviceFact:
    addresses: tuple[DeviceAddress, ...]
    clock: DeviceClock | Unknown = Unknown("the device's clock was not asked")  # noqa: RUF009 - a str
    trusted: tuple[Trusted, ...] = ()
    wan_rules: tuple[str, ...] | None = None  # of the access list for what comes in; None: nothing is filtered
    running: tuple[str, ...] = ()  # lines of the running configuration, without its secrets


def probe(site: Site, world: World, password: str) -> DeviceFact | Unknown | NotApplicable:
    """Log in, read clock, running configuration and trusted certificates, and leave."""
    if world.offline:
        return NotApplicable("the device is not asked: --offline")
    from sbc_tool.deploy.session import connect  # netmiko is slow to import

    try:
        with connect(site, world, password) as session:
            clock = _clock(session, world)
            config = parse(session.running_config(), "running-config")
            roots = trusted(session, config)
    except DeviceRefused as error:
        return Unknown.because(f"{error.what}; {error.hint}", refused=True)
    except SbcError as error:
        return Unknown(f"{error.what}; {error.hint}" if error.hint else error.what)
    running = tuple(write(config.map_secrets(lambda _: "***")).splitlines())
    rules = inbound_rules(config, site.network.wan.port)
    return DeviceFact(tuple(held_addresses(config)), clock, roots, rules, running)


def _clock(session: Session, world: World) -> DeviceClock | Unknown:
    before = world.now()
    text = session.run("show clock")
    if text.startswith("%"):
        return Unknown(f"the device has no `show clock`: {text.strip()}")
    return DeviceClock(text, before, world.now())


def held_addresses(config: Config) -> Iterator[DeviceAddress]:
    """Every IPv4 address of a configuration, with the Ethernet port that its interface is bound to."""
    ports = {}
    for ethernet in config.blocks("port ethernet"):
        binding = ethernet.leaf("bind interface")
        if binding:
            bound = binding.value("context"), binding.value("interface")
            ports[bound] = f"{ethernet.value('slot')} {ethernet.value('port')}"
    for context in config.blocks("context ip"):
        for interface in context.children:
            for line in interface.children:
                if line.text.startswith("ipaddress ") and (address := _interface(line.value("address"))):
                    port = ports.get((context.name, interface.name), "")
                    yield DeviceAddress(interface.name, port, address)


def _interface(text: str) -> IPv4Interface | None:
    try:
        return IPv4Interface(text)
    except ValueError:
        return None  # no address, such as a form that the grammar does not know
