"""`sbc-tool plan`"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sbc_tool.cli import options
from sbc_tool.finding import Exit


def command(
    ctx: typer.Context,
    site: options.Site,
    running: Annotated[
        Path | None,
        typer.Option(
            "--running", metavar="FILE", help="Compare with this running-config, no device.", show_default=False
        ),
    ] = None,
    undo: Annotated[bool, typer.Option("--undo", help="Print the lines of the way back instead.")] = False,
    commands: Annotated[bool, typer.Option("--commands", help="Print the lines as they would be typed.")] = False,
    form: options.FormatOption = options.Format.TEXT,
    output: options.Output = None,
    timeout: options.Timeout = 5.0,
    lab: options.Lab = False,
    lab_ready: options.LabReady = None,
    device: options.Device = None,
    accept_new_host_key: options.AcceptNewHostKey = False,
    no_input: options.NoInput = False,
) -> None:
    """Show what a deployment would change: an offline difference, which the device has not validated."""
    from sbc_tool.cli import planning
    from sbc_tool.cli.outside import Choices, outside
    from sbc_tool.cli.output import show
    from sbc_tool.report import text

    choices = Choices(None, None, None, timeout, False, lab, lab_ready, device, accept_new_host_key, no_input)
    with outside(ctx, site, choices) as here:
        plan = planning.plan(here, running)
    if commands or undo:
        planning.print_commands(plan.undo if undo else plan.apply)
    else:
        show("plan", [planning.report(here.site, plan)], form, output, text.plan)
    raise typer.Exit(Exit.OK if plan.empty else Exit.NO)
