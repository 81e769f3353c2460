"""Markdown as forges show it: for a job's summary, a merge request's comment or a ticket."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from sbc_tool.finding import Outcome, Place, Result
from sbc_tool.language import say
from sbc_tool.report.causes import advice, by_cause
from sbc_tool.report.document import Run, SiteReport, counting, differences, told
from sbc_tool.report.paths import inside

_WORST_FIRST = (Outcome.FAIL, Outcome.UNKNOWN, Outcome.WARN, Outcome.PASS, Outcome.NA)
_CHANGES = 200  # lines; a comment on a forge has an end


def write(run: Run) -> str:
    return "\n".join(line for report in run.reports for line in _site(run, report)) + "\n"


def _site(run: Run, report: SiteReport) -> Iterator[str]:
    yield f"## {_text(report.site)}: {report.verdict}\n"
    state = f" · {report.state}" if report.state else ""
    yield f"`sbc-tool {run.command}`{state}\n"
    for error in (report.error, *report.error.more) if report.error else ():
        hint = f" → {_text(say(error.hint))}" if error.hint else ""
        yield f"- **error** {_place(error.where)}{_text(say(error.what))}{hint}\n"
    if report.results:
        yield f"| | {say('check')} | {say('what was seen; what to do')} |\n|---|---|---|"
        for group in by_cause(sorted(report.results, key=lambda one: _WORST_FIRST.index(one.outcome))):
            yield _row(group)
        yield ""
    if report.route:
        yield "\n".join(f"{number}. {_text(step.text)}" for number, step in enumerate(report.route.steps, 1)) + "\n"
    changes = differences(report)
    if changes:
        yield f"<details><summary>{say(f'{len(changes)} changes')}</summary>\n\n```"
        yield from (change.replace("```", "` ` `") for change in changes[:_CHANGES])
        yield from [say(f"… and {len(changes) - _CHANGES} more")] if len(changes) > _CHANGES else []
        yield "```\n\n</details>\n"


def _row(group: Sequence[Result]) -> str:
    lines = [f"{_place(finding.where)}{_text(told(finding))}" for finding in counting(group[0])]
    if to_do := advice(group):
        lines.append(f"→ {_text(to_do)}")
    ids = "<br>".join(f"`{one.check}`" for one in group)
    return f"| {group[0].outcome} | {ids} | {'<br>'.join(lines)} |"


def _place(where: Place | None) -> str:
    return f"{_text(inside(where.file))}:{where.line}: " if where and where.line else ""


def _text(text: str) -> str:
    """What Markdown or HTML would take for markup is told as it stands; code spans are left to be such."""
    parts = re.split(r"(`[^`\n|]*`)", " ".join(text.split()))
    for number in range(0, len(parts), 2):
        parts[number] = re.sub(r"([\\|*_<>\[\]`#~&])", r"\\\1", parts[number])
    return "".join(parts)
