"""`init`: a site file from flags or answers, which loads, lints and renders; and again, over what a person changed."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import jsonschema
import pytest
from ruamel.yaml import YAML
from typer.testing import CliRunner, Result

from sbc_tool.cli import app
from sbc_tool.render import render
from sbc_tool.site.keys import keys
from sbc_tool.site.load import load
from sbc_tool.world import World

ROOT = Path(__file__).parent.parent.parent
EXAMPLES = sorted((ROOT / "examples").glob("*/site.yaml"))
SETS = {
    "site": "muster",
    "device.model": "SN5500",
    "teams.fqdn": "sbc.meinefirma.de",
    "network.wan.address": "123.123.123.123/29",
    "network.wan.gateway": "123.123.123.121",
    "network.lan.address": "192.168.1.1/24",
    "network.dns": "9.9.9.9, 1.1.1.1",
    "starface.address": "192.168.1.9",
    "starface.fqdn": "starface.meinefirma.de",
}
CSV = "external;internal;account;password\n+497123222;222;user.01;env:USER_01\n"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "users.csv").write_text(CSV)
    return tmp_path


def flags(**but: str | None) -> list[str]:
    wanted = SETS | {name.replace("__", "."): value for name, value in but.items()}
    return [word for name, value in wanted.items() if value is not None for word in ("--set", f"{name}={value}")]


def init(*words: str, answers: list[str] | None = None) -> Result:
    """With answers, as somebody at a terminal gives them; they must be asked for in full."""
    if answers is None:
        return CliRunner().invoke(app, ["init", "--no-input", *words])
    left = list(answers)
    world = World(data_dir=Path("unused"), ask=lambda _question, _secret: left.pop(0))
    result = CliRunner().invoke(app, ["init", *words], obj=world)
    assert not left, "not all was asked for"
    return result


def test_from_flags_alone_it_loads_lints_and_renders(here: Path) -> None:
    result = init(*flags())
    assert (result.exit_code, result.stdout) == (0, ""), result.output
    site = load(here / "site.yaml")
    assert (site.site, site.device.host, site.network.wan.port) == ("muster", "192.168.1.1", "0 1")
    assert [str(address) for address in site.network.dns] == ["9.9.9.9", "1.1.1.1"]
    assert render(site).text
    assert CliRunner().invoke(app, ["lint", "site.yaml"]).exit_code == 0


def test_every_key_is_there_with_what_it_means(here: Path) -> None:
    init(*flags())
    lines = (here / "site.yaml").read_text("utf-8").splitlines()
    for key in keys().values():
        at = next(number for number, line in enumerate(lines) if line.strip("# ") == key.meaning)
        assert lines[at + 1].strip("# ").startswith(f"{key.name.rpartition('.')[2]}:"), key.name


def test_taking_the_comment_off_a_default_changes_nothing(here: Path) -> None:
    init(*flags())
    before = load(here / "site.yaml")
    text = (here / "site.yaml").read_text("utf-8")
    shown = [
        line for line in text.splitlines() if line.startswith("  # ") and line.strip("# ").partition(":")[2].strip()
    ]
    shown = [
        line for line in shown if f"{line.strip('# ').partition(':')[0]}" in {n.rpartition(".")[2] for n in keys()}
    ]
    assert len(shown) > 5
    for line in shown:
        text = text.replace(f"\n{line}\n", f"\n{line.replace('# ', '', 1)}\n")
    (here / "site.yaml").write_text(text, "utf-8")
    assert load(here / "site.yaml") == before


def test_an_editor_finds_the_schema_and_it_holds(here: Path) -> None:
    init(*flags(site="on", starface__version="7.1"))
    text = (here / "site.yaml").read_text("utf-8")
    assert text.startswith("# yaml-language-server: $schema=site.schema.json\n")
    schema = json.loads((here / "site.schema.json").read_text("utf-8"))
    jsonschema.validate(YAML(typ="safe").load(text), schema)


def test_what_is_missing_is_named_with_its_flag_and_nothing_is_written(here: Path) -> None:
    result = init(*flags(teams__fqdn=None, network__dns=None))
    assert (result.exit_code, result.stdout) == (2, "")
    assert "teams.fqdn" in result.stderr
    assert "--set network.dns=…" in result.stderr
    assert sorted(path.name for path in here.iterdir()) == ["users.csv"]


@pytest.mark.parametrize(
    ("but", "said"),
    [
        ({"teams__fqdn": "sbc.firma.123"}, "teams.fqdn"),
        ({"network__wan__gateway": "10.0.0.1"}, "network.wan.gateway: must lie in the WAN network"),
        ({"starface__address": "10.1.2.3"}, "network.lan.gateway"),
        ({"device__model": "SN4170", "network__wan__port": "0 1", "network__lan__port": "0 0"}, "has no port"),
        ({"teams__fqnd": "x"}, "did you mean `teams.fqdn`"),
        ({"users": "nobody.csv"}, "nobody.csv"),
    ],
)
def test_what_would_not_load_or_render_is_not_written(but: dict[str, str], said: str, here: Path) -> None:
    result = init(*flags(**but))
    assert result.exit_code == 2, result.output
    assert said in result.stderr
    assert not (here / "site.yaml").exists()


def test_a_password_in_place_of_a_reference_is_not_repeated(here: Path) -> None:
    result = init(*flags(device__password="hunter2"))
    assert result.exit_code == 2
    assert "hunter2" not in result.output


@pytest.mark.parametrize("site", EXAMPLES, ids=lambda path: path.parent.name)
def test_again_on_a_whole_file_nothing_is_touched(site: Path, here: Path) -> None:
    (here / "own.yaml").write_bytes(site.read_bytes())
    if (site.parent / "users.csv").exists():
        (here / "users.csv").write_bytes((site.parent / "users.csv").read_bytes())
    result = init("own.yaml")
    assert result.exit_code == 0, result.output
    assert (here / "own.yaml").read_bytes() == site.read_bytes()


@pytest.mark.parametrize("site", EXAMPLES, ids=lambda path: path.parent.name)
def test_again_with_a_key_every_comment_and_value_stays(site: Path, here: Path) -> None:
    before = site.read_text("utf-8")
    (here / "own.yaml").write_text(before, "utf-8")
    if (site.parent / "users.csv").exists():
        (here / "users.csv").write_bytes((site.parent / "users.csv").read_bytes())
    result = init("own.yaml", "--set", "starface.port=5070", "--set", "device.serial=00A0BA123456")
    assert result.exit_code == 0, result.output
    after = (here / "own.yaml").read_text("utf-8")
    lost = [line for line in before.splitlines() if line.split() and line not in after.splitlines()]
    assert [line.strip() for line in lost] in ([], ["port: 5060"]), lost
    old, new = load(site), load(here / "own.yaml")
    assert (new.starface.port, new.device.serial) == (5070, "00A0BA123456")
    assert new.network == old.network
    assert [user.account for user in new.users] == [user.account for user in old.users]


def test_again_on_a_new_file_keeps_what_a_person_wrote(here: Path) -> None:
    init(*flags())
    text = (here / "site.yaml").read_text("utf-8")
    text = text.replace("site: muster\n", "site: muster   # the one in the cellar\n# Mr Meier has the key.\n")
    text = text.replace("  # port: 22\n", "  port: 2222\n")
    (here / "site.yaml").write_text(text, "utf-8")
    assert init("--set", "wan_link.down_kbps=50000", "--set", "wan_link.up_kbps=10000").exit_code == 0
    after = (here / "site.yaml").read_text("utf-8")
    assert "site: muster   # the one in the cellar\n# Mr Meier has the key.\n" in after
    site = load(here / "site.yaml")
    assert site.wan_link is not None
    assert (site.device.port, site.wan_link.down_kbps) == (2222, 50000)
    assert "Downstream in kbit/s." in after.partition("\nwan_link:")[2]
    assert init().exit_code == 0
    assert (here / "site.yaml").read_text("utf-8") == after, "a third time changes nothing"


def test_a_half_file_is_filled_in(here: Path) -> None:
    (here / "site.yaml").write_text("# begun by hand\nsite: muster\nteams:\n  fqdn: sbc.meinefirma.de  # agreed\n")
    result = init(*flags(site=None, teams__fqdn=None))
    assert result.exit_code == 0, result.output
    text = (here / "site.yaml").read_text("utf-8")
    assert "# begun by hand" in text
    assert "fqdn: sbc.meinefirma.de  # agreed" in text
    assert "# Default gateway, a neighbour in that network." in text
    assert text.index("\ndevice:") < text.index("\nnetwork:") < text.index("\nteams:") < text.index("\nstarface:")
    assert load(here / "site.yaml").network.wan.port == "0 1"


def test_question_by_question(here: Path) -> None:
    (here / "users.csv").unlink()
    answers = [
        "sbc", "sbc.meinefirma.de",  # the first is refused, and asked for again
        "vTrinity", "192.168.1.1/24", "muster",
        "", "",  # device.host and network.wan.port follow
        "123.123.123.123/29", "", "", "", "",  # gateway, LAN port, name server, time server
        "", "",  # certificate, key
        "10.108.2.100", "", "192.168.1.254",  # STARFACE, its name, the router that leads to it
        "",  # the device's password
        "", "+497123222", "user.01", "222", "", "",  # no CSV; one user; his password; no more
    ]  # fmt: skip
    result = init("--set", "starface.transport=tcp", answers=answers)
    assert result.exit_code == 0, result.output
    site = load(here / "site.yaml")
    assert str(site.network.wan.gateway) == "123.123.123.121"
    assert str(site.network.lan.gateway) == "192.168.1.254"
    assert (site.starface.fqdn, site.starface.transport) == ("starface.meinefirma.de", "tcp")
    (user,) = site.users
    assert (user.external, str(user.password)) == ("+497123222", "env:STARFACE_USER_01")
    assert "must be a full name with its domain" in result.stderr


def test_the_example_of_readme(here: Path) -> None:
    readme = (ROOT / "README.md").read_text("utf-8").replace("\\\n", " ")
    (words,) = re.findall(r"^sbc-tool init (.+)$", readme, re.MULTILINE)
    result = CliRunner().invoke(app, ["init", *shlex.split(words)])
    assert result.exit_code == 0, result.output
    assert load(here / "sites" / "berlin.yaml").users[0].account == "user.01"


def test_users_from_a_file_elsewhere(here: Path) -> None:
    (here / "lists").mkdir()
    (here / "lists" / "people.csv").write_text(CSV)
    assert init("sites/a.yaml", *flags(), "--users", "lists/people.csv").exit_code == 0
    assert len(load(here / "sites" / "a.yaml").users) == 1
    assert 'users: "../lists/people.csv"\n' in (here / "sites" / "a.yaml").read_text("utf-8")


def test_a_broken_file_is_left_alone(here: Path) -> None:
    (here / "site.yaml").write_text("site: [\n")
    result = init(*flags())
    assert result.exit_code == 2
    assert (here / "site.yaml").read_text() == "site: [\n"
