"""`sbc-tool lab`"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sbc_tool.cli import options

app = typer.Typer(no_args_is_help=True, help="The embedded twin of a Patton SmartNode, and what surrounds it.")


@app.callback()
def _lab() -> None:
    pass


@app.command("start")
def start(
    ctx: typer.Context,
    site: options.Site,
    ready_file: Annotated[
        Path | None,
        typer.Option(
            "--ready-file", metavar="FILE", help="Write where everything listens, once it does.", show_default=False
        ),
    ] = None,
    latency: Annotated[int, typer.Option("--latency", metavar="MS", min=0, help="Round-trip time of its SSH.")] = 0,
) -> None:
    """Start a lab for a site and keep it up until Ctrl-C. Point other verbs at it with --lab-ready FILE."""
    from sbc_tool.cli.labbing import keep_up
    from sbc_tool.cli.outside import Choices, build
    from sbc_tool.site.load import load

    keep_up(load(site), build(ctx, Choices()), ready_file, latency)
