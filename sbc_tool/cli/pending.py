"""`sbc-tool deploy status|confirm|abort`: what a deployment left behind that was cut off."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

from sbc_tool.cli import options
from sbc_tool.finding import Exit
from sbc_tool.language import say

if TYPE_CHECKING:
    from sbc_tool.deploy.guard import Work
    from sbc_tool.deploy.journal import Entry


@options.choosing(*options.DEVICE)
def status(choices: options.Choices, site: options.Site) -> None:
    """Say whether a deployment was cut off, and what the device runs now. Ends with 1 when one was."""
    from sbc_tool.deploy import pending

    with _work(choices, site) as work:
        found = pending.look(work)
    typer.echo(f"{work.site.site}: {found or 'nothing is pending'}")
    raise typer.Exit(Exit.NO if found else Exit.OK)


@options.choosing(*options.DEVICE)
def confirm(choices: options.Choices, site: options.Site) -> None:
    """Keep what the device runs: call off its timer, and save."""
    from sbc_tool.deploy import pending

    _settle(choices, site, pending.confirm, "kept: what runs is saved")


@options.choosing(*options.DEVICE)
def abort(choices: options.Choices, site: options.Site) -> None:
    """Bring the device back to what it was before, prove it, and call off its timer."""
    from sbc_tool.deploy import pending

    _settle(choices, site, pending.abort, "taken back: the device is what it was")


def _settle(choices: options.Choices, site: options.Site, act: Callable[[Work, Entry], None], done: str) -> None:
    from sbc_tool.deploy import pending

    with _work(choices, site) as work:
        found = pending.look(work)
        if found:
            act(work, found.entry)
    typer.echo(f"{work.site.site}: {done if found else 'nothing is pending'}")


@contextmanager
def _work(choices: options.Choices, site: options.Site) -> Iterator[Work]:
    from sbc_tool.cli.outside import outside, world_of
    from sbc_tool.deploy.guard import Work

    with outside(site, world_of(choices), choices) as here:

        def tell(step: str) -> None:
            typer.echo(f"{here.site.site}: {say(step)}", err=True)

        yield Work(here.site, here.world, here.vault, tell, lambda *_: None, lambda _: "")
