"""`sbc-tool preflight`"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sbc_tool.cli import options
from sbc_tool.errors import InputError, SbcError

if TYPE_CHECKING:
    from sbc_tool.check import Check
    from sbc_tool.cli.outside import Outside
    from sbc_tool.report.document import SiteReport

_Sites = Annotated[
    list[Path] | None, typer.Argument(metavar="SITE", help="Site files, or folders of them.", show_default=False)
]


@options.choosing(*options.OUTSIDE, "offline")
def command(
    choices: options.Choices,
    sites: _Sites = None,
    form: options.FormatOption = options.Format.TEXT,
    output: options.Output = None,
    only: options.Only = None,
    skip: options.Skip = None,
    list_checks: options.List = False,
    fail_on: options.FailOnWarn = options.FailOn.FAIL,
    jobs: options.Jobs = 4,
) -> None:
    """Find every known reason why a go-live fails: go, review or no-go, with cause and remedy."""
    from sbc_tool import preflight
    from sbc_tool.cli import selection
    from sbc_tool.cli.output import finish, targets

    if list_checks:
        selection.listing(preflight.ALL)
    if not sites:
        raise InputError("which site?", "sbc-tool preflight SITE…, or --list")
    checks, where = selection.select(preflight.ALL, only, skip), targets(form, output)
    reports = _reports(sites, choices, checks, jobs)
    finish("preflight", reports, where, fail_on_warn=fail_on is options.FailOn.WARN)


def _reports(
    paths: Iterable[Path], choices: options.Choices, checks: Sequence[Check], jobs: int
) -> tuple[SiteReport, ...]:
    """One report a site, in the order given; `jobs` sites at the same time."""
    from concurrent.futures import ThreadPoolExecutor

    from sbc_tool.cli.outside import report_on, world_of
    from sbc_tool.report.document import SiteReport
    from sbc_tool.site.load import find_sites

    world = world_of(choices)

    def one(path: Path | SiteReport) -> SiteReport:
        if isinstance(path, SiteReport):
            return path
        return report_on(
            path, world, choices, lambda here: _waived(_judged(here, checks), path, here.world.now().date())
        )

    found: dict[Path, Path | SiteReport] = {}
    for path in paths:
        try:
            found.update({site: site for site in find_sites([path])})
        except SbcError as error:
            found[path] = SiteReport(str(path), error=error)
    with ThreadPoolExecutor(jobs, "site") as threads:
        return tuple(threads.map(one, found.values()))


def _judged(here: Outside, checks: Sequence[Check]) -> SiteReport:
    from sbc_tool.check import run_all
    from sbc_tool.facts.gather import gather
    from sbc_tool.report.document import SiteReport

    def tell(done: str) -> None:
        typer.echo(f"{here.site.site}: {done}", err=True)

    started, clock = here.world.now(), time.monotonic()
    needs = frozenset(check.needs for check in checks)
    facts = gather(here.site, here.world, here.vault, progress=tell, needs=needs)
    return SiteReport(here.site.site, run_all(checks, facts), started, time.monotonic() - clock)


def _waived(report: SiteReport, path: Path, today: date) -> SiteReport:
    """What the site file has a comment for is told, and decides nothing."""
    from sbc_tool.cli.linting import site_waivers
    from sbc_tool.waivers.waive import waive

    return dataclasses.replace(report, results=waive(report.results, tuple(site_waivers(path, None)), today))
