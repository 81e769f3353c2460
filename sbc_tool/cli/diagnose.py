"""`sbc-tool diagnose`"""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sbc_tool import language
from sbc_tool.cli import evidence as of
from sbc_tool.cli import options
from sbc_tool.cli.speech import tell
from sbc_tool.diagnose.audience import Role
from sbc_tool.errors import InputError

if TYPE_CHECKING:
    from sbc_tool.check import NotApplicable
    from sbc_tool.cli.outside import Outside
    from sbc_tool.diagnose.advice import Advice
    from sbc_tool.diagnose.evidence import Evidence
    from sbc_tool.facts.inventory import InventoryFact
    from sbc_tool.report.document import SiteReport
    from sbc_tool.trinity.diff import Plan
    from sbc_tool.world import World

_Sites = Annotated[
    list[Path] | None, typer.Argument(metavar="SITE…", help="Site files, or folders of them.", show_default=False)
]
_Bundle = Annotated[
    Path | None,
    typer.Option("--bundle", metavar="FILE", help="What `report --bundle` wrote elsewhere.", show_default=False),
]
_Ask = Annotated[bool, typer.Option("--ask", help="Ask short questions whose answers change the ranking.")]
_Fix = Annotated[bool, typer.Option("--fix", help="Hand over to `deploy`, if it can put the first cause right.")]
_Role = Annotated[
    Role | None, typer.Option("--role", help="Who you are, for the right next contact.", show_default=False)
]
_ListAll = Annotated[bool, typer.Option("--list", help="List the complaints that are known, and end.")]


@options.choosing(*options.OUTSIDE, "offline", "templates")
def command(
    choices: options.Choices,
    sites: _Sites = None,
    symptom: of.Symptom = None,
    code: of.Code = None,
    trace: of.Trace = None,
    config: of.Config_ = None,
    answer: of.Answer = None,
    facts: options.Facts = None,
    bundle: _Bundle = None,
    ask: _Ask = False,
    fix: _Fix = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="With --fix: don't ask before the first change.")] = False,
    jobs: options.Jobs = 4,
    role: _Role = None,
    list_all: _ListAll = False,
    form: options.FormatOption = options.Format.TEXT,
    output: options.Output = None,
) -> None:
    """From a complaint, a code, a trace or a live system to the cause and the fix."""
    from sbc_tool.cli.output import finish, targets
    from sbc_tool.cli.outside import world_of
    from sbc_tool.report import diagnosis

    world = world_of(choices)
    speech = _Speech(role)
    if list_all:
        _list()
    given = of.Given(symptom or (), code, trace or (), config, answer or ())
    sources = _Sources(sites or (), facts, bundle)
    sources.check(given, ask, fix)
    where = targets(form, output)
    base = _complaint(given.evidence(), world, speech) if ask and not (bundle or symptom or code) else given.evidence()
    reports = list(_reports(sources, base, world, choices, _How(speech, ask, jobs)))
    if fix:
        _hand_over(reports, choices, sources.sites[0], yes, form, output)
    finish("diagnose", reports, where, diagnosis.text)


@dataclasses.dataclass(frozen=True)
class _Speech:
    role: Role | None

    def advice(self, evidence: Evidence) -> Advice:
        from sbc_tool.diagnose.advice import Advice
        from sbc_tool.diagnose.rank import diagnose

        return Advice(diagnose(evidence), self.role)


@dataclasses.dataclass(frozen=True)
class _How:
    speech: _Speech
    ask: bool
    jobs: int


@dataclasses.dataclass(frozen=True)
class _Sources:
    """Where cases come from."""

    sites: Sequence[Path]
    facts: Path | None
    bundle: Path | None

    def check(self, given: of.Given, ask: bool, fix: bool) -> None:
        if sum(map(bool, (self.sites, self.facts, self.bundle))) > 1:
            raise InputError("SITE, --facts and --bundle exclude each other", "give one of them")
        if fix and (len(self.sites) != 1 or self.sites[0].is_dir()):
            raise InputError("--fix: which site?", "sbc-tool diagnose SITE --fix, with one site file")
        words = given.symptoms or given.code or given.traces or given.config or given.answers
        if not (self.sites or self.facts or self.bundle or words or ask):
            raise InputError(
                "nothing to go by", "give SITE, --symptom, --code, --trace, --config, --facts or --bundle; or --ask"
            )


