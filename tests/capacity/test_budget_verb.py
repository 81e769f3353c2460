"""`sbc-tool budget` and `sbc-tool licences`, from the site file to what is printed and drawn."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from typer.testing import CliRunner

from sbc_tool.cli import app

ROOT = Path(__file__).parents[2]
SITE = ROOT / "examples" / "musterfirma" / "site.yaml"
BIG = ROOT / "examples" / "vtrinity-250" / "site.yaml"
SVG = "{http://www.w3.org/2000/svg}"


def ran(*words: object) -> Any:
    return CliRunner().invoke(app, [str(word) for word in words])


def changed(folder: Path, *pairs: tuple[str, str]) -> Path:
    text = SITE.read_text(encoding="utf-8")
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    file = folder / "site.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def test_budget_of_the_example() -> None:
    done = ran("budget", SITE)
    assert done.exit_code == 0
    for line in (
        "6 calls x 300 kbit/s = 1,800 kbit/s; up 10,000 - reserved 2,000 = 8,000 kbit/s: enough for 26 calls",
        "160 payload + 12 RTP + 10 tag + 8 UDP + 20 IP + 38",
        "For fewer than 10 users Erlang B says too little",
        "musterfirma: 6 calls planned fit: this line allows 26",
    ):
        assert line in done.stdout
    assert "clients on site, SBC on site, STARFACE on site, SIP trunk" in " ".join(done.stdout.split())


def test_a_line_that_is_too_small_is_exit_1(tmp_path: Path) -> None:
    done = ran("budget", changed(tmp_path, ("up_kbps: 10000", "up_kbps: 3500")))
    assert done.exit_code == 1
    assert "6 calls planned do not fit: this line allows 5" in done.stdout
    assert "too many" in done.stdout


def test_sessions_of_the_sbc_bound_too(tmp_path: Path) -> None:
    site = changed(tmp_path, ("  ual: 3", "  ual: 3\n  sbc_sessions: 4"))
    done = ran("budget", site)
    assert done.exit_code == 1
    assert "do not fit: sessions of the SBC allows 4" in done.stdout


def test_legs_that_do_not_cross_cost_nothing(tmp_path: Path) -> None:
    site = changed(tmp_path, ("legs: [teams-microsoft, microsoft-sbc, starface-pstn]", "legs: [microsoft-sbc]"))
    sums = json.loads(ran("budget", site, "--format", "json").stdout)["budget"]["sums"]
    assert (sums["kbps_per_call"], sums["possible"]) == (100, 80)


def test_json_there_and_back() -> None:
    budget = json.loads(ran("budget", BIG, "--format", "json").stdout)["budget"]
    bars = {bar["what"]: bar["calls"] for bar in budget["bars"]}
    assert (bars["light traffic"], bars["heavy traffic"]) == (18, 43)  # the reference's row of 250 users
    assert bars["moderate traffic"] == 31
    assert budget["packet"]["kbps"] == 99.2
    assert budget["enough"] is True


def test_traffic_of_ones_own() -> None:
    """Published: 158.333 erlang at 3 % take 168 lines; 250 users with 11.4 calls of 200 s each are 158.333."""
    done = ran("budget", BIG, "--format", "json", "--blocking", 3, "--calls-per-hour", 11.39999, "--hold", 200)
    bars = {bar["what"]: bar["calls"] for bar in json.loads(done.stdout)["budget"]["bars"]}
    assert bars["this traffic"] == 168


@pytest.mark.parametrize("option", [("--blocking", 0), ("--blocking", 100), ("--hold", 0), ("--calls-per-hour", -1)])
def test_options_that_make_no_sense(option: tuple[str, float]) -> None:
    assert ran("budget", SITE, *option).exit_code == 2


def test_a_site_without_a_line(tmp_path: Path) -> None:
    text = SITE.read_text(encoding="utf-8")
    head, _, rest = text.partition("wan_link:")
    file = tmp_path / "site.yaml"
    file.write_text(head + rest[rest.index("licences:") :], encoding="utf-8")
    done = ran("budget", file)
    assert done.exit_code == 2
    assert "no wan_link" in done.stderr


def test_svg_is_drawn_true_and_the_same_each_time(tmp_path: Path) -> None:
    first, second = tmp_path / "a.svg", tmp_path / "b.svg"
    for file in (first, second):
        assert ran("budget", BIG, "--svg", file).exit_code == 0
    assert first.read_bytes() == second.read_bytes()
    picture = ElementTree.parse(first).getroot()
    words = [text.text for text in picture.iter(f"{SVG}text")]
    assert "116" in words
    assert "250: too many" in words
    widths = [float(bar.get("width", "")) for bar in picture.iter(f"{SVG}rect")][1:]  # the first is the background
    assert len(widths) == 6
    assert widths[0] / widths[5] == pytest.approx(116 / 250, rel=0.01)


def test_licences_of_the_example() -> None:
    done = ran("licences", SITE)
    assert done.exit_code == 0
    assert "no*" in done.stdout
    assert "derived: the product page lost this cell" in done.stdout
    for cell in ("fixed", "flexible", "Fluxpunkt module order", ">= 6.7.3", ">= 6.7.0", "by STARFACE", "by Fluxpunkt"):
        assert cell in done.stdout


def rows(text: str) -> dict[str, list[str]]:
    found = [line.rsplit(None, 3) for line in text.splitlines() if "(UAL)" in line or "(FL)" in line]
    return {name.strip()[-4:].strip("() "): numbers for name, *numbers in found}


def test_a_mixture_is_planned() -> None:
    done = ran("licences", BIG)  # 200 UAL and 50 FL for 250 users
    assert done.exit_code == 0
    assert rows(done.stdout) == {"UAL": ["200", "200", "0"], "FL": ["50", "50", "0"]}
    done = ran("licences", BIG, "--permanent", 150, "--peak", 60)
    assert done.exit_code == 1
    assert rows(done.stdout) == {"UAL": ["150", "200", "0"], "FL": ["60", "50", "10"]}
    assert "6.7.3 or later" in done.stdout


def test_floating_alone_needs_less_of_the_starface(tmp_path: Path) -> None:
    done = ran("licences", changed(tmp_path, ("  ual: 3", "  ual: 0"), ("floating: 0", "floating: 2")))
    assert done.exit_code == 1
    assert "6.7.0 or later" in done.stdout
    assert "3 users share 2 floating licences: 1 find none" in " ".join(done.stdout.split())


def test_who_can_never_log_in_is_counted(tmp_path: Path) -> None:
    done = ran("licences", changed(tmp_path, ("  ual: 3", "  ual: 1")))
    assert done.exit_code == 1
    assert "2 can never log in" in done.stdout


def test_more_people_than_there_are() -> None:
    assert ran("licences", SITE, "--permanent", 2, "--peak", 2).exit_code == 2


def test_what_is_not_known_is_exit_3(tmp_path: Path) -> None:
    done = ran("licences", changed(tmp_path, ("  phone_system: 3\n", "")))
    assert done.exit_code == 3
    assert "?" in done.stdout


def test_licences_as_json(tmp_path: Path) -> None:
    done = ran("licences", BIG, "--permanent", 150, "--peak", 60, "--format", "json")
    assert done.exit_code == 1
    document = json.loads(done.stdout)
    assert (document["schema_version"], document["command"]) == (1, "licences")
    told = document["licences"]
    assert (told["users"], told["plan"], told["enough"]) == (
        250,
        {"ual": 150, "floating": 60, "starface_from": "6.7.3"},
        False,
    )
    assert [(one["needed"], one["bought"], one["missing"]) for one in told["needs"][:2]] == [
        (150, 200, 0),
        (60, 50, 10),
    ]
    assert told["coverage"] == {"users": 250, "ual": 200, "floating": 50, "shared": 50, "waiting": 0, "shut_out": 0}
    assert [row["what"] for row in told["comparison"] if row["derived"]] == ["Licence management in the Teams app"]
    unsaid = ran("licences", changed(tmp_path, ("  phone_system: 3\n", "")), "--format", "json")
    assert unsaid.exit_code == 3
    told = json.loads(unsaid.stdout)["licences"]
    assert (told["enough"], told["needs"][3]["bought"], told["needs"][3]["missing"]) == (None, None, None)
