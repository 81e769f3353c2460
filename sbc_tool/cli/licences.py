"""`sbc-tool licences`"""

from __future__ import annotations

from typing import Annotated

import typer

from sbc_tool.cli import options
from sbc_tool.errors import InputError
from sbc_tool.finding import Exit


def command(
    site: options.Site,
    permanent: Annotated[
        int | None,
        typer.Option(min=0, metavar="USERS", help="Who gets a licence of their own [all].", show_default=False),
    ] = None,
    peak: Annotated[
        int | None,
        typer.Option(min=0, metavar="USERS", help="Most of the others at once [all].", show_default=False),
    ] = None,
    form: options.SumsFormat = options.Sums.TEXT,
) -> None:
    """Plan User-Assigned and floating licences, and compare them with what was bought (exit 1: too few)."""
    import sys

    from sbc_tool.capacity.licences import enough, needs, plan, usual
    from sbc_tool.cli.output import console
    from sbc_tool.report import json, licences
    from sbc_tool.site.load import load

    model = load(site)
    users, have = len(model.users), model.licences
    try:
        wanted = usual(users, have) if permanent is None and peak is None else plan(users, permanent, peak)
    except ValueError as error:
        raise InputError(str(error), "--permanent and --peak count users of the site file") from None
    if form is options.Sums.JSON:
        typer.echo(json.sums("licences", licences.document(model.site, users, have, wanted)))
    else:
        licences.show(console(sys.stdout), model.site, users, have, wanted)
    raise typer.Exit({True: Exit.OK, False: Exit.NO, None: Exit.UNKNOWN}[enough(needs(users, have, wanted))])
