"""Metrics in Prometheus' text format, for the textfile collector of its node exporter.

Source: Prometheus, "Exposition formats" (text format 0.0.4) and "Metric and label naming".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sbc_tool.finding import Outcome, Verdict
from sbc_tool.report.document import Run, SiteReport

Sample = tuple[Mapping[str, str], float]


def write(run: Run) -> str:
    sites = [(_labels(run, report), report) for report in run.reports]
    checks = [(labels, result) for labels, report in sites for result in report.results]
    families: tuple[tuple[str, str, Iterable[Sample]], ...] = (
        (
            "sbc_tool_check_outcome",
            "1 for the outcome that a check has, 0 for those that it has not.",
            (
                ({**labels, "check": result.check, "outcome": str(outcome)}, float(result.outcome is outcome))
                for labels, result in checks
                for outcome in Outcome
            ),
        ),
        (
            "sbc_tool_site_verdict",
            "1 for the verdict on a site, 0 for the others.",
            (
                ({**labels, "verdict": str(verdict)}, float(report.verdict is verdict))
                for labels, report in sites
                for verdict in Verdict
            ),
        ),
        (
            "sbc_tool_site_exit_code",
            "What the command would have ended with for this site alone.",
            ((labels, float(report.exit(run.fail_on_warn))) for labels, report in sites),
        ),
        (
            "sbc_tool_site_duration_seconds",
            "How long the look took.",
            ((labels, report.duration_s) for labels, report in sites),
        ),
        (
            "sbc_tool_site_started_timestamp_seconds",
            "When the look began, in seconds since 1970.",
            ((labels, report.started.timestamp()) for labels, report in sites),
        ),
    )
    return "".join(line for family in families for line in _family(*family))


def _labels(run: Run, report: SiteReport) -> dict[str, str]:
    """`file` tells sites of one name apart: the same series twice would make the collector refuse them all."""
    return {"command": run.command, "site": report.site, "file": report.file}


def _family(name: str, told: str, samples: Iterable[Sample]) -> Iterable[str]:
    yield f"# HELP {name} {told}\n# TYPE {name} gauge\n"
    for labels, value in samples:
        text = ",".join(f'{key}="{_escaped(word)}"' for key, word in labels.items())
        yield f"{name}{{{text}}} {value:.3f}\n"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"')
