"""`sbc-tool deploy`"""

from __future__ import annotations

import dataclasses
import inspect
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Protocol

import typer

from sbc_tool.cli import fleet, options
from sbc_tool.cli.consent import Consent, agreed
from sbc_tool.cli.install import ConsentClearKey
from sbc_tool.cli.task import Task, how_of
from sbc_tool.errors import DeployStuck, DeployUndone, InputError
from sbc_tool.finding import Exit, Outcome, exit_code

if TYPE_CHECKING:
    from rich.console import Console

    from sbc_tool.cli.outside import Outside
    from sbc_tool.deploy.deploy import Deployment, How, State
    from sbc_tool.report.document import SiteReport

_SHOWN = 120  # lines of a plan before the question; `plan` shows all


@options.choosing(*options.OUTSIDE, "templates")
def command(
    choices: options.Choices,
    sites: fleet.Sites,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Don't ask before the first change.")] = False,
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
    consent_clear_key: ConsentClearKey = False,
    jobs: fleet.Jobs = 4,
    canary: fleet.Canary = "",
    max_failures: fleet.MaxFailures = 1,
    resume: fleet.Resume = False,
    scheduler: fleet.Scheduler = "",
    form: options.FormatOption = options.Format.TEXT,
    output: options.Output = None,
) -> None:
    """Render, check, back up, push, verify and save; or undo, and prove it. Several sites: one first, then the rest."""
    from sbc_tool.cli.output import finish, targets

    if plan and replace:
        raise InputError("--plan and --replace exclude each other", "the plan file says which it is")
    many = fleet.Fleet(jobs, canary, max_failures, resume, scheduler)
    files, where = fleet.files_of(sites, many), targets(form, output)
    task = Task(files[0], choices, verify.value, skip_preflight, consent_clear_key)
    if len(files) > 1 or scheduler:
        if plan or replace or confirm_name or not (yes or choices.lab):
            what = "several sites: nobody is asked, and nothing of others deleted; nothing was changed"
            raise InputError(what, "pass --yes, without --plan, --replace and --confirm-name")
        finish("deploy", fleet.deploy_all(fleet.tasks_of(files, task, many), many), where, fleet.as_text)
    finish("deploy", [_one(task, Consent(yes, confirm_name, choices.lab), plan, replace)], where, as_text)


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
    follower = Follower(here, how, consent)
    try:
        return report_of(follower, lambda: work(follower.how))
    finally:
        follower.bar.stop()


class Following(Protocol):
    """Who keeps what is known of a deployment before its first change."""

    here: Outside
    so_far: Deployment


def report_of(follower: Following, work: Callable[[], Deployment]) -> SiteReport:
    """Do the work; what ended it early is in the report, with what was known by then."""
    from sbc_tool.report.document import SiteReport

    started, clock = follower.here.world.now(), time.monotonic()
    error: DeployUndone | DeployStuck | None = None
    try:
        done = work()
    except (DeployUndone, DeployStuck) as failure:
        error = failure
        state: State = "failed" if isinstance(failure, DeployStuck) else "rolled-back"
        done = dataclasses.replace(follower.so_far, state=state)
    return SiteReport(
        site=done.site,
        results=done.results,
        started=started,
        duration_s=time.monotonic() - clock,
        plan=done.plan,
        state=done.state,
        backup=done.backup,
        error=error,
        code=_code(done),
    )


def _code(done: Deployment) -> Exit:
    """0 exactly when the device is what the site file says, and what --verify asks for held."""
    if done.state == "planned":
        return Exit.NO
    if done.state == "unchanged" and (done.unproved or done.plan is None):
        return exit_code(done.unproved or done.results)
    return Exit.OK


class Follower:
    """Shows a person on stderr how a deployment goes, and asks before the first change."""

    def __init__(self, here: Outside, how: How, consent: Consent) -> None:
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

        from sbc_tool.cli.output import console
        from sbc_tool.deploy.deploy import Deployment

        self.here = here
        self.how = dataclasses.replace(how, confirm=self.confirm, tell=self.tell, progress=self.progress)
        self.so_far = Deployment(here.site.site, "unchanged")
        self.screen = console(sys.stderr)
        columns = (TextColumn("  lines typed"), BarColumn(), MofNCompleteColumn())
        self.bar = Progress(*columns, console=self.screen, transient=True, disable=not sys.stderr.isatty())
        self._task = self.bar.add_task("push", visible=False)
        self._consent = consent

    def tell(self, step: str) -> None:
        from rich.text import Text

        self.screen.print(Text.assemble((self.so_far.site, "bold"), f": {step}"), soft_wrap=True)

    def progress(self, done: int, total: int) -> None:
        self.bar.start()
        self.bar.update(self._task, completed=done, total=total, visible=done < total)

    def confirm(self, so_far: Deployment) -> bool:
        from sbc_tool.report import text
        from sbc_tool.report.document import SiteReport

        self.so_far = so_far
        text.plan(self.screen, SiteReport(so_far.site, plan=so_far.plan), _SHOWN)
        return so_far.plan is not None and agreed(so_far.plan, so_far.device, self._consent, self.how.ask)


def as_text(screen: Console, report: SiteReport) -> None:
    from rich.text import Text

    from sbc_tool.report import text

    if report.error is None:
        text.results(screen, report)
    if report.state is None:
        return
    screen.print(Text.assemble(f"{report.site}: ", *_outcome(report), f" ({report.duration_s:.1f} s)"))
    if report.backup:
        screen.print(Text(f"backup: {report.backup}"), soft_wrap=True)


def _outcome(report: SiteReport) -> tuple[tuple[str, str], str]:
    """What became of the device, and what that means."""
    if report.state == "deployed":
        count = len(report.plan.changes) if report.plan else 0
        return ("deployed", "bold green"), f": {count} changes, verified and saved"
    if report.state == "rolled-back":
        return ("not deployed", "bold red"), ": the device is back to what it was"
    if report.state == "failed":
        return ("failed", "bold red"), ": a person is needed now"
    if report.state == "planned":
        return ("not deployed", "bold yellow"), ": you said no; nothing was changed"
    if report.code is Exit.OK:
        return ("unchanged", "bold green"), ": the device already is what the site file says"
    if report.plan:
        return ("unchanged", "bold yellow"), ": there was nothing to push, but not all is as it should be"
    no = ", ".join(result.check for result in report.results if result.outcome is Outcome.FAIL)
    return ("not deployed", "bold red"), f": {no} said no; nothing was changed"
