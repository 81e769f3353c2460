"""The whole matrix: a healthy installation is all green, and each fault is found by its check and no other."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sbc_tool import preflight
from sbc_tool.check import run_all
from sbc_tool.cli import app
from sbc_tool.cli.lab import install
from sbc_tool.facts.gather import gather
from sbc_tool.facts.inventory import InventoryFact, among, named_in
from sbc_tool.finding import Outcome, Result
from sbc_tool.lab import Lab
from sbc_tool.lab.faults import FAULTS, Fault, changed
from sbc_tool.site.load import load
from sbc_tool.site.secrets import Vault
from sbc_tool.world import World

SITE = load(Path(__file__).parents[2] / "examples" / "musterfirma" / "site.yaml")
TROUBLE = (Outcome.FAIL, Outcome.WARN)


def preflight_with(folder: Path, *faults: Fault) -> Sequence[Result]:
    """Deploy into a lab, break it, and judge it."""
    world = World(folder / "home")
    with Lab.start(SITE, folder / "lab", faults=faults) as lab:
        install(lab, SITE, world)
        lab.break_down(faults)
        ready = lab.ready()
        inside = ready.world(world)
        site = ready.adopt(SITE)
        facts = gather(site, inside, Vault({}, world.ask, ready.stand_in))
        along = among(site, "site.yaml", named_in(map(Path, ready.beside)))
    return run_all(preflight.ALL, {**facts, InventoryFact: along})


def told(results: Sequence[Result]) -> str:
    return "\n".join(f"{r.outcome} {r.check}: {r.reason} {'; '.join(f.text for f in r.findings)}" for r in results)


def test_healthy_is_all_green(tmp_path: Path) -> None:
    results = preflight_with(tmp_path)
    alone = {result.check for result in results if result.outcome is Outcome.NA}
    assert alone == {"starface-name-duplicate"}, told(results)  # it takes a second site
    judged = {result.outcome for result in results if result.check not in alone}
    assert judged == {Outcome.PASS}, told(results)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_exactly_the_faults_own_check_finds_it(tmp_path: Path, fault: Fault) -> None:
    results = preflight_with(tmp_path, fault)
    trouble = {result.check: result.outcome for result in results if result.outcome in TROUBLE}
    assert trouble == dict.fromkeys((fault.check, *fault.also), fault.outcome), told(results)


def test_faults_are_named_apart_and_known() -> None:
    assert len({fault.name for fault in FAULTS}) == len(FAULTS)
    assert {fault.check for fault in FAULTS} == {check.id for check in preflight.ALL}
    assert all(fault.breaks for fault in FAULTS)


def test_a_fault_of_the_site_file_changes_only_its_keys() -> None:
    site = changed(SITE, {"wan_link.up_kbps": 2100, "licences.ual": 1})
    assert site.wan_link is not None
    assert (site.wan_link.up_kbps, site.wan_link.down_kbps) == (2100, 50000)
    assert changed(site, {"wan_link.up_kbps": 10000, "licences.ual": 3}) == SITE


def test_they_are_listed() -> None:
    listed = CliRunner().invoke(app, ["lab", "start", "--list-faults"])
    assert listed.exit_code == 0
    assert [line.split()[0] for line in listed.stdout.splitlines()] == [fault.name for fault in FAULTS]


def test_an_unknown_fault_is_refused() -> None:
    refused = CliRunner().invoke(app, ["lab", "start", "site.yaml", "--fault", "name-mising"])
    assert refused.exit_code == 2
    assert "did you mean name-missing?" in refused.stderr
