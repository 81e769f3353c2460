"""`sbc-tool preflight`"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sbc_tool.cli import options
from sbc_tool.errors import InputError

if TYPE_CHECKING:
    from sbc_tool.check import Check, NotApplicable
    from sbc_tool.cli.outside import Outside
    from sbc_tool.cli.progress import Watching
    from sbc_tool.facts.inventory import InventoryFact
    from sbc_tool.facts.saved import Case
    from sbc_tool.report.document import SiteReport
    from sbc_tool.site.model import Site

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
    save_facts: options.SaveFacts = None,
    facts: options.Facts = None,
) -> None:
    """Find every known reason why a go-live fails: go, review or no-go, with cause and remedy."""
    from sbc_tool import preflight
    from sbc_tool.cli import selection
    from sbc_tool.cli.output import finish, targets

    if list_checks:
        selection.listing(preflight.ALL)
    if not sites and not facts:
        raise InputError("which site?", "sbc-tool preflight SITE…, or --list")
    if facts and save_facts:
        raise InputError("--facts and --save-facts exclude each other", "leave one out: nothing is measured anew")
    checks, where = selection.select(preflight.ALL, only, skip), targets(form, output)
    if facts:
        reports = _replayed(facts, sites or (), choices, checks)
    else:
        reports = _measured(sites or (), choices, checks, _How(jobs, save_facts))
    finish("preflight", reports, where, fail_on_warn=fail_on is options.FailOn.WARN)


@dataclass(frozen=True)
class _How:
    jobs: int
    save_facts: Path | None


def _measured(
    paths: Iterable[Path], choices: options.Choices, checks: Sequence[Check], how: _How
) -> tuple[SiteReport, ...]:
    """One report a site, in the order given; so many sites at the same time."""
    from sbc_tool.cli.output import write_private
    from sbc_tool.cli.outside import world_of
    from sbc_tool.cli.progress import Watching
    from sbc_tool.cli.sites import side_by_side
    from sbc_tool.facts import saved

    cases: dict[str, saved.Case] = {}  # by the site file

    def work(here: Outside, path: Path, inventory: InventoryFact | NotApplicable) -> SiteReport:
        case, report = _judged(here, checks, watching, inventory)
        if how.save_facts:  # else nothing of a site is kept but its report
            cases[str(path)] = case
        return _waived(report, path, here.world.now().date())

    with Watching() as watching:
        reports = side_by_side(paths, world_of(choices), choices, how.jobs, work)
    if how.save_facts:
        write_private(how.save_facts, saved.write(cases[one.file] for one in reports if one.file in cases))
    return reports


def _judged(
    here: Outside, checks: Sequence[Check], watching: Watching, inventory: InventoryFact | NotApplicable
) -> tuple[Case, SiteReport]:
    from sbc_tool.check import run_all
    from sbc_tool.facts.gather import gather
    from sbc_tool.facts.inventory import InventoryFact
    from sbc_tool.facts.saved import Case
    from sbc_tool.report.document import SiteReport

    started, clock = here.world.now(), time.monotonic()
    needs = frozenset(check.needs for check in checks)
    facts = gather(here.site, here.world, here.vault, progress=watching.of(here.site.site), needs=needs)
    results = run_all(checks, {**facts, InventoryFact: inventory})
    report = SiteReport(here.site.site, results, started, time.monotonic() - clock)
    return Case(here.site, facts), report


def _replayed(
    file: Path, paths: Iterable[Path], choices: options.Choices, checks: Sequence[Check]
) -> tuple[SiteReport, ...]:
    """Judge saved facts: of all sites in the file, or with the site files given in place of those saved."""
    from sbc_tool.check import run_all
    from sbc_tool.cli.outside import world_of
    from sbc_tool.facts import saved
    from sbc_tool.facts.inventory import InventoryFact, among, named
    from sbc_tool.report.document import SiteReport
    from sbc_tool.site.load import find_sites, load

    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "no text"
        raise InputError(f"--facts {file}: cannot be read ({why.lower()})", "check the path") from None
    cases = {case.site.site: case for case in saved.read(text, str(file))}
    today = world_of(choices).now().date()
    files = {path: load(path) for path in find_sites(paths)} if paths else {}
    chosen = tuple(files.values()) or tuple(case.site for case in cases.values())
    everyone = tuple(named(site, site.site) for site in chosen)

    def judged(site: Site) -> SiteReport:
        if site.site not in cases:
            known = ", ".join(cases) or "none"
            raise InputError(f"--facts {file}: holds no facts of {site.site}", f"it has those of: {known}")
        facts = saved.judgeable(saved.Case(site, cases[site.site].facts))
        return SiteReport(site.site, run_all(checks, {**facts, InventoryFact: among(site, site.site, everyone)}))

    if files:
        return tuple(_waived(judged(site), path, today) for path, site in files.items())
    return tuple(map(judged, chosen))


def _waived(report: SiteReport, path: Path, today: date) -> SiteReport:
    """What the site file has a comment for is told, and decides nothing."""
    from sbc_tool.cli.linting import site_waivers
    from sbc_tool.waivers.waive import waive

    return dataclasses.replace(report, results=waive(report.results, tuple(site_waivers(path, None)), today))
