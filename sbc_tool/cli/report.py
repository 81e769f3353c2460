"""`sbc-tool report`"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sbc_tool.cli import evidence as of
from sbc_tool.cli import options
from sbc_tool.cli.speech import tell
from sbc_tool.errors import InputError
from sbc_tool.finding import Exit

if TYPE_CHECKING:
    from sbc_tool.cli.outside import Outside
    from sbc_tool.diagnose.evidence import Evidence
    from sbc_tool.report.document import SiteReport


@options.choosing(*options.OUTSIDE, "offline")
def command(
    choices: options.Choices,
    site: options.Site,
    bundle: Annotated[Path, typer.Option("--bundle", metavar="FILE", help="The zip to write.", show_default=False)],
    symptom: of.Symptom = None,
    code: of.Code = None,
    trace: of.Trace = None,
    config: of.Config_ = None,
    answer: of.Answer = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Write it without asking.")] = False,
) -> None:
    """Collect facts, masked configuration, results and what a trace showed into one zip, for somebody else to judge."""
    from sbc_tool.cli.output import say, writable
    from sbc_tool.cli.outside import report_on, world_of

    base = of.Given(symptom or (), code, trace or (), config, answer or ()).evidence()
    fresh = not bundle.exists()
    writable(bundle)
    if fresh:
        bundle.unlink()
    report = report_on(site, world_of(choices), choices, lambda here: _bundled(here, base, bundle, yes))
    if report.error:
        say(report.error)
    raise typer.Exit(report.exit())


def _bundled(here: Outside, base: Evidence, bundle: Path, agreed: bool) -> SiteReport:
    from sbc_tool.cli.progress import Watching
    from sbc_tool.diagnose.advice import Advice
    from sbc_tool.diagnose.rank import diagnose
    from sbc_tool.facts import bundle as case
    from sbc_tool.facts.inventory import alone
    from sbc_tool.report.document import Run, SiteReport
    from sbc_tool.report.json import write

    with Watching() as watching:
        evidence = of.of_site(here, base, watching, alone(here.site))
    advice = Advice(diagnose(evidence))
    results = tuple(cause.result for cause in advice.diagnosis.causes)
    report = SiteReport(here.site.site, results, code=Exit.OK, diagnosis=advice)
    files = case.parts(evidence, write(Run("report", (report,))))
    for name, text in files.items():
        tell(f"{len(text.encode()):>9} bytes  {name}")
    if not agreed and not _yes(here, bundle):
        tell("nothing was written")
        return SiteReport(here.site.site, code=Exit.NO)
    bundle.write_bytes(case.pack(files))
    typer.echo(str(bundle))
    return report


def _yes(here: Outside, bundle: Path) -> bool:
    try:
        return bool(of.read_answer(here.world.ask(f"Write these into {bundle}? (yes or no)", False)))
    except InputError as error:
        raise InputError("nobody can be asked whether to write it; nothing was written", "pass --yes") from error
