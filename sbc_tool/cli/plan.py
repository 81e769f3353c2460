"""`sbc-tool plan`"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sbc_tool.cli import options
from sbc_tool.errors import InputError
from sbc_tool.finding import Exit

if TYPE_CHECKING:
    from sbc_tool.cli.outside import Outside
    from sbc_tool.report.document import SiteReport
    from sbc_tool.trinity.diff import Plan


@options.choosing(*options.DEVICE, "templates")
def command(
    choices: options.Choices,
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
) -> None:
    """Show what a deployment would change: an offline difference, which the device has not validated."""
    from sbc_tool.cli.output import finish, targets
    from sbc_tool.cli.outside import report_on, world_of
    from sbc_tool.report import text

    if (undo or commands) and (form is not options.Format.TEXT or (undo and commands)):
        raise InputError(f"--undo, --commands and --format {form} exclude each other", "choose one")
    world, where = world_of(choices), targets(form, output)
    report = report_on(site, world, choices, lambda here: _report(here, running, choices.templates))
    finish("plan", [report], where, text.undo if undo else text.commands if commands else text.plan)


def _report(here: Outside, running: Path | None, templates: Path | None) -> SiteReport:
    from sbc_tool.report.document import SiteReport

    plan = _plan(here, running, templates)
    state, code = ("unchanged", Exit.OK) if plan.empty else ("planned", Exit.NO)
    return SiteReport(here.site.site, plan=plan, state=state, code=code)


def _plan(here: Outside, running: Path | None, templates: Path | None) -> Plan:
    """From a device, or from a file."""
    from sbc_tool.cli import configuration
    from sbc_tool.cli.render import rendered
    from sbc_tool.deploy.deploy import password, sealed_running
    from sbc_tool.deploy.session import connect
    from sbc_tool.trinity import diff

    result = rendered(here.site, templates)
    if running:
        return diff.plan(configuration.read(running), result.config)
    wanted = result.sealed(here.vault)
    with connect(here.site, here.world, password(here.site, here.vault)) as session:
        _, config = sealed_running(session, here.vault)
    return diff.plan(config, wanted)
