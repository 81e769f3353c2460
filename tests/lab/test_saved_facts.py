"""Facts that were saved give the same results again, with no network."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sbc_tool import preflight
from sbc_tool.check import NotApplicable, Unknown, run_all
from sbc_tool.cli import app
from sbc_tool.cli.lab import install
from sbc_tool.errors import InputError
from sbc_tool.facts import saved
from sbc_tool.facts.gather import PROBES, gather
from sbc_tool.facts.tls import KeyFault, PortClosed
from sbc_tool.lab import Lab
from sbc_tool.lab.faults import FAULTS
from sbc_tool.site.load import load
from sbc_tool.site.secrets import Vault
from sbc_tool.world import World

EXAMPLE = Path(__file__).parents[2] / "examples" / "musterfirma" / "site.yaml"
SITE = load(EXAMPLE)


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> tuple[saved.Case, dict[str, str]]:
    """What was measured of an installation with some faults, and the secrets of that lab."""
    folder = tmp_path_factory.mktemp("case")
    faults = tuple(fault for fault in FAULTS if fault.name in ("resolver-stale", "device-clock-wrong", "caa-forbids"))
    world = World(folder / "home")
    with Lab.start(SITE, folder / "lab", faults=faults) as lab:
        install(lab, SITE, world)
        lab.break_down(faults)
        ready = lab.ready()
        site = ready.adopt(SITE)
        facts = gather(site, ready.world(world), Vault({}, world.ask, ready.stand_in))
        return saved.Case(site, facts), dict(ready.secrets)


def test_the_same_results(case: tuple[saved.Case, dict[str, str]], monkeypatch: pytest.MonkeyPatch) -> None:
    text = saved.write([case[0]])
    monkeypatch.delattr(socket, "socket")
    (again,) = saved.read(text, "facts.json")
    assert again.site == case[0].site
    assert {kind: again.facts[kind] for kind in again.facts} == {p.fact: case[0].facts[p.fact] for p in PROBES}
    before, after = run_all(preflight.ALL, case[0].facts), run_all(preflight.ALL, saved.judgeable(again))
    assert after == before
    assert saved.write([again]) == text


def test_no_secret_is_saved(case: tuple[saved.Case, dict[str, str]]) -> None:
    text = saved.write([case[0]])
    key = case[0].site.tls.private_key.path.read_text()
    assert case[1]
    assert not [name for name, secret in case[1].items() if json.dumps(secret)[1:-1] in text]
    assert "PRIVATE KEY" not in text
    assert key.splitlines()[1] not in text


@pytest.mark.parametrize(
    "reason",
    [
        Unknown("no answer"), Unknown.because("login refused", refused=True), NotApplicable("--offline"),
        PortClosed("refused"), KeyFault("no key"),
    ],
)  # fmt: skip
def test_why_something_is_not_known_is_kept(reason: Unknown | NotApplicable) -> None:
    fact = PROBES[0].fact
    (again,) = saved.read(saved.write([saved.Case(SITE, {fact: reason})]), "facts.json")
    restored = again.facts[fact]
    assert (type(restored), restored) == (type(reason), reason)
    assert getattr(restored, "refused", None) == getattr(reason, "refused", None)


@pytest.mark.parametrize("probe", PROBES, ids=lambda probe: probe.fact.__name__)
def test_every_fact_can_be_read_back(probe: object, case: tuple[saved.Case, dict[str, str]]) -> None:
    assert probe.fact in case[0].facts  # type: ignore[attr-defined]
    assert not isinstance(case[0].facts[probe.fact], (Unknown, NotApplicable))  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "holds no facts"),
        ("[]", "holds no facts"),
        ('{"sites": []}', "holds no facts"),
        ('{"sbc_tool_facts": 99, "version": "9.9"}', "format 99"),
        ('{"sbc_tool_facts": 1}', "is damaged"),
        ('{"sbc_tool_facts": 1, "sites": [{"site": {}, "facts": {}}]}', "is damaged"),
        ('{"sbc_tool_facts": 1, "sites": [{"site": {}, "facts": {"DnsFact": {"name": 5}}}]}', "is damaged"),
        ('{"sbc_tool_facts": 1, "sites": [{"site": {}, "facts": {"DnsFact": {"reason": 5, "kind": "x"}}}]}', "damaged"),
    ],
)
def test_other_files_are_refused(text: str, words: str) -> None:
    with pytest.raises(InputError) as caught:
        saved.read(text, "facts.json")
    assert words in str(caught.value)


def test_at_the_command_line(case: tuple[saved.Case, dict[str, str]], tmp_path: Path) -> None:
    file = tmp_path / "facts.json"
    file.write_text(saved.write([case[0]]), encoding="utf-8")
    run = CliRunner().invoke(app, ["preflight", "--facts", str(file), "--format", "json"])
    (site,) = json.loads(run.stdout)["sites"]
    assert (site["site"], site["verdict"], run.exit_code) == ("musterfirma", "no-go", 1)
    assert {r["id"] for r in site["results"] if r["outcome"] == "fail"} == {"clock-skew"}
    named = CliRunner().invoke(app, ["preflight", str(EXAMPLE), "--facts", str(file), "--only", "fqdn-is-alias"])
    assert named.exit_code == 0
    other = EXAMPLE.parents[1] / "vtrinity-250" / "site.yaml"
    assert "holds no facts of" in CliRunner().invoke(app, ["preflight", str(other), "--facts", str(file)]).stderr


def test_measured_and_saved_at_the_command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SBC_TOOL_HOME", str(tmp_path))
    file = tmp_path / "facts.json"
    first = CliRunner().invoke(app, ["preflight", str(EXAMPLE), "--lab", "--save-facts", str(file), "--format", "json"])
    again = CliRunner().invoke(app, ["preflight", "--facts", str(file), "--format", "json"])
    assert first.exit_code == again.exit_code
    (before,), (after,) = json.loads(first.stdout)["sites"], json.loads(again.stdout)["sites"]
    assert after["results"] == before["results"]
    lines = [line for line in first.stderr.splitlines() if line.startswith("musterfirma: ")]
    assert len(lines) == len(PROBES)
