"""The lab as one thing: a device in its factory state, its SBC, a name server and a CA, all on 127.0.0.1."""

from __future__ import annotations

import dataclasses
import secrets
import string
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Self

from sbc_tool import teams
from sbc_tool.errors import InputError
from sbc_tool.lab import pki
from sbc_tool.lab.authority import Authority
from sbc_tool.lab.connector import Connectors
from sbc_tool.lab.edge import Edge
from sbc_tool.lab.factory import factory_configuration
from sbc_tool.lab.faults import Fault, changed, changes_of
from sbc_tool.lab.identities import contact_of
from sbc_tool.lab.latency import Relay
from sbc_tool.lab.listener import LOOPBACK
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
from sbc_tool.site.secrets import Vault

_NOTHING: Mapping[str, str] = MappingProxyType({})
_SECRET_LENGTH = 20


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
    _ready: Ready
    _running: ExitStack

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
        password, accounts, minted = _passwords(site, environ)
        ca = pki.LabCa()
        rules = teams.load()
        proxies = rules.clouds[site.teams.cloud].proxies
        with ExitStack() as running:
            device = _device(site, password)
            running.callback(device.finish_fetching)
            ssh = SshServer(device)
            running.callback(ssh.stop)
            names = Names.start(site)
            running.callback(names.stop)
            stun = StunServer(str(site.network.wan.gateway))
            running.callback(stun.stop)
            clock = NtpServer()
            running.callback(clock.stop)
            edge = Edge(proxies, ca.mint(*proxies), ca.root_pem, folder)
            running.callback(edge.stop)
            authority = Authority(ca.intermediate)
            running.callback(authority.stop)
            outside = (str(site.network.wan.address.ip), site.teams.tls_port)
            sbc = Sbc(outside, folder, lambda: read_service(device.running, device.store, ca.root_pem))
            running.callback(sbc.stop)
            registrar = (site.starface.address, site.starface.port)
            starface = Starface(accounts, device=lambda name, word: contact_of(device.running, name, word, registrar))
            running.callback(starface.stop)
            connectors = Connectors(folder, ca)
            running.callback(connectors.stop)
            device.watchers.append(sbc.update)
            edge.gateways.add(site.teams.fqdn.lower())
            gateway = f"{site.teams.fqdn}:{site.teams.tls_port}"
            edge.way = lambda asked: (LOOPBACK, sbc.port) if asked.lower() == gateway.lower() else None
            device.settle()
            port = ssh.port
            if latency_ms:
                relay = Relay(port, latency_ms)
                running.callback(relay.stop)
                port = relay.port
            certificate, private_key = _pair(site, folder, ca, environ)
            ready = Ready(
                device=f"{LOOPBACK}:{port}",
                host_key=ssh.fingerprint,
                username=site.device.username,
                resolvers=names.resolvers,
                local_resolvers=names.local_resolvers,
                stun=(f"{LOOPBACK}:{stun.port}",),
                connect_to=(
                    f"{site.teams.fqdn}:{site.teams.tls_port}:{LOOPBACK}:{sbc.port}",
                    f"{site.starface.address}:{site.starface.port}:{LOOPBACK}:{starface.port}",
                    *names.ways,
                    *connectors.ways,
                    *(f"{server}:123:{LOOPBACK}:{clock.port}" for server in site.network.ntp),
                    *(f"{name}:{rules.signalling_port}:{LOOPBACK}:{edge.port}" for name in proxies),
                    *(f"{name}:80:{LOOPBACK}:{authority.port}" for name in authority.names),
                ),
                ca_bundle=_write(folder / "lab-ca.pem", ca.root_pem),
                certificate=certificate,
                private_key=private_key,
                secrets=minted,
                changes=changes,
            )
            lab = cls(
                site,
                folder,
                ca,
                device,
                ssh,
                names,
                stun,
                clock,
                sbc,
                starface,
                connectors,
                edge,
                authority,
                ready,
                running.pop_all(),
            )
        for fault in faults:
            fault.before(lab)
        return lab

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


def _passwords(site: Site, environ: Mapping[str, str]) -> tuple[str, dict[str, str], dict[str, str]]:
    """The device's password, those of the telephones, and what had to be minted, by reference: one secret for each."""
    minted: dict[str, str] = {}
    vault = Vault(environ, _nobody, lambda ref: minted.setdefault(str(ref), _mint_secret()))
    accounts = {user.account: vault.resolve(user.password, f"password of {user.account}") for user in site.users}
    return vault.resolve(site.device.password, "password of the device"), accounts, minted


def _mint_secret() -> str:
    """Random, with a blank and a $ inside: real passwords need quoting, so the lab's do, too."""
    letters = [secrets.choice(string.ascii_letters + string.digits) for _ in range(_SECRET_LENGTH)]
    letters[5], letters[11] = " ", "$"
    return "".join(letters)


def _nobody(question: str, secret: bool) -> str:  # noqa: ARG001
    raise InputError("nobody is asked in the lab")


def _device(site: Site, password: str) -> SmartNode:
    plate = Nameplate(hostname=str(site.network.lan.address.ip), model=site.device.model)
    if site.device.serial is not None:
        plate = Nameplate(plate.hostname, plate.model, site.device.serial)
    device = SmartNode(factory_configuration(site, password), plate)
    certificate, key = pki.self_signed(plate.serial.lower())
    device.store.write(f"pki:certificate/{TLS_PROFILE}", certificate)
    device.store.write(f"pki:private-key/{TLS_PROFILE}", key)
    return device


def _pair(site: Site, folder: Path, ca: pki.LabCa, environ: Mapping[str, str]) -> tuple[Path, Path] | tuple[None, None]:
    """Files of a minted certificate and its key, if the site lacks either: the two only work together."""
    try:
        Vault(environ, _nobody).resolve(site.tls.private_key, "private key")
    except InputError:
        pass
    else:
        if site.tls.certificate.is_file():
            return None, None
    chain, key = ca.mint(site.teams.fqdn)
    return _write(folder / "fullchain.pem", chain), pki.write_private(folder / "key.pem", key)


def _write(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path
