"""The user's OpenSSH configuration: where a host name leads, as whom, with which keys, and over which jump hosts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import paramiko

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

    @property
    def address(self) -> str:
        return f"{self.host}:{self.port}"


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
    entry = config.entry(host)
    given = site.device.model_fields_set
    if world.device is None and "port" not in given:
        port = int(entry.get("port", port))
    user = site.device.username if "username" in given else entry.get("user", site.device.username)
    name = entry.get("hostname", host)
    device = Endpoint(name, port, user, config.identities(entry), config.agent(entry))
    if world.ssh.jumps:
        return Route(device, config.jumps(world.ssh.jumps, 0))
    return Route(device, config.proxies(host, entry, 0))


class _Configuration:
    def __init__(self, world: World) -> None:
        self._world = world
        self._config = _read(world.ssh.config) if world.ssh.config else paramiko.SSHConfig()

    def entry(self, host: str) -> paramiko.SSHConfigDict:
        try:
            return self._config.lookup(host)
        except (paramiko.ssh_exception.ConfigParseError, ImportError) as error:  # ImportError: `Match exec`
            raise InputError(f"{self._world.ssh.config}: {error}", "pass another file as --ssh-config") from None

    def identities(self, entry: paramiko.SSHConfigDict) -> tuple[Path, ...]:
        """Those of --identity first; a file of the configuration that isn't there is passed over, as OpenSSH does."""
        listed = (Path(name).expanduser() for name in entry.get("identityfile", ()))
        return (*self._world.ssh.identities, *(path for path in listed if path.is_file()))

    def agent(self, entry: paramiko.SSHConfigDict) -> bool:
        return str(entry.get("identitiesonly", "no")).lower() != "yes"

    def proxies(self, host: str, entry: paramiko.SSHConfigDict, depth: int) -> tuple[Endpoint, ...]:
        """The jump hosts that the configuration names for a host."""
        names = str(entry.get("proxyjump") or "none")
        if names.lower() != "none":
            return self.jumps([name.strip() for name in names.split(",")], depth)
        if entry.get("proxycommand"):
            what = f"{self._world.ssh.config}: {host} has a ProxyCommand, which is not run from here"
            raise InputError(what, "write it as ProxyJump, or pass --jump")
        return ()

    def jumps(self, names: Sequence[str], depth: int) -> tuple[Endpoint, ...]:
        """One endpoint a name; the first may itself lie behind others."""
        if depth > _DEEPEST:
            raise InputError("the jump hosts of the OpenSSH configuration lead in a circle", "look at its ProxyJump")
        hops = [_parsed(name) for name in names]
        entries = [self.entry(host) for _, host, _ in hops]
        before = self.proxies(hops[0][1], entries[0], depth + 1)
        return (*before, *(self._jump(hop, entry) for hop, entry in zip(hops, entries, strict=True)))

    def _jump(self, hop: tuple[str, str, int], entry: paramiko.SSHConfigDict) -> Endpoint:
        user, host, port = hop
        user = user or entry.get("user") or self._user(host)
        port = port or int(entry.get("port", 22))
        return Endpoint(entry.get("hostname", host), port, user, self.identities(entry), self.agent(entry), _JUMP)

    def _user(self, host: str) -> str:
        environ = self._world.environ
        if name := environ.get("USER") or environ.get("USERNAME"):
            return name
        raise InputError(f"as whom to log in to the jump host {host}?", f"--jump USER@{host}")


def _read(path: Path) -> paramiko.SSHConfig:
    try:
        return paramiko.SSHConfig.from_path(str(path))
    except OSError as error:
        raise InputError(f"{path}: {(error.strerror or str(error)).lower()}", "see --ssh-config") from None
    except (paramiko.ssh_exception.ConfigParseError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: {error}", "pass another file as --ssh-config") from None


def _parsed(name: str) -> tuple[str, str, int]:
    """User, host and port, the first and last as far as they are said. OpenSSH's URI form is taken, too."""
    found = _HOP.fullmatch(name.removeprefix("ssh://"))
    if found is None or int(found["port"] or 1) not in range(1, 65536):
        raise InputError(f"--jump {name}: not [USER@]HOST[:PORT]", "as OpenSSH's -J")
    return found["user"] or "", found["host"].strip("[]"), int(found["port"] or 0)
