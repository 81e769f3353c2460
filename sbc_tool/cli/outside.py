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
from threading import Lock
from typing import TYPE_CHECKING, Literal, cast

import typer

from sbc_tool.cli.options import Choices
from sbc_tool.errors import InputError, SbcError
from sbc_tool.facts import question
from sbc_tool.report.document import SiteReport
from sbc_tool.site.load import load
from sbc_tool.site.model import Site
from sbc_tool.site.secrets import Vault
from sbc_tool.world import ConnectTo, Resolver, Ssh, World

if TYPE_CHECKING:
    from sbc_tool.lab import Ready  # imported where it is used: paramiko is slow

_LONGEST_S = 3600.0
_ENCRYPTED = {"tls": 853, "https": 443}  # RFC 7858, RFC 8484, and their ports
_one_question_at_a_time = Lock()


@dataclass(frozen=True)
class Outside:
    """A site with the world that it is looked at in, and the secrets it refers to."""

    site: Site
    world: World
    vault: Vault
    beside: tuple[Path, ...] = ()  # site files that a lab's fault has given along


def world_of(choices: Choices) -> World:
    """The world of these options. InputError for an option that makes no sense."""
    if choices.lab and choices.lab_ready:
        raise InputError("--lab and --lab-ready exclude each other", "leave one out")
    if not 0.0 < choices.timeout <= _LONGEST_S:  # refuses nan, too
        raise InputError(f"--timeout {choices.timeout:g}: must be seconds, up to {_LONGEST_S:g}", "such as 5")
    given = choices.given
    world = given if isinstance(given, World) else _real_world()
    world = dataclasses.replace(
        world,
        timeout=choices.timeout,
        offline=choices.offline,
        ca_bundle=choices.ca_bundle or world.ca_bundle,
        accept_new_host_key=choices.accept_new_host_key or world.accept_new_host_key,
        connect_to=(*(_connect_to(text) for text in choices.connect_to or ()), *world.connect_to),
        ask=someone_there(choices) or world.ask,
        ssh=_ssh(choices, world),
    )
    if choices.resolver:
        world = dataclasses.replace(world, resolvers=tuple(_resolver(text) for text in choices.resolver))
    if choices.stun:
        world = dataclasses.replace(world, stun=tuple(_address(text, f"--stun {text}", 3478) for text in choices.stun))
    if choices.device is not None:
        world = dataclasses.replace(world, device=_address(choices.device, f"--device {choices.device}", 22))
    return world


def _real_world() -> World:
    config = Path.home() / ".ssh" / "config"
    ssh = Ssh(config if config.is_file() else None)
    return World(data_dir=_home(), environ=os.environ, local_resolvers=question.of_this_computer, ssh=ssh)


def _ssh(choices: Choices, world: World) -> Ssh:
    jumps = tuple(name.strip() for names in choices.jump or () for name in names.split(","))
    identities = (*(choices.identity or ()), *world.ssh.identities)
    return Ssh(choices.ssh_config or world.ssh.config, identities, jumps or world.ssh.jumps)


@contextmanager
def outside(path: Path, world: World, choices: Choices) -> Iterator[Outside]:
    """Load a site and look at it in this world; a lab, if asked for, lives as long as the context."""
    with _outside(path, world, choices) as here:
        yield _with_transcript(here, choices.transcript) if choices.transcript else here


def _with_transcript(here: Outside, file: Path) -> Outside:
    from sbc_tool.deploy.transcript import Transcript

    transcript = Transcript(file, here.vault.mask, here.world.now)
    return dataclasses.replace(here, world=dataclasses.replace(here.world, record=transcript.record))


@contextmanager
def _outside(path: Path, world: World, choices: Choices) -> Iterator[Outside]:
    site = load(path)
    if choices.lab_ready:
        from sbc_tool.lab import Ready

        yield _in_lab(Ready.read(choices.lab_ready), site, world)
    elif choices.lab:
        from sbc_tool.lab import Lab

        folder = tempfile.TemporaryDirectory(prefix="sbc-tool-lab-")
        with folder, Lab.start(site, Path(folder.name), environ=world.environ) as lab:
            yield _in_lab(lab.ready(), site, world)
    else:
        yield Outside(site, world, Vault(world.environ, world.ask))


def _in_lab(ready: Ready, site: Site, world: World) -> Outside:
    """Backups and the audit log of a lab stay apart: nobody shall roll a real device back to one."""
    world = dataclasses.replace(ready.world(world), data_dir=world.data_dir / "lab")
    vault = Vault(world.environ, world.ask, ready.stand_in)
    return Outside(ready.adopt(site), world, vault, tuple(map(Path, ready.beside)))


def report_on(path: Path, world: World, choices: Choices, work: Callable[[Outside], SiteReport]) -> SiteReport:
    """What the work reports; an error that ends it is in the report, so that others go on and JSON tells it."""
    name = str(path)
    try:
        with outside(path, world, choices) as here:
            name = here.site.site
            report = work(here)
    except SbcError as error:
        return SiteReport(name, error=error, file=str(path))
    return dataclasses.replace(report, file=str(path))


def someone_there(choices: Choices) -> Callable[[str, bool], str] | None:
    """Who answers questions; None when nobody may be asked."""
    return None if choices.no_input or not sys.stdin.isatty() else _ask


def _ask(question: str, secret: bool) -> str:
    with _one_question_at_a_time:
        default = None if secret else ""
        return str(typer.prompt(question, hide_input=secret, err=True, default=default, show_default=False))


def _home() -> Path:
    if home := os.environ.get("SBC_TOOL_HOME"):
        return Path(home)
    from platformdirs import user_data_path

    return user_data_path("sbc-tool", appauthor=False)


def _address(text: str, option: str, default_port: int) -> tuple[str, int]:
    host, colon, port = text.partition(":")
    if not host or (colon and not _is_port(port)):
        raise InputError(f"{option}: not HOST:PORT", f"such as 192.0.2.1:{default_port}")
    return host, int(port) if colon else default_port


def _is_port(text: str) -> bool:
    return text.isascii() and text.isdigit() and 0 < int(text) < 65536


def _resolver(text: str) -> Resolver:
    label, equals, where = text.partition("=") if "=" in text.partition("/")[0] else ("", "", text)
    scheme, separator, rest = where.partition("://")
    option = f"--resolver {text}"
    if separator and scheme in _ENCRYPTED:
        authority, _, path = rest.partition("/")
        host, port = _address(authority, option, _ENCRYPTED[scheme])
        name = label if equals else where
        return Resolver(name, host, port, cast('Literal["tls", "https"]', scheme), f"/{path}" if path else "/dns-query")
    host, port = _address(where, option, 53)
    if not _is_ipv4(host):
        raise InputError(f"{option}: {host} is no IPv4 address", "such as Quad9=9.9.9.9, or tls://dns.quad9.net")
    return Resolver(label if equals else where, host, port)


def _is_ipv4(text: str) -> bool:
    try:
        IPv4Address(text)
    except ValueError:
        return False
    return True


def _connect_to(text: str) -> ConnectTo:
    parts = text.split(":")
    if len(parts) != 4 or not all(parts) or not (_is_port(parts[1]) and _is_port(parts[3])):
        raise InputError(f"--connect-to {text}: not HOST:PORT:HOST2:PORT2", "as curl's option of that name")
    return ConnectTo(parts[0], int(parts[1]), parts[2], int(parts[3]))
