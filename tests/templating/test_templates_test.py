"""`templates test`: what it finds in a set of templates, what it says of sites, and its snapshots."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from sbc_tool.cli import app
from sbc_tool.render import CONTEXT, render
from sbc_tool.render import _context as context
from sbc_tool.site.load import load
from sbc_tool.templating.template_set import TemplateSet

EXAMPLES = Path(__file__).parent.parent.parent / "examples"
SITE = EXAMPLES / "musterfirma" / "site.yaml"
MAIN = "{% include 'shipped/trinity/main.j2' %}\n"


def own(root: Path, **files: str) -> Path:
    (root / "trinity").mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (root / "trinity" / f"{name}.j2").write_text(text, encoding="utf-8")
    return root


def ran(*words: str | Path) -> Result:
    return CliRunner().invoke(app, ["templates", "test", *map(str, words)])


def spots(folder: Path) -> tuple[list[tuple[str, str, int]], list[tuple[str, int]]]:
    """(undefined, near, line) and (unused, line)."""
    reading = TemplateSet.of(folder).reading
    return (
        [(spot.name, spot.near, spot.where.line) for spot in reading.undefined],
        [(spot.name, spot.where.line) for spot in reading.unused],
    )


def entries(result: Result) -> list[dict[str, Any]]:
    return [
        {"site": site["site"], **entry}
        for site in json.loads(result.stdout)["sites"]
        for entry in site["results"]
        if entry["outcome"] in ("warn", "fail") and entry["id"] != "syntax-unconfirmed"
    ]


def test_the_context_is_what_the_reader_takes_it_for() -> None:
    values = context(load(SITE), "SBC")
    assert set(values) == set(CONTEXT)
    assert all(isinstance(value, CONTEXT[name]) for name, value in values.items())


def test_the_shipped_templates_have_no_fault_and_every_key_they_read_is_found() -> None:
    found = TemplateSet.of(None)
    assert not found.reading.undefined
    assert not found.reading.unused
    for key in ("site.users.password", "site.network.lan.gateway", "site.teams.codecs", "cloud.proxies", "clock.dst"):
        assert found.reading.has_read(key), key
    assert not found.reading.has_read("site.licences.ual")


@pytest.mark.parametrize(
    ("line", "name", "near"),
    [
        ("{{ site.tems.fqdn }}", "site.tems", "teams"),
        ("{{ sites.site }}", "sites", "site"),
        ("{% if false %}{{ site.starface.adress }}{% endif %}", "site.starface.adress", "address"),
        ("{% for user in site.users %}{{ user.externel }}{% endfor %}", "site.users.externel", "external"),
        ("{% set wan = site.network.wan %}{{ wan.adress }}", "site.network.wan.adress", "address"),
        ("{{ site.network.wan.address.ipp }}", "site.network.wan.address.ipp", "ip"),
        ("{{ site['network']['wann'] }}", "site.network.wann", "wan"),
        ("{{ site.users[0].acount }}", "site.users.acount", "account"),
        ("{{ (site.users|first).mail }}", "site.users.mail", "email"),
        ("{{ site.users|sort(attribute='acount')|length }}", "site.users.acount", "account"),
        ("{{ site.users|map(attribute='acount')|join }}", "site.users.acount", "account"),
        ("{% with t = site.teams %}{{ t.fqnd }}{% endwith %}", "site.teams.fqnd", "fqdn"),
        ("{{ cloud.proxy }}", "cloud.proxy", "proxies"),
        ("{{ site.licences.ua }}", "site.licences.ua", "ual"),
        ("{% macro m(a) %}{{ a.x }}{{ rulez.id }}{% endmacro %}{{ m(1) }}", "rulez", "rules"),
    ],
)
def test_a_name_that_does_not_exist_is_found_with_the_one_meant(
    line: str, name: str, near: str, tmp_path: Path
) -> None:
    assert spots(own(tmp_path, main=f"{MAIN}\n{line}\n"))[0] == [(name, near, 3)]


@pytest.mark.parametrize(
    "line",
    [
        "{% if site.wan_link %}{{ site.wan_link.up_kbps }}{% endif %}",
        "{{ extra|default('x') }}{% if other is defined %}{{ 1 }}{% endif %}",
        "{% for key, value in {'a': 1}.items() %}{{ key }}{{ value }}{{ loop.index }}{% endfor %}",
        "{% set ns = namespace(n=0) %}{% set ns.n = 1 %}{{ ns.n }}",
        "{% for user in site.users|selectattr('email') %}{{ user.email }}{% endfor %}",
        "{{ site.users[:2]|map(attribute='account')|join(',') }}",
        "{{ site.network.wan.address.ip }} {{ site.network.wan.address.network.hostmask }}",
        "{% macro m(a, b=2) %}{{ a + b }}{{ caller() }}{% endmacro %}{% call m(1) %}x{% endcall %}",
        "{% set block %}text{% endset %}{{ block }}",
        "{% for _ in range(3) %}x{% endfor %}",
    ],
)
def test_what_is_right_is_left_alone(line: str, tmp_path: Path) -> None:
    assert spots(own(tmp_path, main=f"{MAIN}{line}\n")) == ([], [])


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("{% set gateway = site.network.wan.gateway %}", "gateway"),
        ("{% for user in site.users %}x{% endfor %}", "user"),
        ("{% macro m(a, b) %}{{ a }}{% endmacro %}{{ m(1, 2) }}", "b"),
        ("{% macro nobody() %}{% endmacro %}", "nobody"),
        ("{% with x = 1 %}{% endwith %}", "x"),
    ],
)
def test_a_variable_that_nothing_reads_is_found(line: str, name: str, tmp_path: Path) -> None:
    assert spots(own(tmp_path, main=f"{MAIN}{line}\n")) == ([], [(name, 2)])


def test_what_one_template_sets_another_may_read(tmp_path: Path) -> None:
    folder = own(
        tmp_path,
        main=f"{MAIN}{{% set port = 5 %}}{{% include 'trinity/inner.j2' %}}{{% from 'trinity/lib.j2' import twice %}}"
        "{{ twice(2) }}\n",
        inner="# {{ port }} {{ prt }}\n",
        lib="{% macro twice(n) %}# {{ n * 2 }}{% endmacro %}{% macro other() %}{% endmacro %}\n",
    )
    assert spots(folder) == ([("prt", "", 1)], [])


def test_a_set_is_rendered_linted_and_compared(tmp_path: Path) -> None:
    folder = own(tmp_path / "own", extra="x\n", voip="{% include 'shipped/trinity/voip.j2' %}\n{% set a = 1 %}\n")
    first = ran(folder, "--sites", SITE, "--format", "json")
    assert first.exit_code == 1
    assert [(e["id"], e["outcome"], e["site"]) for e in entries(first)] == [
        ("template-variable-unused", "warn", "templates"),
        ("template-file-unused", "warn", "templates"),
        ("snapshot-differs", "fail", "musterfirma"),
    ]
    assert ran(folder, "--sites", SITE, "--update").exit_code == 0
    snapshot = folder / "snapshots" / "musterfirma.cfg"
    assert snapshot.read_text(encoding="utf-8") == render(load(SITE), templates=folder).text
    assert ran(folder, "--sites", SITE).exit_code == 0
    assert ran(folder, "--sites", SITE, "--fail-on", "warn").exit_code == 1


def test_a_changed_template_shows_what_it_changes(tmp_path: Path) -> None:
    folder = own(tmp_path, extra="x\n")
    ran(folder, "--sites", SITE, "--update")
    own(
        folder,
        voip=(EXAMPLES.parent / "templates/trinity/voip.j2").read_text("utf-8").replace("tx-length 20", "tx-length 30"),
    )
    (difference, *_) = [e for e in entries(ran(folder, "--sites", SITE, "--format", "json")) if "snapshot" in e["id"]]
    assert "-   codec 1 g711alaw64k rx-length 20 tx-length 20" in difference["cause"]
    assert "+   codec 1 g711alaw64k rx-length 20 tx-length 30" in difference["cause"]
    line = (folder / "snapshots" / "musterfirma.cfg").read_text("utf-8").splitlines()[difference["where"]["line"] - 1]
    assert "tx-length 20" in line


def test_lint_judges_what_a_template_renders_to_at_its_line(tmp_path: Path) -> None:
    folder = own(
        tmp_path, voip="profile voip PF_VOIP_TEAMS\n  srtp transmission forced\nprofile voip PF_VOIP_STARFACE\n"
    )
    result = ran(folder, "--sites", SITE, "--format", "json", "--update")
    assert result.exit_code == 1
    (found,) = [entry for entry in entries(result) if entry["outcome"] == "fail"]
    assert found["id"] == "rtcp-mux-disabled"
    assert found["where"] == {"file": f"{folder.as_posix()}/trinity/voip.j2", "line": 1}


def test_keys_that_a_partners_templates_forget(tmp_path: Path) -> None:
    starface = (EXAMPLES.parent / "templates/trinity/starface.j2").read_text("utf-8")
    folder = own(tmp_path, starface=starface.replace('site.starface.transport == "tcp"', "false"))
    found = [e["cause"] for e in entries(ran(folder, "--sites", SITE, "--format", "json", "--update"))]
    assert found == ["`site.starface.transport` is set, and no template reads it"]


def test_keys_for_the_tool_itself_are_named() -> None:
    text = ran("--sites", SITE, "--snapshots", EXAMPLES / "nowhere", "--format", "json").stdout
    told = next(e for e in json.loads(text)["sites"][1]["results"] if e["id"] == "site-key-forgotten")
    assert told["outcome"] == "pass"
    assert "site.licences.ual" in told["cause"]
    assert "site.users.account" not in told["cause"]


def test_every_set_of_a_folder_with_every_site(tmp_path: Path) -> None:
    own(tmp_path / "sets" / "north", extra="")
    own(tmp_path / "sets" / "south", extra="")
    words = (tmp_path / "sets", "--sites", EXAMPLES, "--snapshots", tmp_path / "snaps", "--update")
    result = ran(*words, "--format", "json")
    assert result.exit_code == 0
    assert [site["site"] for site in json.loads(result.stdout)["sites"]] == [
        f"{name}: {site}" for name in ("north", "south") for site in ("templates", "musterfirma", "vtrinity-250")
    ]
    kept = sorted(file.relative_to(tmp_path / "snaps").as_posix() for file in (tmp_path / "snaps").glob("**/*.cfg"))
    assert kept == [f"{name}/{site}.cfg" for name in ("north", "south") for site in ("musterfirma", "vtrinity-250")]


def test_a_template_that_breaks_names_its_line_and_the_key_meant(tmp_path: Path) -> None:
    folder = own(tmp_path, voip="\n\n{{ site.teams.codec }}\n")
    result = ran(folder, "--sites", SITE)
    assert result.exit_code == 2
    assert f"{folder}/trinity/voip.j2:3: template: `site.teams` has no `codec`: did you mean `codecs`?" in result.stderr


def test_two_sites_of_one_name_are_refused(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.yaml").write_text(SITE.read_text("utf-8"), encoding="utf-8")
    result = ran("--sites", tmp_path, "--snapshots", tmp_path, "--update")
    assert result.exit_code == 2
    assert "is that of" in result.stderr


def test_snapshots_of_the_shipped_ones_need_a_folder() -> None:
    result = ran("--sites", SITE)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "--snapshots DIR" in result.stderr


def test_the_examples_are_snapshots_of_the_shipped_templates(tmp_path: Path) -> None:
    for site in ("musterfirma", "vtrinity-250"):
        (tmp_path / f"{site}.cfg").write_bytes((EXAMPLES / site / "rendered.cfg").read_bytes())
    assert ran("--sites", EXAMPLES, "--snapshots", tmp_path).exit_code == 0
