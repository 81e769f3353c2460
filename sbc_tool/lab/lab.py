"""The lab as one thing: a device in its factory state, its SBC, a name server and a CA, all on 127.0.0.1."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Any, Protocol, Self, TypeVar

from sbc_tool import teams
from sbc_tool.lab import pki
from sbc_tool.lab.authority import Authority
from sbc_tool.lab.connector import Connectors
from sbc_tool.lab.edge import Edge
from sbc_tool.lab.factory import factory_configuration
from sbc_tool.lab.faults import Fault, changed, changes_of
from sbc_tool.lab.identities import contact_of
from sbc_tool.lab.latency import Relay
from sbc_tool.lab.listener import LOOPBACK
from sbc_tool.lab.minting import Passwords, pair_of, written
from sbc_tool.lab.names import Names
from sbc_tool.lab.ntp import NtpServer
from sbc_tool.lab.ready import Ready
from sbc_tool.lab.sbc import Sbc
from sbc_tool.lab.service import TLS_PROFILE, read_service
from sbc_tool.lab.smartnode import Nameplate, SmartNode
from sbc_tool.lab.sshd import SshServer
from sbc_tool.lab.starface import Starface
from sbc_tool.lab.stun import StunServer
from sbc_tool.site.model import Site

_NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(eq=False, slots=True)
class Lab:
    """`start` it; as a context manager it stops at the end. When stop() returns, no thread and no port is left.

    `site` is the one it stands for, with what its faults change.
    """

    site: Site
    folder: Path
    ca: pki.LabCa
    device: SmartNode
    ssh: SshServer
    names: Names
    stun: StunServer
    time: NtpServer
    sbc: Sbc
    starface: Starface
    connectors: Connectors
    edge: Edge
    authority: Authority
    _ready: Ready = field(init=False)
    _running: ExitStack = field(init=False)

    @classmethod
    def start(
        cls,
        site: Site,
        folder: Path,
        latency_ms: int = 0,
        environ: Mapping[str, str] = _NOTHING,
        faults: Sequence[Fault] = (),
    ) -> Lab:
        """Keep the lab's files in `folder`; mint what `environ`, files and keyring do not hold.

        Of the faults, what they do before a deployment is done; `break_down` does the rest.
        InputError when the site's own password for the device cannot be typed into one.
        """
        changes = changes_of(faults)
        site = changed(site, changes)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        known = Passwords.of(site, environ)
        with ExitStack() as running:
            lab = cls._servers(site, folder, known, running)
            lab._connect()
            port = _kept(running, Relay(lab.ssh.port, latency_ms)).port if latency_ms else lab.ssh.port
            lab._ready = lab._told(port, pair_of(site, folder, lab.ca, environ), known.minted, changes)
            lab._running = running.pop_all()
        for fault in faults:
            fault.before(lab)
        return lab

    @classmethod
    def _servers(cls, site: Site, folder: Path, known: Passwords, running: ExitStack) -> Lab:
        """All of them, listening; `running` ends them."""
        device, ca = _device(site, known.device), pki.LabCa()
        running.callback(device.finish_fetching)
        proxies = teams.load().clouds[site.teams.cloud].proxies
        outside = (str(site.network.wan.address.ip), site.teams.tls_port)
        registrar = (site.starface.address, site.starface.port)
        return cls(
            site=site,
            folder=folder,
            ca=ca,
            device=device,
            ssh=_kept(running, SshServer(device)),
            names=_kept(running, Names.start(site)),
            stun=_kept(running, StunServer(str(site.network.wan.gateway))),
            time=_kept(running, NtpServer()),
            edge=_kept(running, Edge(proxies, ca.mint(*proxies), ca.root_pem, folder)),
            authority=_kept(running, Authority(ca.intermediate)),
            sbc=_kept(running, Sbc(outside, folder, lambda: read_service(device.running, device.store, ca.root_pem))),
            starface=_kept(
                running,
                Starface(known.accounts, device=lambda name, word: contact_of(device.running, name, word, registrar)),
            ),
            connectors=_kept(running, Connectors(folder, ca)),
        )

    def _connect(self) -> None:
        """The SBC lives by the device's configuration, and Microsoft's edge knows the way to it."""
        fqdn, sbc = self.site.teams.fqdn.lower(), self.sbc
        gateway = f"{fqdn}:{self.site.teams.tls_port}"
        self.device.watchers.append(sbc.update)
        self.edge.gateways.add(fqdn)
        self.edge.way = lambda asked: (LOOPBACK, sbc.port) if asked.lower() == gateway else None
        self.device.settle()

    def _told(
        self, ssh_port: int, pair: tuple[Path | None, Path | None], minted: Mapping[str, str], changes: dict[str, Any]
    ) -> Ready:
        return Ready(
            device=f"{LOOPBACK}:{ssh_port}",
            host_key=self.ssh.fingerprint,
            username=self.site.device.username,
            resolvers=self.names.resolvers,
            local_resolvers=self.names.local_resolvers,
            stun=(f"{LOOPBACK}:{self.stun.port}",),
            connect_to=self._ways(),
            ca_bundle=written(self.folder / "lab-ca.pem", self.ca.root_pem),
            certificate=pair[0],
            private_key=pair[1],
            secrets=minted,
            changes=changes,
        )

    def _ways(self) -> tuple[str, ...]:
        """Where each server of the outside is found, as `--connect-to` takes it."""
        site, rules = self.site, teams.load()
        proxies = rules.clouds[site.teams.cloud].proxies
        return (
            f"{site.teams.fqdn}:{site.teams.tls_port}:{LOOPBACK}:{self.sbc.port}",
            f"{site.starface.address}:{site.starface.port}:{LOOPBACK}:{self.starface.port}",
            *self.names.ways,
            *self.connectors.ways,
            *(f"{server}:123:{LOOPBACK}:{self.time.port}" for server in site.network.ntp),
            *(f"{name}:{rules.signalling_port}:{LOOPBACK}:{self.edge.port}" for name in proxies),
            *(f"{name}:80:{LOOPBACK}:{self.authority.port}" for name in self.authority.names),
        )

    def break_down(self, faults: Sequence[Fault]) -> None:
        """Do what the faults do to an installed site."""
        for fault in faults:
            fault.after(self)

    def detour(self, relay: Relay, port: int) -> None:
        """From now on lead what is meant for a port of the lab over a relay."""
        self._running.callback(relay.stop)
        ends = ((way, *way.rsplit(":", 1)) for way in self._ready.connect_to)
        ways = tuple(f"{there}:{relay.port}" if end == str(port) else way for way, there, end in ends)
        self._ready = dataclasses.replace(self._ready, connect_to=ways)

    def give_along(self, site_file: Path) -> None:
        """Another site file, for those who look at the lab's site."""
        self._ready = dataclasses.replace(self._ready, beside=(*self._ready.beside, str(site_file)))

    def ready(self) -> Ready:
        return self._ready

    def stop(self) -> None:
        self._running.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


class _Server(Protocol):
    def stop(self) -> None: ...


_AnyServer = TypeVar("_AnyServer", bound=_Server)


def _kept(running: ExitStack, server: _AnyServer) -> _AnyServer:
    running.callback(server.stop)
    return server


def _device(site: Site, password: str) -> SmartNode:
    plate = Nameplate(hostname=str(site.network.lan.address.ip), model=site.device.model)
    if site.device.serial is not None:
        plate = Nameplate(plate.hostname, plate.model, site.device.serial)
    device = SmartNode(factory_configuration(site, password), plate)
    certificate, key = pki.self_signed(plate.serial.lower())
    device.store.write(f"pki:certificate/{TLS_PROFILE}", certificate)
    device.store.write(f"pki:private-key/{TLS_PROFILE}", key)
    return device
