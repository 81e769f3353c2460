"""From options to a world: the real one, or a lab in its place."""

from __future__ import annotations

import dataclasses
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import IPv4Address
from pathlib import Path

import typer

from sbc_tool.errors import InputError
from sbc_tool.site.load import load
from sbc_tool.site.model import Site
from sbc_tool.site.secrets import Vault
from sbc_tool.world import ConnectTo, Resolver, World


@dataclass(frozen=True)
class Choices:
    """The options that shape the outside."""

    resolver: list[str] | None = None
    connect_to: list[str] | None = None
    ca_bundle: Path | None = None
    timeout: float = 5.0
    offline: bool = False
    lab: bool = False
    lab_ready: Path | None = None
    device: str | None = None
    accept_new_host_key: bool = False
    no_input: bool = False


@dataclass(frozen=True)
class Outside:
    """A site with the world that it is looked at in, and the secrets it refers to."""

    site: Site
    world: World
    vault: Vault


@contextmanager
def outside(ctx: typer.Context, path: Path, choices: Choices) -> Iterator[Outside]:
    """Load the site and build its world; a lab, if asked for, lives as long as the context."""
    site = load(path)
    world = build(ctx, choices)
    if choices.lab and choices.lab_ready:
        raise InputError("--lab and --lab-ready exclude each other", "leave one out")
    if choices.lab_ready:
        from sbc_tool.lab import Ready

        yield _in_lab(Ready.read(choices.lab_ready), site, world)
    elif choices.lab:
        from sbc_tool.lab import Lab

        with tempfile.TemporaryDirectory(prefix="sbc-tool-lab-") as folder:
            with Lab.start(site, Path(folder), environ=world.environ) as lab:
                yield _in_lab(lab.ready(), site, world)
    else:
        yield Outside(site, world, Vault(world.environ, world.ask))


def _in_lab(ready: "Ready", site: Site, world: World) -> Outside:  # type: ignore[name-defined]  # noqa: F821, UP037
    """Backups and the audit log of a lab stay apart: nobody shall roll a real device back to one."""
    world = dataclasses.replace(ready.world(world), data_dir=world.data_dir / "lab")
    return Outside(ready.adopt(site), world, Vault(world.environ, world.ask, ready.stand_in))


def build(ctx: typer.Context, choices: Choices) -> World:
    """The world of these options; tests hand in theirs as the context's object."""
    world = ctx.obj if isinstance(ctx.obj, World) else World(data_dir=_home(), environ=os.environ)
    world = dataclasses.replace(
        world,
        timeout=choices.timeout,
        offline=choices.offline,
        ca_bundle=choices.ca_bundle or world.ca_bundle,
        accept_new_host_key=choices.accept_new_host_key or world.accept_new_host_key,
        connect_to=(*(_connect_to(text) for text in choices.connect_to or ()), *world.connect_to),
    )
    if choices.resolver:
        world = dataclasses.replace(world, resolvers=tuple(_resolver(text) for text in choices.resolver))
    if choices.device:
        world = dataclasses.replace(world, device=_address(choices.device, "--device", 22))
    if not choices.no_input and sys.stdin.isatty():
        world = dataclasses.replace(world, ask=_ask)
    return world


def someone_there(choices: Choices) -> Callable[[str, bool], str] | None:
    """Who answers questions; None when nobody may be asked."""
    return None if choices.no_input or not sys.stdin.isatty() else _ask


def _ask(question: str, secret: bool) -> str:
    return str(
        typer.prompt(question, hide_input=secret, err=True, default="" if not secret else None, show_default=False)
    )


def _home() -> Path:
    if home := os.environ.get("SBC_TOOL_HOME"):
        return Path(home)
    from platformdirs import user_data_path

    return user_data_path("sbc-tool", appauthor=False)


def _address(text: str, option: str, default_port: int) -> tuple[str, int]:
    host, colon, port = text.rpartition(":")
    if not colon:
        return text, default_port
    if not host or not port.isdigit() or not 0 < int(port) < 65536:
        raise InputError(f"{option} {text}: not HOST:PORT", "such as 192.0.2.1:22")
    return host, int(port)


def _resolver(text: str) -> Resolver:
    name, equals, where = text.rpartition("=")
    host, port = _address(where, "--resolver", 53)
    try:
        IPv4Address(host)
    except ValueError:
        raise InputError(f"--resolver {text}: {host} is no IPv4 address", "such as Quad9=9.9.9.9") from None
    return Resolver(name if equals else where, host, port)


def _connect_to(text: str) -> ConnectTo:
    parts = text.split(":")
    if len(parts) != 4 or not (parts[1].isdigit() and parts[3].isdigit()):
        raise InputError(f"--connect-to {text}: not HOST:PORT:HOST2:PORT2", "as curl's option of that name")
    return ConnectTo(parts[0], int(parts[1]), parts[2], int(parts[3]))
