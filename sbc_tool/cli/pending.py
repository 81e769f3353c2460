"""`sbc-tool deploy status|confirm|abort`: what a deployment left behind that was cut off."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal

import typer

from sbc_tool.cli import options
from sbc_tool.finding import Exit
from sbc_tool.language import say

if TYPE_CHECKING:
    from sbc_tool.deploy.guard import Work


@options.choosing(*options.DEVICE)
def status(choices: options.Choices, site: options.Site) -> None:
    """Say whether a deployment was cut off, and what the device runs now. Ends with 1 when one was."""
    from sbc_tool.deploy import pending

    with _work(choices, site) as work:
        with work.turn() as turn:
            pending.refuse_in_use(turn)
        found = pending.look(work)
    typer.echo(f"{work.site.site}: {found or 'nothing is pending'}")
    unasked = found and found.unasked
    raise typer.Exit(unasked.exit if unasked else Exit.NO if found else Exit.OK)


@options.choosing(*options.DEVICE)
def confirm(choices: options.Choices, site: options.Site) -> None:
    """Keep what the device runs: call off its timer, and save."""
    _finish(choices, site, "confirm")


@options.choosing(*options.DEVICE)
def abort(choices: options.Choices, site: options.Site) -> None:
    """Bring the device back to what it was before, prove it, and call off its timer."""
    _finish(choices, site, "abort")


def _finish(choices: options.Choices, site: options.Site, verb: Literal["confirm", "abort"]) -> None:
    from sbc_tool.deploy import pending

    with _work(choices, site) as work:
        told = pending.finish(work, verb)
    typer.echo(f"{work.site.site}: {told or 'nothing is pending'}")


@contextmanager
def _work(choices: options.Choices, site: options.Site) -> Iterator[Work]:
    from sbc_tool.cli.outside import outside, world_of
    from sbc_tool.deploy.guard import Work

    with outside(site, world_of(choices), choices) as here:

        def tell(step: str) -> None:
            typer.echo(f"{here.site.site}: {say(step)}", err=True)

        yield Work(here.site, here.world, here.vault, tell, lambda *_: None, lambda _: "")
