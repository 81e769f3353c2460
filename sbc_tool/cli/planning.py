"""A plan, from a device or from a file."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import typer

from sbc_tool.cli.outside import Outside
from sbc_tool.cli.rendering import rendered
from sbc_tool.deploy.commands import text_of
from sbc_tool.deploy.deploy import password, sealed_running
from sbc_tool.errors import InputError
from sbc_tool.finding import Place
from sbc_tool.report.document import SiteReport
from sbc_tool.site.files import read_bytes
from sbc_tool.site.model import Site
from sbc_tool.trinity import diff
from sbc_tool.trinity.tree import Config, Node, parse


def plan(here: Outside, running: Path | None) -> diff.Plan:
    result = rendered(here.site)
    if running:
        return diff.plan(_read(running), result.config)
    from sbc_tool.deploy.session import connect

    wanted = result.sealed(here.vault)
    with connect(here.site, here.world, password(here.site, here.vault)) as session:
        _, config = sealed_running(session, here.vault)
    return diff.plan(config, wanted)


def _read(path: Path) -> Config:
    """A running-config from a file. Its passwords are hidden; names such as $(sip:user.01) stay, and so compare."""
    config = parse(read_bytes(path).decode("utf-8-sig", "replace"), str(path))
    if not config.nodes:
        raise InputError("holds no configuration", "give what `show running-config` printed", Place(str(path)))
    return config.map_secrets(lambda word: word if word.startswith("$(") else "***")


def report(site: Site, result: diff.Plan) -> SiteReport:
    state = "unchanged" if result.empty else "planned"
    return SiteReport(site.site, changes=result.changes, left_alone=result.left_alone, state=state)


def print_commands(blocks: Iterable[Node]) -> None:
    typer.echo(text_of(blocks), nl=False)
