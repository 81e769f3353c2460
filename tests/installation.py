"""An installation to deploy: a site file with certificate and passwords, and a lab that is put back between tests."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sbc_tool.deploy import pki
from sbc_tool.deploy.session import Session, connect
from sbc_tool.lab import Lab, Ready
from sbc_tool.lab.smartnode import SmartNode
from sbc_tool.site.load import load
from sbc_tool.site.model import Site
from sbc_tool.site.secrets import Vault
from sbc_tool.world import World

FQDN = "sbc.meinefirma.de"
SITE = """\
site: musterfirma
device: {model: SN5500, host: 192.168.1.1, password: env:SBC_PASSWORD}
network:
  wan: {port: "0 1", address: 123.123.123.123/29, gateway: 123.123.123.121, filter: microsoft-only}
  lan: {port: "0 0", address: 192.168.1.1/24, gateway: 192.168.1.254}
  dns: [9.9.9.9]
  ntp: [pool.ntp.org]
teams: {fqdn: sbc.meinefirma.de, max_calls: 6}
tls: {certificate: fullchain.pem, private_key: "file:key.pem"}
starface: {address: 10.108.2.100, fqdn: starface.meinefirma.de, version: 7.1.0.3}
users:
  - {external: "+497123222", internal: "222", account: user.01, password: env:USER_01}
  - {external: "+497123223", internal: "223", account: user.02, password: env:USER_02}
  - {external: "+497123224", internal: "224", account: user.03, password: "file:users.env#USER_03"}
wan_link: {down_kbps: 50000, up_kbps: 10000, reserved_kbps: 2000}
licences: {ual: 3, ucc_premium: 3, phone_system: 3, service_until: 2100-12-31}
"""
MARK = "Kuckuck"  # in every password, so that none gets out unseen, however it is escaped or cut
# Everything that a shell, Jinja, printf, a regular expression, Rich or the device could take for its own.
PASSWORDS = {
    "SBC_PASSWORD": r"l'ab 100%\ Kuckuck $(login:administrator) [bold]#1",
    "USER_01": r"a b\n%s{{ Kuckuck }} $(sip:user.02)",
    "USER_02": r"'%PATH%\1 `Kuckuck` $(reboot); <x> ***1",
    "USER_03": r"#!lead [/red] Kuckuck${IFS} \g<0> --x",
}
_AREAS = ("pki:certificate/", "pki:private-key/", "config:")


@dataclasses.dataclass
class Installation:
    """`site` has the lab's host key; `file` is the site file itself."""

    lab: Lab
    site: Site
    file: Path
    ready: Ready
    environ: dict[str, str]
    factory: str
    files: frozenset[str]

    @property
    def device(self) -> SmartNode:
        return self.lab.device

    def reset(self) -> None:
        """The device as it came from its engineer: nothing of an earlier test is left."""
        device = self.device
        device.refuse = device.overhear = device.hang_up_after = None
        device.hang_up_at = ""
        self.lab.ssh.drop_all()
        self.lab.starface.forgive()
        for name in self.site_files():
            device.store.remove(name)
        device.startup = self.factory
        device.restart()

    def world(self, folder: Path, **changes: Any) -> World:
        """The lab's world with data in `folder`, in which nobody waits."""
        world = World(folder, self.environ, pause=lambda _: None)
        return dataclasses.replace(self.ready.world(world), **changes)

    def vault(self) -> Vault:
        return Vault(self.environ, nobody)

    def session(self, folder: Path, **changes: Any) -> Session:
        return connect(self.site, self.world(folder, **changes), self.environ["SBC_PASSWORD"])

    def certificate_name(self) -> str:
        """What the site's certificate is called on the device."""
        return pki.name_of_file(self.site) or ""

    def site_files(self) -> list[str]:
        """The files on the device that the factory did not put there."""
        names = [area + name for area in _AREAS for name in self.device.store.names(area)]
        return [name for name in names if name not in self.files]

    def untouched(self) -> bool:
        """Whether the device is as it came from its engineer."""
        return self.running() == self.factory == self.device.startup and self.site_files() == []

    def running(self) -> str:
        return self.device.running.printed()


def nobody(question: str, secret: bool) -> str:
    raise AssertionError(f"nobody may be asked: {question}")


def write_site(folder: Path, text: str = SITE) -> Path:
    """A site file and its file of passwords; certificate and key are for others to add."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "users.env").write_text(f"USER_03='{PASSWORDS['USER_03']}'\n", encoding="utf-8")
    file = folder / "site.yaml"
    file.write_text(text, encoding="utf-8")
    return file


@contextmanager
def installation(folder: Path) -> Iterator[Installation]:
    """A lab whose CA has issued the site's certificate; slow to make (RSA keys), quick to put back."""
    environ = {name: value for name, value in PASSWORDS.items() if name != "USER_03"}
    file = write_site(folder / "site")
    with Lab.start(load(file), folder / "lab", environ=environ) as lab:
        minted = lab.ready()
        assert minted.certificate
        assert minted.private_key
        (file.parent / "fullchain.pem").write_bytes(minted.certificate.read_bytes())
        (file.parent / "key.pem").write_bytes(minted.private_key.read_bytes())
        ready = dataclasses.replace(minted, certificate=None, private_key=None)  # the site now has its own
        names = [area + name for area in _AREAS for name in lab.device.store.names(area)]
        yield Installation(lab, ready.adopt(load(file)), file, ready, environ, lab.device.startup, frozenset(names))
