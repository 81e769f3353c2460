"""Several sites, some at the same time: one report each, in the order given, also for a path that leads to none."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sbc_tool.check import NotApplicable
from sbc_tool.cli.options import Choices
from sbc_tool.cli.outside import Outside, report_on
from sbc_tool.errors import SbcError
from sbc_tool.facts.inventory import InventoryFact, among, named_in
from sbc_tool.report.document import SiteReport
from sbc_tool.site.load import find_sites
from sbc_tool.world import World

Work = Callable[[Outside, Path, InventoryFact | NotApplicable], SiteReport]


def side_by_side(
    paths: Iterable[Path], world: World, choices: Choices, jobs: int, work: Work
) -> tuple[SiteReport, ...]:
    """`work` gets each site with its file, and what the others call their STARFACEs."""
    found = _found(paths)
    everyone = named_in(path for path in found.values() if isinstance(path, Path)) if len(found) > 1 else ()

    def one(path: Path | SiteReport) -> SiteReport:
        if isinstance(path, SiteReport):
            return path
        return report_on(path, world, choices, lambda here: work(here, path, others(here, path)))

    def others(here: Outside, path: Path) -> InventoryFact | NotApplicable:
        return among(here.site, str(path), (*everyone, *named_in(here.beside)))

    with ThreadPoolExecutor(jobs, "site") as threads:
        return tuple(threads.map(one, found.values()))


def _found(paths: Iterable[Path]) -> dict[Path, Path | SiteReport]:
    """The site files, and a report for a path that leads to none."""
    found: dict[Path, Path | SiteReport] = {}
    for path in paths:
        try:
            found.update({site: site for site in find_sites([path])})
        except SbcError as error:
            found[path] = SiteReport(str(path), error=error)
    return found
