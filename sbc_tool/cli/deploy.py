"""`sbc-tool deploy`"""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sbc_tool.cli import options
from sbc_tool.cli.consent import Consent
from sbc_tool.cli.follower import Follower, as_text, minutes, report_of
from sbc_tool.errors import InputError

if TYPE_CHECKING:
    from sbc_tool.cli.outside import Outside
    from sbc_tool.deploy.deployment import How
    from sbc_tool.report.document import SiteReport


@options.choosing(*options.OUTSIDE, "templates")
def command(
    choices: options.Choices,
    site: options.Site,
    yes: options.Yes = False,
    verify: Annotated[
        options.Verify,
        typer.Option("--verify", help="What must hold before it saves; config: only an empty difference."),
    ] = options.Verify.FULL,
    replace: options.Replace = False,
    plan: options.PlanFile = None,
    confirm_name: options.ConfirmName = "",
    skip_preflight: Annotated[
        str, typer.Option("--skip-preflight", metavar="REASON", help="Deploy without the checks.", show_default=False)
    ] = "",
    revert_in: options.RevertIn = "",
    form: options.FormatOption = options.Format.TEXT,
    output: options.Output = None,
) -> None:
    """Render, check, back up, push, verify and save; or undo, and prove it.

    What a deployment left behind that was cut off: `deploy status SITE` says where it stands, `deploy confirm SITE`
    keeps what runs, `deploy abort SITE` takes it back.
    """
    from sbc_tool.cli.linting import site_waivers
    from sbc_tool.cli.output import finish, targets
    from sbc_tool.cli.outside import report_on, someone_there, world_of
    from sbc_tool.deploy.deployment import How

    if plan and replace:
        raise InputError("--plan and --replace exclude each other", "the plan file says which it is")
    world, where = world_of(choices), targets(form, output)
    how = How(
        verify.value,
        skip_preflight,
        minutes(revert_in),
        ask=someone_there(choices),
        templates=choices.templates,
        waivers=lambda: tuple(site_waivers(site, choices.templates)),
    )
    consent = Consent(yes, confirm_name, choices.lab)
    report = report_on(site, world, choices, lambda here: _deploy(here, _aimed(here, how, plan, replace), consent))
    finish("deploy", [report], where, as_text)


def hand_over(choices: options.Choices, site: Path, yes: bool, form: options.Format, output: list[str] | None) -> None:
    """As `sbc-tool deploy SITE` with the same options, for a verb that has found out what it puts right."""
    run: Callable[..., None] = inspect.unwrap(command)
    run(choices=choices, site=site, yes=yes, form=form, output=output)


def _aimed(here: Outside, how: How, plan: Path | None, replace: bool) -> How:
    """With the plan file of this site, if there is one."""
    from sbc_tool.deploy import plan_file

    file = plan_file.load(plan, here.site) if plan else None
    return dataclasses.replace(how, replace=file.replace if file else replace, plan_file=file)


def _deploy(here: Outside, how: How, consent: Consent) -> SiteReport:
    from sbc_tool.deploy.deploy import deploy

    follower = Follower(here, how.ask, consent)
    how = dataclasses.replace(how, confirm=follower.confirm, tell=follower.tell, progress=follower.progress)
    return report_of(follower, lambda: deploy(here.site, here.world, here.vault, how))
