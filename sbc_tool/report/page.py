"""A trace as one HTML page that stands for itself: no script, and nothing loaded from elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape

from sbc_tool.catalogue import checks
from sbc_tool.diagnose.trace import ladder
from sbc_tool.finding import Outcome, Result
from sbc_tool.language import say
from sbc_tool.report.document import SiteReport, counting, seen

_SAID = (Outcome.FAIL, Outcome.WARN, Outcome.UNKNOWN)
_STYLE = (
    "body{font:15px/1.45 sans-serif;margin:2em auto;max-width:75em;color:#1a1a1a;background:#fff}"
    "table{border-collapse:collapse}td,th{padding:.3em .7em;border-bottom:1px solid #ccc;text-align:left;"
    "vertical-align:top}.fail{color:#b00020}.warn{color:#8a5a00}.unknown{color:#6a1b9a}svg{max-width:100%;height:auto}"
)


def page(title: str, reports: Iterable[SiteReport]) -> str:
    return "\n".join(
        [
            f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>',
            f"<style>{_STYLE}</style></head><body><h1>{escape(title)}</h1>",
            *(line for report in reports for line in _part(report)),
            "</body></html>\n",
        ]
    )


def _part(report: SiteReport) -> Iterator[str]:
    yield f"<h2>{escape(report.site)}</h2>"
    if report.trace:
        trace = report.trace
        yield f"<p>{trace.messages} SIP messages, {trace.calls} calls, {trace.streams} RTP streams</p>"
        for told in trace.damage:
            yield f"<p>{escape(told)}</p>"
        for tls in trace.encrypted:
            told = f"TLS: {tls.segments} segments from {tls.source} to {tls.target} can't be read here"
            yield f'<p class="unknown">{escape(told)}</p>'
    said = [result for result in report.results if result.outcome in _SAID]
    if said:
        yield f"<table><tr><th></th><th>{say('fault')}</th><th>{say('what was seen; what to do')}</th></tr>"
        yield from (_row(result) for result in said)
        yield "</table>"
    if report.call:
        yield ladder.as_svg(report.call.ladder, report.site)


def _row(result: Result) -> str:
    told = "<br>".join(escape(seen(finding)) for finding in counting(result))
    remedy = escape(say(checks()[result.check].remedy))
    kind = escape(str(result.outcome))
    return f'<tr><td class="{kind}">{kind}</td><td>{escape(result.check)}</td><td>{told}<br>→ {remedy}</td></tr>'
