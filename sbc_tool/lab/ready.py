"""Where everything of a running lab is: what a command needs to run against it, in this process or another."""

from __future__ import annotations

import dataclasses
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sbc_tool.errors import InputError
from sbc_tool.lab.faults import changed
from sbc_tool.lab.pki import write_private
from sbc_tool.site.model import Site
from sbc_tool.site.secrets import SecretRef
from sbc_tool.world import ConnectTo, Resolver, World

_PATHS = ("ca_bundle", "certificate", "private_key")


@dataclass(frozen=True, slots=True)
class Ready:
    """Addresses are HOST:PORT, `resolvers` and `connect_to` as the options of the same name take them.

    `certificate` and `private_key` are None when the site has its own; `secrets` holds what was minted for references
    that lead nowhere, and nothing else. `changes` are the keys of the site file that faults give another value,
    `beside` the site files that a fault has added: as if each had been given along with the lab's.
    """

    device: str
    host_key: str
    username: str
    resolvers: tuple[str, ...]
    local_resolvers: tuple[str, ...]
    stun: tuple[str, ...]
    connect_to: tuple[str, ...]
    ca_bundle: Path
    certificate: Path | None
    private_key: Path | None
    secrets: Mapping[str, str] = field(repr=False)
    changes: Mapping[str, Any] = field(default_factory=dict)
    beside: tuple[str, ...] = ()

    def world(self, world: World) -> World:
        """The same world, with the lab in place of the outside; a device or way chosen by hand goes first."""
        return dataclasses.replace(
            world,
            device=world.device or _address(self.device),
            resolvers=tuple(_resolver(text) for text in self.resolvers),
            local_resolvers=lambda: tuple(_resolver(text) for text in self.local_resolvers),
            stun=tuple(_address(text) for text in self.stun),
            connect_to=(*world.connect_to, *(_connect_to(text) for text in self.connect_to)),
            ca_bundle=self.ca_bundle,
        )

    def adopt(self, site: Site) -> Site:
        """The same site, with the lab's host key, the lab's certificate if it has none of its own, and its faults."""
        site = changed(site, self.changes)
        device = site.device.model_copy(update={"host_key": self.host_key})
        tls = site.tls
        if self.certificate is not None and self.private_key is not None:
            key = SecretRef("file", str(self.private_key))
            tls = tls.model_copy(update={"certificate": self.certificate, "private_key": key})
        return site.model_copy(update={"device": device, "tls": tls})

    def stand_in(self, ref: SecretRef) -> str | None:
        """The secret minted for a reference."""
        return self.secrets.get(str(ref))

    def write(self, path: Path) -> None:
        """As JSON for nobody else to read; whoever waits for the file never sees a part of it."""
        content = {name: _plain(getattr(self, name)) for name in _names()}
        partial = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
        try:
            write_private(partial, json.dumps(content, indent=2).encode() + b"\n")
            partial.replace(path)
        except OSError as error:
            partial.unlink(missing_ok=True)
            raise InputError(f"{path}: cannot be written ({error.strerror})", "check folder and rights") from None

    @classmethod
    def read(cls, path: Path) -> Ready:
        hint = "give the file that `sbc-tool lab start SITE --ready-file FILE` has written"
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise InputError(f"{path}: cannot be read ({error.strerror})", hint) from None
        except ValueError:
            raise InputError(f"{path}: is no ready file of a lab", hint) from None
        if not isinstance(content, dict) or set(content) != set(_names()):
            raise InputError(f"{path}: is no ready file of a lab", hint)
        for name in _PATHS:
            content[name] = content[name] and Path(content[name])
        for name in ("resolvers", "local_resolvers", "stun", "connect_to", "beside"):
            content[name] = tuple(content[name])
        return cls(**content)


def _names() -> tuple[str, ...]:
    return tuple(one.name for one in dataclasses.fields(Ready))


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, Path) else value


def _resolver(text: str) -> Resolver:
    name, _, where = text.partition("=")
    return Resolver(name, *_address(where))


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    return host, int(port)


def _connect_to(text: str) -> ConnectTo:
    host, port, to_host, to_port = text.split(":")
    return ConnectTo(host, int(port), to_host, int(to_port))
