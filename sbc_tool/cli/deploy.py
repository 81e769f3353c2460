"""`sbc-tool deploy`"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Annotated

import typer

from sbc_tool.cli import options
from sbc_tool.cli.follower import Follower, as_text, minutes, report_of

if TYPE_CHECKING:
    from sbc_tool.cli.outside import Outside
    from sbc_tool.deploy.deploy import How
    from sbc_tool.report.document import SiteReport

_SHOWN = 120  # lines of a plan before the question; `plan` shows all


@options.choosing(*options.OUTSIDE, "templates")
def command(
    choices: options.Choices,
    site: options.Site,
    yes: options.Yes = False,
    verify: Annotated[
        options.Verify,
        typer.Option("--verify", help="What must hold before it saves; config: only an empty difference."),
    ] = options.Verify.FULL,
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
    from sbc_tool.deploy.deploy import How

    world, where = world_of(choices), targets(form, output)
    how = How(
        verify.value,
        skip_preflight,
        minutes(revert_in),
        ask=someone_there(choices),
        templates=choices.templates,
        waivers=lambda: tuple(site_waivers(site, choices.templates)),
    )
    report = report_on(site, world, choices, lambda here: _deploy(here, how, yes or choices.lab))
    finish("deploy", [report], where, as_text)


def _deploy(here: Outside, how: How, agreed: bool) -> SiteReport:
    from sbc_tool.deploy.deploy import deploy

    follower = Follower(here, how.ask, agreed)
    how = dataclasses.replace(how, confirm=follower.confirm, tell=follower.tell, progress=follower.progress)
    return report_of(follower, lambda: deploy(here.site, here.world, here.vault, how))
