"""`sbc-tool rollback`"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sbc_tool.cli import options
from sbc_tool.cli.consent import Consent
from sbc_tool.cli.follower import Follower, as_text, minutes, report_of

if TYPE_CHECKING:
    from sbc_tool.cli.outside import Outside
    from sbc_tool.report.document import SiteReport


@options.choosing(*options.DEVICE)
def command(
    choices: options.Choices,
    site: options.Site,
    to: Annotated[
        Path | None,
        typer.Option(
            "--to",
            metavar="BACKUP",
            help="Back to this file; else to the newest that is not what runs.",
            show_default=False,
        ),
    ] = None,
    listing: Annotated[
        bool, typer.Option("--list", help="List the backups of the site, newest first, and end.")
    ] = False,
    yes: options.Yes = False,
    confirm_name: options.ConfirmName = "",
    revert_in: options.RevertIn = "",
    form: options.FormatOption = options.Format.TEXT,
    output: options.Output = None,
) -> None:
    """Bring the device back to a backup, line for line; verify that, and save; or undo, and prove it."""
    from sbc_tool.cli.output import finish, targets
    from sbc_tool.cli.outside import outside, report_on, world_of
    from sbc_tool.deploy import backup

    world, where = world_of(choices), targets(form, output)
    if listing:
        with outside(site, world, choices) as here:
            for path in backup.listed(here.world.data_dir, here.site.site):
                typer.echo(path)
        return
    wait, consent = minutes(revert_in), Consent(yes, confirm_name, choices.lab)
    report = report_on(site, world, choices, lambda here: _rollback(here, choices, (to, wait), consent))
    finish("rollback", [report], where, as_text)


def _rollback(here: Outside, choices: options.Choices, back: tuple[Path | None, int], consent: Consent) -> SiteReport:
    from sbc_tool.cli.outside import someone_there
    from sbc_tool.deploy.guard import Work
    from sbc_tool.deploy.restore import Back, rollback

    follower = Follower(here, someone_there(choices), consent)
    work = Work(here.site, here.world, here.vault, follower.tell, follower.progress, lambda _: "backup")
    return report_of(follower, lambda: rollback(work, Back(*back, follower.confirm)))