def _list() -> None:
    from sbc_tool.diagnose import complaints

    width = max(map(len, complaints.every()))
    for complaint in complaints.every().values():
        typer.echo(f"{complaint.id:<{width}}  {language.chosen(complaint.title)}")
    raise typer.Exit


def _reports(
    sources: _Sources, base: Evidence, world: World, choices: options.Choices, how: _How
) -> Iterator[SiteReport]:
    if sources.sites:
        yield from _of_sites(sources.sites, base, world, choices, how)
    elif sources.facts:
        yield from (_report(evidence, world, how) for evidence in of.of_facts(sources.facts, base))
    elif sources.bundle:
        from sbc_tool.facts import bundle
        from sbc_tool.site.files import read_bytes

        found = bundle.unpack(read_bytes(sources.bundle), str(sources.bundle))
        yield _report(of.both(found, base), world, how)
    else:
        yield _report(base, world, how)


def _of_sites(
    paths: Sequence[Path], base: Evidence, world: World, choices: options.Choices, how: _How
) -> tuple[SiteReport, ...]:
    from sbc_tool.cli.progress import Watching
    from sbc_tool.cli.sites import side_by_side

    def work(here: Outside, path: Path, inventory: InventoryFact | NotApplicable) -> SiteReport:  # noqa: ARG001
        return _report(of.of_site(here, base, watching, inventory), here.world, how, choices)

    with Watching(live=not how.ask) as watching:
        return side_by_side(paths, world, choices, 1 if how.ask else how.jobs, work)


def _report(evidence: Evidence, world: World, how: _How, choices: options.Choices | None = None) -> SiteReport:
    from sbc_tool.report.document import SiteReport

    if how.ask:
        evidence = _asked(evidence, world, how.speech)
    advice = how.speech.advice(evidence)
    results = tuple(cause.result for cause in (*advice.diagnosis.causes, *advice.diagnosis.beside))
    name = evidence.site.site if evidence.site else evidence.config.file if evidence.config else "case"
    plan = _plan(evidence, advice, choices)
    return SiteReport(name, results, plan=plan, code=advice.diagnosis.exit, diagnosis=advice)


def _plan(evidence: Evidence, advice: Advice, choices: options.Choices | None) -> Plan | None:
    """What `deploy` would apply, where that is the fix."""
    from sbc_tool.cli.render import rendered
    from sbc_tool.trinity import diff

    first = advice.diagnosis.first
    if not (first and first.fault.ours and advice.diagnosis.found and evidence.site and evidence.config):
        return None
    return diff.plan(evidence.config, rendered(evidence.site, choices.templates if choices else None).config)


def _complaint(evidence: Evidence, world: World, speech: _Speech) -> Evidence:
    """Ask what is wrong, until the answer is understood; nothing may be said."""
    from sbc_tool.cli.output import say
    from sbc_tool.diagnose import complaints

    while text := world.ask(speech.advice(evidence).word("ask-complaint"), False).strip():
        try:
            named = frozenset(one.id for one in complaints.recognise(text))
        except InputError as error:
            say(error)
            continue
        return dataclasses.replace(evidence, complaints=named)
    return evidence


def _asked(evidence: Evidence, world: World, speech: _Speech) -> Evidence:
    """Ask while an answer would change the ranking; who doesn't know is not asked the same again."""
    from sbc_tool.diagnose import questions

    passed: set[str] = set()
    while fault := questions.following(evidence, passed):
        advice = speech.advice(evidence)
        answer = of.read_answer(world.ask(f"{language.say(fault.question)} ({advice.word('ask-yes')})", False))
        if answer is None:
            passed.add(fault.id)
        else:
            evidence = questions.answered(evidence, fault, answer)
    return evidence


def _hand_over(
    reports: Sequence[SiteReport],
    choices: options.Choices,
    site: Path,
    yes: bool,
    form: options.Format,
    output: list[str] | None,
) -> None:
    """Let `deploy` put it right, with all its guards: its result goes to stdout, the diagnosis to stderr."""
    from sbc_tool.cli import deploy
    from sbc_tool.cli.output import console
    from sbc_tool.report import diagnosis

    advice = reports[0].diagnosis
    first = advice.diagnosis.first if advice else None
    if advice is None or first is None:
        return
    if not advice.diagnosis.found:
        tell("--fix: no cause is sure enough; nothing was changed")
        return
    if not first.fault.ours:
        tell(f"--fix: {first.fault.id} is not for deploy to put right; nothing was changed")
        return
    diagnosis.text(console(sys.stderr), reports[0])
    deploy.hand_over(choices, site, yes, form, output)
