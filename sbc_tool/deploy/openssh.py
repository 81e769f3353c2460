"""The user's OpenSSH configuration: where a host name leads, as whom, with which keys, and over which jump hosts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sbc_tool.deploy.ssh_config import Entry, lookup
from sbc_tool.errors import InputError
from sbc_tool.site.model import Site
from sbc_tool.world import World

_JUMP = "jump host"
_DEEPEST = 8  # jump hosts in a row: more is a circle
_HOP = re.compile(r"(?:(?P<user>[^@\s]+)@)?(?P<host>\[[0-9A-Fa-f:.]+\]|[^@:,\s\[\]]+)(?::(?P<port>\d{1,5}))?")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One SSH server: where it is, who logs in, and with what besides a password."""

    host: str
    port: int
    user: str
    identities: tuple[Path, ...] = ()
    agent: bool = True
    role: str = "device"  # or jump host, for messages
    alias: str = ""  # HostKeyAlias

    @property
    def address(self) -> str:
        return f"{self.host}:{self.port}"

    @property
    def key_name(self) -> tuple[str, int]:
        """Under what its host key is known; an alias stands there without a port, as OpenSSH writes it."""
        return (self.alias, 22) if self.alias else (self.host, self.port)


@dataclass(frozen=True, slots=True)
class Route:
    """The device, and the jump hosts on the way to it, the first one first."""

    device: Endpoint
    jumps: tuple[Endpoint, ...] = ()


def route(site: Site, world: World) -> Route:
    """From the site file and the options; what they leave open, the OpenSSH configuration tells.

    InputError for a configuration that can't be read or a way that leads in a circle.
    """
    config = _Configuration(world)
    host, port = world.device or (site.device.host, site.device.port)
    given = site.device.model_fields_set
    said_port = port if world.device or "port" in given else 0
    said_user = site.device.username if "username" in given else ""
    entry = config.entry(host, said_user, said_port)
    device = config.endpoint(host, entry, "device", site.device.username)
    if world.ssh.jumps:
        return Route(device, config.jumps(world.ssh.jumps, 0))
    return Route(device, config.proxies(host, entry, 0))


class _Configuration:
    def __init__(self, world: World) -> None:
        self._world = world

    def entry(self, host: str, user: str = "", port: int = 0) -> Entry:
        return lookup(self._world.ssh.config, host, user, port)

    def endpoint(self, host: str, entry: Entry, role: str, user: str = "") -> Endpoint:
        port = entry.first("port", "22")
        if not port.isdecimal() or int(port) not in range(1, 65536):
            raise InputError(f"{self._world.ssh.config}: {host} has the port {port}", "see --ssh-config")
        return Endpoint(
            entry.first("hostname"), int(port), entry.first("user") or user or self._user(host),
            self._identities(entry), entry.first("identitiesonly").lower() != "yes", role, entry.first("hostkeyalias"),
        )  # fmt: skip

    def _identities(self, entry: Entry) -> tuple[Path, ...]:
        """Those of --identity first; a file of the configuration that isn't there is passed over, as OpenSSH does."""
        listed = (Path(name).expanduser() for name in entry.each("identityfile"))
        return (*self._world.ssh.identities, *(path for path in listed if path.is_file()))

    def proxies(self, host: str, entry: Entry, depth: int) -> tuple[Endpoint, ...]:
        """The jump hosts that the configuration names for a host."""
        names = entry.first("proxyjump", "none")
        if names.lower() != "none":
            return self.jumps([name.strip() for name in names.split(",")], depth)
        if entry.first("proxycommand", "none").lower() != "none":
            what = f"{self._world.ssh.config}: {host} has a ProxyCommand, which is not run from here"
            raise InputError(what, "write it as ProxyJump, or pass --jump")
        return ()

    def jumps(self, names: Sequence[str], depth: int) -> tuple[Endpoint, ...]:
        """One endpoint a name; the first may itself lie behind others."""
        if depth > _DEEPEST:
            raise InputError("the jump hosts of the OpenSSH configuration lead in a circle", "look at its ProxyJump")
        hops = [_parsed(name) for name in names]
        entries = [self.entry(host, user, port) for user, host, port in hops]
        before = self.proxies(hops[0][1], entries[0], depth + 1)
        pairs = zip(hops, entries, strict=True)
        return (*before, *(self.endpoint(host, entry, _JUMP) for (_, host, _), entry in pairs))

    def _user(self, host: str) -> str:
        environ = self._world.environ
        if name := environ.get("USER") or environ.get("USERNAME"):
            return name
        raise InputError(f"as whom to log in to the jump host {host}?", f"--jump USER@{host}")


def _parsed(name: str) -> tuple[str, str, int]:
    """User, host and port, the first and last as far as they are said. OpenSSH's URI form is taken, too."""
    found = _HOP.fullmatch(name.removeprefix("ssh://"))
    if found is None or int(found["port"] or 1) not in range(1, 65536):
        raise InputError(f"--jump {name}: not [USER@]HOST[:PORT]", "as OpenSSH's -J")
    return found["user"] or "", found["host"].strip("[]"), int(found["port"] or 0)
