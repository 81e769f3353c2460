"""`sbc-tool deploy`"""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sbc_tool.cli import fleet, options
from sbc_tool.cli.consent import Consent
from sbc_tool.cli.follower import Follower, as_text, minutes, report_of
from sbc_tool.cli.install import ConsentClearKey
from sbc_tool.cli.task import Task, how_of
from sbc_tool.errors import InputError

if TYPE_CHECKING:
    from sbc_tool.cli.outside import Outside
    from sbc_tool.deploy.deployment import Deployment, How
    from sbc_tool.report.document import SiteReport


Verify = Annotated[
    options.Verify,
    typer.Option("--verify", help="What must hold before it saves; config: only an empty difference."),
]
SkipPreflight = Annotated[
    str, typer.Option("--skip-preflight", metavar="REASON", help="Deploy without the checks.", show_default=False)
]


@options.choosing(*options.OUTSIDE, "templates")
def command(
    choices: options.Choices,
    sites: fleet.Sites,
    yes: options.Yes = False,
    verify: Verify = options.Verify.FULL,
    replace: options.Replace = False,
    plan: options.PlanFile = None,
    confirm_name: options.ConfirmName = "",
    skip_preflight: SkipPreflight = "",
    revert_in: options.RevertIn = "",
    consent_clear_key: ConsentClearKey = False,
    jobs: fleet.Jobs = 4,
    canary: fleet.Canary = "",
    max_failures: fleet.MaxFailures = 1,
    resume: fleet.Resume = False,
    scheduler: fleet.Scheduler = "",
    form: options.FormatOption = options.Format.TEXT,
    output: options.Output = None,
) -> None:
    """Render, check, back up, push, verify and save; or undo, and prove it. Several sites: one first, then the rest.

    What a deployment left behind that was cut off: `deploy status SITE` says where it stands, `deploy confirm SITE`
    keeps what runs, `deploy abort SITE` takes it back.
    """
    from sbc_tool.cli.output import finish, targets

    if plan and replace:
        raise InputError("--plan and --replace exclude each other", "the plan file says which it is")
    many = fleet.Fleet(jobs, canary, max_failures, resume, scheduler)
    files, where = fleet.files_of(sites, many), targets(form, output)
    task = Task(files[0], choices, verify.value, skip_preflight, minutes(revert_in), consent_clear_key)
    consent = Consent(yes, confirm_name, choices.lab)
    if len(files) > 1 or scheduler:
        _check_several(consent, bool(plan or replace))
        finish("deploy", fleet.deploy_all(fleet.tasks_of(files, task, many), many), where, fleet.as_text)
    finish("deploy", [_one(task, consent, plan, replace)], where, as_text)


def _check_several(consent: Consent, others: bool) -> None:
    """InputError for what only one site can have."""
    if others or consent.name or not (consent.yes or consent.lab):
        what = "several sites: nobody is asked, and nothing of others deleted; nothing was changed"
        raise InputError(what, "pass --yes, without --plan, --replace and --confirm-name")


def _one(task: Task, consent: Consent, plan: Path | None, replace: bool) -> SiteReport:
    from sbc_tool.cli.outside import report_on, someone_there, world_of

    how = dataclasses.replace(how_of(task), ask=someone_there(task.choices))

    def work(here: Outside) -> SiteReport:
        return _deploy(here, _aimed(here, how, plan, replace), consent)

    return report_on(task.file, world_of(task.choices), task.choices, work)


def hand_over(choices: options.Choices, site: Path, yes: bool, form: options.Format, output: list[str] | None) -> None:
    """As `sbc-tool deploy SITE` with the same options, for a verb that has found out what it puts right."""
    run: Callable[..., None] = inspect.unwrap(command)
    run(choices=choices, sites=[site], yes=yes, form=form, output=output)


def _aimed(here: Outside, how: How, plan: Path | None, replace: bool) -> How:
    """With the plan file of this site, if there is one."""
    from sbc_tool.deploy import plan_file

    file = plan_file.load(plan, here.site) if plan else None
    return dataclasses.replace(how, replace=file.replace if file else replace, plan_file=file)


def _deploy(here: Outside, how: How, consent: Consent) -> SiteReport:
    from sbc_tool.deploy.deploy import deploy

    return followed(here, how, consent, lambda chosen: deploy(here.site, here.world, here.vault, chosen))


def followed(here: Outside, how: How, consent: Consent, work: Callable[[How], Deployment]) -> SiteReport:
    """Do the work while a person looks on."""
    follower = Follower(here, how.ask, consent)
    how = dataclasses.replace(how, confirm=follower.confirm, tell=follower.tell, progress=follower.progress)
    return report_of(follower, lambda: work(how))
