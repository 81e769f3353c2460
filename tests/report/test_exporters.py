"""Nagios' line by its guidelines, and Prometheus' text through Prometheus' own parser."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sample_run import STARTED, a_plan, a_run
from typer.testing import CliRunner

from sbc_tool.cli import app
from sbc_tool.finding import Exit, Finding, Outcome, Result
from sbc_tool.report import Format, writer
from sbc_tool.report.document import Run, SiteReport

SITE = Path(__file__).parents[2] / "examples" / "musterfirma" / "site.yaml"
PERFDATA = re.compile(r"'?[^'= ]+'?=-?\d+(\.\d+)?(us|ms|s|%|B|KB|MB|TB|c)?(;[^; ]*){0,4}")  # the guidelines' format


def one_site(outcome: Outcome, site: str = "berlin") -> SiteReport:
    finding = Finding(outcome, "seen")
    return SiteReport(site, (Result("clock-skew", outcome, (finding,)),), STARTED, 2.5, file=f"{site}.yaml")


def of(form: Format, *reports: SiteReport, fail_on_warn: bool = False) -> str:
    return writer(form)(Run("preflight", reports, fail_on_warn))


@pytest.mark.parametrize(
    ("outcome", "line"),
    [
        (Outcome.PASS, "SBC OK - berlin: go: 1 pass | pass=1 warn=0 fail=0 unknown=0 sites=1 time=2.500s"),
        (Outcome.WARN, "SBC OK - berlin: review: 1 warn (clock-skew), 0 pass | pass=0 warn=1 fail=0"),
        (Outcome.FAIL, "SBC CRITICAL - berlin: no-go: 1 fail (clock-skew), 0 pass | "),
        (Outcome.UNKNOWN, "SBC UNKNOWN - berlin: review: 1 unknown (clock-skew), 0 pass | "),
        (Outcome.NA, "SBC UNKNOWN - berlin: review: 0 pass | "),  # nothing was decided
    ],
)
def test_nagios_one_site_is_one_line(outcome: Outcome, line: str) -> None:
    text = of(Format.NAGIOS, one_site(outcome))
    assert text.startswith(line)
    assert text.count("\n") == 1
    told, bar, figures = text.strip().partition(" | ")
    assert bar
    assert "|" not in told
    assert all(PERFDATA.fullmatch(figure) for figure in figures.split(" ")), figures


def test_nagios_fail_on_warn() -> None:
    assert of(Format.NAGIOS, one_site(Outcome.WARN), fail_on_warn=True).startswith("SBC CRITICAL")


def test_nagios_several_sites_and_hard_characters() -> None:
    first, *others = writer(Format.NAGIOS)(a_run()).splitlines()
    assert first.startswith("SBC UNKNOWN - 2 sites, no-go | ")  # exit 2: one of them could not be read
    assert others == [
        "mü/ster: no-go: 1 fail (srtp-not-forced), 1 unknown (reference-undefined), 1 warn (command-unknown), 1 pass",
        "b.yaml: `users` lacks `external`",
    ]


@pytest.mark.skipif(os.name != "posix", reason="the script is for a shell")
@pytest.mark.parametrize(
    ("code", "state"),
    [(Exit.OK, 0), (Exit.NO, 2), (Exit.INPUT, 3), (Exit.UNKNOWN, 3), (Exit.REFUSED, 3), (Exit.INTERRUPTED, 3)],
)
def test_the_script_in_readme_translates(code: Exit, state: int) -> None:
    """Nagios: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN."""
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    script = re.search(r"^```sh nagios\n(.+)\n```$", readme, re.MULTILINE)
    assert script
    assert script[1].startswith("sbc-tool preflight ")
    stands_in = script[1].replace("sbc-tool preflight site.yaml --format nagios", f"(exit {int(code)})")
    assert subprocess.run(["sh", "-c", stands_in], check=False).returncode == state


def samples(text: str) -> dict[tuple[str, ...], float]:
    found: dict[tuple[str, ...], float] = {}
    for family in text_string_to_metric_families(text):
        assert family.documentation
        assert family.type == "gauge"
        for sample in family.samples:
            key = (sample.name, *(f"{name}={value}" for name, value in sorted(sample.labels.items())))
            assert key not in found, "the collector refuses the same series twice"
            found[key] = sample.value
    return found


def test_prometheus_reads_it() -> None:
    values = samples(of(Format.PROMETHEUS, one_site(Outcome.FAIL), one_site(Outcome.PASS, "bonn")))
    at = ("command=preflight", "file=berlin.yaml")
    for outcome in Outcome:
        key = ("sbc_tool_check_outcome", "check=clock-skew", *at, f"outcome={outcome}", "site=berlin")
        assert values[key] == (outcome is Outcome.FAIL)
    assert values["sbc_tool_site_verdict", *at, "site=berlin", "verdict=no-go"] == 1
    assert values["sbc_tool_site_verdict", *at, "site=berlin", "verdict=go"] == 0
    assert values["sbc_tool_site_exit_code", *at, "site=berlin"] == 1
    assert values["sbc_tool_site_duration_seconds", *at, "site=berlin"] == 2.5
    assert values["sbc_tool_site_started_timestamp_seconds", *at, "site=berlin"] == STARTED.timestamp()
    assert len([key for key in values if "site=bonn" in key]) == len(Outcome) + 3 + 3


def test_prometheus_with_hard_labels() -> None:
    hard = 'say "hi"\\\nthere ü'
    values = samples(of(Format.PROMETHEUS, one_site(Outcome.PASS, hard)))
    assert any(f"site={hard}" in key for key in values)
    assert samples(writer(Format.PROMETHEUS)(a_run()))
    assert samples(writer(Format.PROMETHEUS)(a_plan("ntp\n  server a\n", "ntp\n  server b\n")))


def test_promtool_has_nothing_to_say() -> None:
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("promtool is not here; Prometheus' Python parser has read the same")
    text = writer(Format.PROMETHEUS)(a_run())
    done = subprocess.run([promtool, "check", "metrics"], input=text.encode(), capture_output=True, check=False)
    assert (done.returncode, done.stdout + done.stderr) == (0, b"")


def test_from_the_command_line(tmp_path: Path) -> None:
    file = tmp_path / "sbc.prom"
    command = ["preflight", str(SITE), "--offline", "--only", "bandwidth-insufficient"]
    done = CliRunner().invoke(app, [*command, "--output", f"prometheus:{file}", "--output", "nagios:-"])
    assert done.exit_code == 0
    assert done.stdout.startswith("SBC OK - musterfirma: go: 1 pass | ")
    assert samples(file.read_text(encoding="utf-8"))
    assert [path.name for path in tmp_path.iterdir()] == ["sbc.prom"]
