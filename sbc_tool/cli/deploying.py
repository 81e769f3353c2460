"""A deployment as a person follows it: steps and progress on stderr, the outcome on stdout."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Literal

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from sbc_tool.cli.outside import Choices, Outside, someone_there
from sbc_tool.deploy.deploy import Deployment, How
from sbc_tool.deploy.deploy import deploy as core
from sbc_tool.errors import InputError
from sbc_tool.report import text
from sbc_tool.report.document import SiteReport
from sbc_tool.trinity.diff import Plan

_SHOWN = 120  # lines of a plan before the question; `plan` shows all


@dataclass(frozen=True)
class Wishes:
    verify: Literal["full", "config"]
    skip_preflight: str
    yes: bool


def deploy(here: Outside, choices: Choices, wishes: Wishes) -> SiteReport:
    talk = Console(stderr=True)
    started, clock = here.world.now(), time.monotonic()
    columns = (TextColumn("  typed"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=talk, transient=True, disable=not talk.is_terminal) as bar:
        task = bar.add_task("push", visible=False)

        def progress(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total, visible=done < total)

        def confirm(plan: Plan) -> bool:
            text.plan(talk, SiteReport(here.site.site, changes=plan.changes, left_alone=plan.left_alone), _SHOWN)
            if plan.empty or wishes.yes or choices.lab:
                return True
            if someone_there(choices) is None:
                raise InputError("nobody can be asked whether to go on", "pass --yes")
            bar.stop()
            agreed = typer.confirm(f"Apply this to {here.site.device.host}?", err=True)
            bar.start()
            return agreed

        how = How(
            verify=wishes.verify,
            skip_preflight=wishes.skip_preflight,
            confirm=confirm,
            ask=someone_there(choices),
            tell=lambda step: talk.print(f"[bold]{escape(here.site.site)}[/]: {escape(step)}", highlight=False),
            progress=progress,
        )
        done = core(here.site, here.world, here.vault, how)
    return _report(done, started, time.monotonic() - clock)


def _report(done: Deployment, started: object, took: float) -> SiteReport:
    from datetime import datetime

    assert isinstance(started, datetime)
    changes = done.plan.changes if done.plan else None
    left_alone = done.plan.left_alone if done.plan else ()
    return SiteReport(done.site, done.results, started, took, changes, left_alone, done.state, done.backup)


def as_text(console: Console, report: SiteReport) -> None:
    text.results(console, report)
    changes = len(report.changes or ())
    said = {
        "deployed": f"[bold green]deployed[/]: {changes} changes, verified and saved",
        "unchanged": "[bold green]unchanged[/]: the device already is what the site file says",
        "planned": "planned: nothing was changed",
    }
    state = said.get(report.state or "", report.state or "")
    if report.state == "unchanged" and report.changes is None:
        state = "[bold red]not deployed[/]: the checks above say no; nothing was changed"
    console.print(f"{escape(report.site)}: {state} ({report.duration_s:.1f} s)", highlight=False)
    if report.backup:
        console.print(f"backup: {report.backup}", highlight=False, soft_wrap=True)
