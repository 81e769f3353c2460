"""`sbc-tool deploy` over several sites: here, or on the workers of a Dask scheduler."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sbc_tool.cli.task import Task, deploy_site, deploy_there
from sbc_tool.errors import InputError, SbcError, Unreachable
from sbc_tool.finding import Exit

if TYPE_CHECKING:
    from rich.console import Console

    from sbc_tool.cli.table import Table
    from sbc_tool.deploy.fleet import Event
    from sbc_tool.report.document import SiteReport

_PANEL = "Several sites"
Sites = Annotated[
    list[Path], typer.Argument(metavar="SITE…", help="Site files, or folders of them.", show_default=False)
]
Canary = Annotated[
    str, typer.Option("--canary", metavar="SITE", help="This one first, alone [the first].", rich_help_panel=_PANEL)
]
MaxFailures = Annotated[
    int, typer.Option("--max-failures", min=1, help="Begin no other after so many.", rich_help_panel=_PANEL)
]
Resume = Annotated[
    bool,
    typer.Option("--resume", help="Pass over what the last run over these sites deployed.", rich_help_panel=_PANEL),
]
Scheduler = Annotated[
    str,
    typer.Option(
        "--scheduler", metavar="tcp://HOST:PORT", help="Deploy on the workers of this Dask scheduler.",
        rich_help_panel=_PANEL,
    ),
]  # fmt: skip
Jobs = Annotated[int, typer.Option("--jobs", min=1, help="Sites at the same time.", rich_help_panel=_PANEL)]


@dataclass(frozen=True)
class Fleet:
    """How many sites are gone about."""

    jobs: int = 4
    canary: str = ""
    max_failures: int = 1
    resume: bool = False
    scheduler: str = ""


def files_of(sites: Sequence[Path], fleet: Fleet) -> list[Path]:
    """The site files, the canary first. InputError for one that isn't there."""
    from sbc_tool.site.load import find_sites

    named = (find_sites([path]) if path.is_dir() else [path] for path in sites)
    files = list(dict.fromkeys(file for several in named for file in several))
    if not fleet.canary:
        return files
    first = [file for file in files if fleet.canary in (str(file), file.stem, file.parent.name, file.name)]
    first = first or [file for file in files if file.absolute() == Path(fleet.canary).absolute()]
    if len(first) != 1:
        raise InputError(f"--canary {fleet.canary}: {len(first)} of these sites are called so", "name its site file")
    return first + [file for file in files if file != first[0]]


def deploy_all(tasks: Sequence[Task], fleet: Fleet) -> list[SiteReport]:
    """One report a site, in the order of the tasks; shown on stderr as it goes."""
    from sbc_tool.cli.outside import world_of
    from sbc_tool.cli.table import Table
    from sbc_tool.deploy import fleet as core
    from sbc_tool.deploy.rollout import Rollout, fingerprint

    world = world_of(tasks[0].choices)
    prints = {task.file: fingerprint(task.file, task.choices.templates) for task in tasks}
    record = Rollout(world.data_dir / "lab" if tasks[0].choices.lab else world.data_dir, prints, fleet.resume)
    reports = {task.file: _passed_over(task) for task in tasks if record.has(task.file, prints[task.file])}
    todo = [task for task in tasks if task.file not in reports]
    limits = core.Limits(fleet.jobs, fleet.max_failures, canary=not reports)
    with Table({task.file: task.name for task in tasks}) as table, _executor(fleet) as executor:
        for task in tasks:
            if task.file in reports:
                table.ended(task.file, "deployed by the last run", good=True)
        work = deploy_there if fleet.scheduler else functools.partial(_here, table=table)
        for event in core.roll_out(todo, work, executor, limits, _good):
            if event.kind == "began":
                table.step(event.task.file, "begun")
                continue
            report = reports[event.task.file] = _report(event)
            table.ended(event.task.file, _in_short(report), good=_good(report), seconds=report.duration_s)
            if _good(report):
                record.add(event.task.file, prints[event.task.file], world.now())
    return [reports[task.file] for task in tasks]


def _here(task: Task, table: Table) -> SiteReport:
    return deploy_site(task, functools.partial(table.step, task.file))


@contextmanager
def _executor(fleet: Fleet) -> Iterator[Executor]:
    """Threads, or the workers of a Dask scheduler."""
    if not fleet.scheduler:
        with ThreadPoolExecutor(fleet.jobs, "site") as threads:
            yield threads
        return
    try:
        from distributed import Client
    except ImportError:
        raise InputError("the package distributed is missing", 'pip install "sbc-tool[dask]"') from None
    try:
        client = Client(fleet.scheduler, timeout=10)
    except (OSError, TimeoutError, ValueError) as error:
        what = f"--scheduler {fleet.scheduler}: no Dask scheduler answers ({type(error).__name__})"
        raise Unreachable(what, "start one with `dask scheduler`, and workers that see the site files") from None
    with client, client.get_executor(retries=0, pure=False) as executor:
        yield executor


def _good(report: SiteReport) -> bool:
    return report.error is None and report.state in ("deployed", "unchanged") and report.exit() is Exit.OK


def _passed_over(task: Task) -> SiteReport:
    from sbc_tool.report.document import SiteReport

    return SiteReport(task.name, state="unchanged", code=Exit.OK, file=str(task.file))


def _report(event: Event[Task, SiteReport]) -> SiteReport:
    from sbc_tool.report.document import SiteReport

    task, file = event.task, str(event.task.file)
    if event.done is not None:
        return event.done
    if event.error is not None:
        what = f"{task.name}: its worker was lost ({type(event.error).__name__}): what became of it is not known"
        return SiteReport(task.name, error=Unreachable(what, "sbc-tool plan SITE shows it"), file=file)
    return SiteReport(task.name, error=NotBegun(f"{task.name}: not begun, as others failed"), file=file)


class NotBegun(SbcError):
    """Nobody looked at this one."""

    exit = Exit.UNKNOWN


def _in_short(report: SiteReport) -> str:
    if report.error:
        return str(report.error)
    return report.state if report.state and _good(report) else f"{report.state}: not all is as it should be"


def as_text(screen: Console, report: SiteReport) -> None:
    """One line a site; what is wrong with one is told in full."""
    from rich.text import Text

    from sbc_tool.report import text

    if report.error is None and not _good(report):
        text.results(screen, report)
    mark = ("ok", "green") if _good(report) else ("failed", "bold red")
    mark = ("not begun", "yellow") if isinstance(report.error, NotBegun) else mark
    screen.print(Text.assemble((f"{report.site}: ", "bold"), mark, f" {_in_short(report)}"), soft_wrap=True)


def tasks_of(files: Sequence[Path], plain: Task, fleet: Fleet) -> list[Task]:
    """A task a site. InputError for what several at once can't have: questions, one device, one transcript order."""
    choices = plain.choices
    if choices.device or choices.lab_ready:
        raise InputError("--device and --lab-ready are for one site", "name one site")
    if fleet.scheduler:  # a worker has its own environment, and another working folder
        choices = dataclasses.replace(choices, given=None)
        files = [file.absolute() for file in files]
    choices = dataclasses.replace(choices, no_input=True)
    return [dataclasses.replace(plain, file=file, choices=choices) for file in files]
