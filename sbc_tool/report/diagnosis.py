"""A diagnosis, for people and for scripts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from sbc_tool.diagnose.advice import Advice
from sbc_tool.diagnose.rank import Cause, Confidence
from sbc_tool.finding import Finding
from sbc_tool.language import chosen, say
from sbc_tool.report import text as results
from sbc_tool.report.document import SiteReport, seen
from sbc_tool.report.shape import FLAG, TEXT, TEXTS, Shape, many, one_of, record

_COLOUR = {
    Confidence.CERTAIN: "bold red",
    Confidence.LIKELY: "yellow",
    Confidence.POSSIBLE: "magenta",
    Confidence.UNLIKELY: "dim",
    Confidence.EXCLUDED: "dim",
}
_SURE = (Confidence.CERTAIN, Confidence.LIKELY)
_OUT = (Confidence.UNLIKELY, Confidence.EXCLUDED)
_MOST = 4  # observations of one kind; JSON has all


def text(console: Console, report: SiteReport) -> None:
    """What is complained of, the causes from the likeliest on, what settles it, the fix, and whom to turn to."""
    advice = report.diagnosis
    if advice is None:
        return
    for line in _asked(advice):
        console.print(line)
    for number, cause in enumerate(advice.diagnosis.causes, 1):
        _cause(console, advice, cause, number)
    if advice.diagnosis.beside:
        console.print(Text(f"\n{advice.word('beside')}: {', '.join(one.fault.id for one in advice.diagnosis.beside)}"))
    console.print()
    if advice.diagnosis.settles and advice.diagnosis.first:
        console.print(Text(f"{advice.word('settle')}: {say(advice.diagnosis.first.fault.settles)}", "cyan"))
    if report.plan and not report.plan.empty:
        console.print(Text(f"{advice.word('plan')}:"))
        results.plan(console, report)
    if advice.diagnosis.causes:
        console.print(Text(f"{advice.word('next-contact')}: {advice.contact}"))
    console.print(Text.assemble((f"{report.site}: {advice.summary}", "bold")))


def _asked(advice: Advice) -> Iterator[Text]:
    for complaint in advice.diagnosis.complaints:
        yield Text.assemble((f"{advice.word('complaint')}: ", "dim"), chosen(complaint.title))
    for code in advice.diagnosis.codes:
        told = f"{code.text}: {chosen(code.means)}"
        first = f" ({advice.word('first-check')}: {say(code.first)})" if code.first else ""
        yield Text.assemble((f"{advice.word('code')}: ", "dim"), f"{told}{first}")


def _cause(console: Console, advice: Advice, cause: Cause, number: int) -> None:
    """All of it where somebody will act upon it; of what is only possible, the first step."""
    confidence = (advice.confidence(cause), _COLOUR[cause.confidence])
    console.print(Text.assemble(f"\n{number}. ", confidence, f"  {cause.fault.id}: {say(cause.fault.title)}"))
    parts = [("for", cause.speaks_for), ("against", cause.speaks_against)]
    for key, findings in parts:
        for line in _lines(findings):
            console.print(Padding(Text.assemble((f"{advice.word(key)}: ", "dim"), line), (0, 0, 0, 3)))
    if cause.confidence not in _OUT:
        steps = tuple(map(say, cause.fault.steps))
        for step_number, step in enumerate(steps if number == 1 or cause.confidence in _SURE else steps[:1], 1):
            label = f"{advice.word('fix')} {step_number}: "
            console.print(Padding(Text.assemble((label, "green"), step), (0, 0, 0, 3)))


def _lines(findings: tuple[Finding, ...]) -> Iterable[str]:
    told = list(dict.fromkeys(_line(finding) for finding in findings))
    return [*told[:_MOST], *([f"… {len(told) - _MOST}"] if len(told) > _MOST else [])]


def _line(finding: Finding) -> str:
    return f"{finding.where}: {seen(finding)}" if finding.where else seen(finding)


def document(advice: Advice) -> dict[str, Any]:
    """As JSON."""
    diagnosis = advice.diagnosis
    told = [{"id": one.id, "plane": one.plane, "title": chosen(one.title)} for one in diagnosis.complaints]
    codes = [
        {"code": one.text, "means": chosen(one.means), "side": one.side, "first": say(one.first), "known": one.known}
        for one in diagnosis.codes
    ]
    return {
        "complaints": told,
        "codes": codes,
        "causes": [_entry(cause) for cause in diagnosis.causes],
        "beside": [_entry(cause) for cause in diagnosis.beside],
        "settles": say(diagnosis.settles),
        "contact": advice.contact if diagnosis.causes else "",
        "summary": advice.summary,
    }


def _entry(cause: Cause) -> dict[str, Any]:
    return {
        "id": cause.fault.id,
        "title": say(cause.fault.title),
        "confidence": str(cause.confidence),
        "suspected_by": [name for name, _ in cause.named],
        "for": [_line(finding) for finding in cause.speaks_for],
        "against": [_line(finding) for finding in cause.speaks_against],
        "unseen": [_line(finding) for finding in cause.unseen],
        "settles": say(cause.fault.settles),
        "steps": list(map(say, cause.fault.steps)),
        "side": cause.fault.side,
        "by_deploy": cause.fault.ours,
    }


def schema() -> Shape:
    """JSON Schema of that part."""
    cause = record(
        {
            **dict.fromkeys(("id", "title", "settles", "side"), TEXT),
            **dict.fromkeys(("suspected_by", "for", "against", "unseen", "steps"), TEXTS),
            "confidence": one_of(Confidence),
            "by_deploy": FLAG,
        }
    )
    code = record({**dict.fromkeys(("code", "means", "side", "first"), TEXT), "known": FLAG})
    complaint = record(dict.fromkeys(("id", "plane", "title"), TEXT))
    lists = {"complaints": complaint, "codes": code, "causes": cause, "beside": cause}
    return record(
        {
            **{name: many(item) for name, item in lists.items()},
            **dict.fromkeys(("settles", "contact", "summary"), TEXT),
        }
    )
