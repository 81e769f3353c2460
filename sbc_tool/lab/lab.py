"""The lab as one thing: a device in its factory state, its SBC, a name server and a CA, all on 127.0.0.1."""

from __future__ import annotations

import secrets
import string
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Self

from sbc_tool.errors import InputError
from sbc_tool.lab import pki
from sbc_tool.lab.dns import NameServer, records_of
from sbc_tool.lab.factory import factory_configuration
from sbc_tool.lab.faults import Fault, changed, changes_of
from sbc_tool.lab.latency import Relay
from sbc_tool.lab.listener import LOOPBACK
from sbc_tool.lab.ready import Ready
from sbc_tool.lab.sbc import Sbc
from sbc_tool.lab.service import TLS_PROFILE, read_service
from sbc_tool.lab.smartnode import Nameplate, SmartNode
from sbc_tool.lab.sshd import SshServer
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
    names: NameServer
    sbc: Sbc
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
        password, minted = _passwords(site, environ)
        ca = pki.LabCa()
        with ExitStack() as running:
            device = _device(site, password)
            running.callback(device.finish_fetching)
            ssh = SshServer(device)
            running.callback(ssh.stop)
            names = NameServer(records_of(site))
            running.callback(names.stop)
            outside = (str(site.network.wan.address.ip), site.teams.tls_port)
            sbc = Sbc(outside, folder, lambda: read_service(device.running, device.store, ca.root_pem))
            running.callback(sbc.stop)
            device.watchers.append(sbc.update)
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
                resolvers=(f"lab={LOOPBACK}:{names.port}",),
                connect_to=(f"{site.teams.fqdn}:{site.teams.tls_port}:{LOOPBACK}:{sbc.port}",),
                ca_bundle=_write(folder / "lab-ca.pem", ca.root_pem),
                certificate=certificate,
                private_key=private_key,
                secrets=minted,
                changes=changes,
            )
            lab = cls(site, folder, ca, device, ssh, names, sbc, ready, running.pop_all())
        for fault in faults:
            fault.before(lab)
        return lab

    def break_down(self, faults: Sequence[Fault]) -> None:
        """Do what the faults do to an installed site."""
        for fault in faults:
            fault.after(self)

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


def _passwords(site: Site, environ: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """The device's password, and what had to be minted, by reference: one secret for each."""
    minted: dict[str, str] = {}
    vault = Vault(environ, _nobody, lambda ref: minted.setdefault(str(ref), _mint_secret()))
    for user in site.users:
        vault.resolve(user.password, f"password of {user.account}")
    return vault.resolve(site.device.password, "password of the device"), minted


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
