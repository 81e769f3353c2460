"""`sbc-tool budget`"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sbc_tool.cli import options
from sbc_tool.errors import InputError
from sbc_tool.finding import Exit

if TYPE_CHECKING:
    from sbc_tool.capacity.sheet import Sheet, Traffic


def command(
    site: options.Site,
    form: options.SumsFormat = options.Sums.TEXT,
    svg: Annotated[
        Path | None, typer.Option("--svg", metavar="FILE", help="Draw the bars there, too.", show_default=False)
    ] = None,
    turned_away: Annotated[
        float, typer.Option("--blocking", metavar="PERCENT", help="Attempts that may find all busy.")
    ] = 1.0,
    calls_per_hour: Annotated[
        float | None,
        typer.Option(help="Of a user in the busy hour, instead of light, moderate and heavy.", show_default=False),
    ] = None,
    hold: Annotated[float, typer.Option(metavar="SECONDS", help="Length of a call, set-up included.")] = 200.0,
) -> None:
    """Calls at once: what the internet link carries, what users need, and the arithmetic between (exit 1: too many)."""
    from sbc_tool.capacity.sheet import sheet
    from sbc_tool.cli.output import write_text
    from sbc_tool.report import budget_svg
    from sbc_tool.site.load import load

    if not 0 < turned_away < 100 or hold <= 0 or (calls_per_hour is not None and calls_per_hour <= 0):
        raise InputError("--blocking, --calls-per-hour and --hold must be above 0, --blocking below 100", "see --help")
    model = load(site)
    if model.wan_link is None:
        raise InputError("the site file has no wan_link", "give down_kbps and up_kbps of the internet link")
    sums = sheet(model, model.wan_link, _traffic(len(model.users), calls_per_hour, hold), turned_away / 100)
    if svg is not None:
        write_text(svg, budget_svg.draw(sums))
    _print(sums, form)
    raise typer.Exit(Exit.OK if sums.enough else Exit.NO)


def _traffic(users: int, calls_per_hour: float | None, hold: float) -> tuple[Traffic, ...]:
    from dataclasses import replace

    from sbc_tool.capacity.sheet import Traffic, usual

    if calls_per_hour is None:
        return tuple(replace(one, hold_s=hold) for one in usual(users))
    return (Traffic("this", users, calls_per_hour, hold),)


def _print(sums: Sheet, form: options.Sums) -> None:
    import sys
    from dataclasses import asdict

    from sbc_tool.cli.output import console
    from sbc_tool.report import budget, json

    if form is options.Sums.JSON:
        values = asdict(sums) | {"enough": sums.enough}
        values["packet"] |= {"bytes": sums.packet.bytes, "kbps": sums.packet.kbps}
        typer.echo(json.sums("budget", values))
    else:
        budget.show(console(sys.stdout), sums)
