"""`sbc-tool render`"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sbc_tool.cli import options
from sbc_tool.finding import Exit


def command(
    ctx: typer.Context,
    site: options.Site,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write there instead.", show_default=False)
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Refuse what is only assumed of Trinity.")] = False,
    annotate: Annotated[bool, typer.Option("--annotate", help="Show each line's template line and evidence.")] = False,
    with_secrets: Annotated[
        bool, typer.Option("--with-secrets", help="With passwords in clear; needs --output, readable by you only.")
    ] = False,
    no_input: options.NoInput = False,
) -> None:
    """Render the Trinity configuration of a site. Passwords stay names such as $(sip:user.01)."""
    from sbc_tool.cli import rendering
    from sbc_tool.cli.outside import Choices, outside

    with outside(ctx, site, Choices(no_input=no_input)) as here:
        rendered = rendering.rendered(here.site)
        rendering.counts(rendered)
        if strict and rendering.refused(rendered):
            raise typer.Exit(Exit.NO)
        rendering.write(rendered, here.vault, rendering.Form(output, annotate, with_secrets))
