"""`sbc-tool plan`"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sbc_tool.cli import options
from sbc_tool.errors import InputError
from sbc_tool.finding import Exit, Outcome

if TYPE_CHECKING:
    from sbc_tool.cli.outside import Outside
    from sbc_tool.finding import Result
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
    replace: options.Replace = False,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="Keep the plan for `deploy --plan FILE`.", show_default=False),
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
    if out and running:
        raise InputError("--out and --running exclude each other", "a plan file is for what a device runs now")
    world, where = world_of(choices), targets(form, output)
    wish = Wish(site, running, replace, out, choices.templates)
    report = report_on(site, world, choices, lambda here: _report(here, wish))
    finish("plan", [report], where, text.undo if undo else text.commands if commands else text.plan)


@dataclass(frozen=True)
class Wish:
    """What is compared with, what may go, and where the plan is kept."""

    site: Path
    running: Path | None = None
    replace: bool = False
    out: Path | None = None
    templates: Path | None = None


def _report(here: Outside, wish: Wish) -> SiteReport:
    from sbc_tool.report.document import SiteReport

    plan, seen = _plan(here, wish)
    told = tuple(result for result in seen if result.outcome in (Outcome.FAIL, Outcome.WARN))
    refused = any(result.outcome is Outcome.FAIL for result in told)
    code = Exit.OK if plan.empty and not refused else Exit.NO
    return SiteReport(here.site.site, told, plan=plan, state="unchanged" if plan.empty else "planned", code=code)


def _plan(here: Outside, wish: Wish) -> tuple[Plan, tuple[Result, ...]]:
    """From a device, with what the checks before a deployment say of that; or from a file."""
    from sbc_tool.cli import configuration
    from sbc_tool.cli.linting import site_waivers
    from sbc_tool.cli.render import rendered
    from sbc_tool.deploy import plan_file, preparing, record
    from sbc_tool.deploy.deploy import password
    from sbc_tool.deploy.session import connect
    from sbc_tool.trinity import diff

    site, world, vault = here.site, here.world, here.vault
    result = rendered(site, wish.templates)
    if wish.running:
        last = record.load(world.data_dir, site).deployed
        return diff.plan(configuration.read(wish.running), result.config, last, wish.replace), ()
    aim = preparing.Aim(result.sealed(vault), wish.replace)
    with connect(site, world, password(site, vault)) as session:
        ready = preparing.prepare(session, site, world, vault, aim)
        seen = preparing.judged(ready, session, site, vault, aim)
    if wish.out:
        plan_file.save(wish.out, plan_file.made(site, ready.text, ready.plan, vault, world.now()), ready.plan)
    return ready.plan, preparing.waived(seen, tuple(site_waivers(wish.site, wish.templates)), world)
