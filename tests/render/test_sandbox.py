"""A partner's templates: laid over ours, and locked in."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sample_site import sample_site

from sbc_tool.errors import InputError
from sbc_tool.render import Rendered, render
from sbc_tool.render.jinja import folder
from sbc_tool.site.model import Site
from sbc_tool.site.secrets import Vault

LAN = {"port": "0 0", "address": "192.168.1.1/24", "gateway": "192.168.1.254"}
ESCAPES = {
    "dunder": "{{ site.__class__.__mro__ }}",
    "attr filter": "{{ site|attr('__class__') }}",
    "subscript": "{{ ''['__class__'] }}",
    "string format": "{{ '{0.__class__}'.format(site) }}",
    "mapped": "{{ [site]|map(attribute='__class__')|first }}",
    "function globals": "{{ cycler.__init__.__globals__ }}",
    "subclasses": "{{ ().__class__.__base__.__subclasses__() }}",
    "a file is read": "{{ site.tls.certificate.read_text() }}",
    "a file is written": "{{ site.tls.certificate.write_text('x') }}",
    "a folder is listed": "{{ site.tls.certificate.parent.iterdir()|list }}",
    "pydantic": "{{ site.model_copy(update={}) }}",
    "undocumented state": "{{ self._TemplateReference__context }}",
    "template function": "{{ namespace.__init__ }}",
    "a list is changed": "{{ site.users.__add__(site.users) }}",
    "a secret of its own": "{{ 'hunter2'|secret('sip', 'x') }}",
    "unbounded": "{% for i in range(10000000) %}{% endfor %}",
}


def site(certificate: Path = Path("fullchain.pem")) -> Site:
    return sample_site(certificate, network={"lan": LAN})


def overlay(root: Path, **files: str) -> Path:
    (root / "trinity").mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (root / "trinity" / f"{name}.j2").write_text(text, encoding="utf-8")
    return root


def texts(rendered: Rendered) -> list[str]:
    return [line.text.strip() for line in rendered.lines]


@pytest.mark.parametrize("body", ESCAPES.values(), ids=ESCAPES)
def test_no_way_out(body: str, tmp_path: Path) -> None:
    certificate = tmp_path / "fullchain.pem"
    certificate.write_text("SECRET-OF-THE-DISK")
    with pytest.raises(InputError) as caught:
        render(site(certificate), templates=overlay(tmp_path / "own", main=f"cli version 4.00\n{body}\n"))
    assert caught.value.where is not None
    assert caught.value.where.line == 2
    assert certificate.read_text() == "SECRET-OF-THE-DISK"
    assert "SECRET" not in str(caught.value)


def test_what_templates_need_goes(tmp_path: Path) -> None:
    body = """\
{% macro greet(name) %}{{ name.upper() }}{% endmacro %}
{% set seen = namespace(n=0) %}
{% for user in site.users|sort(attribute='account') %}
{% set seen.n = seen.n + 1 %}
# {{ greet(user.account) }} {{ loop.cycle('a', 'b') }} {{ '%02d'|format(seen.n) }} {{ '{:>4}'.format(user.internal) }}
{% endfor %}
{% for i in range(2) %}
# {{ i }} {{ dict(a=1).items()|list }}
{% endfor %}
"""
    assert texts(render(site(), templates=overlay(tmp_path, main=body)))[:3] == [
        "# USER.01 a 01  222",
        "# 0 [('a', 1)]",
        "# 1 [('a', 1)]",
    ]


def test_the_shipped_templates_run_in_the_sandbox_and_say_the_same(tmp_path: Path) -> None:
    own = overlay(tmp_path, extra="# never used\n")
    assert render(site(), templates=own).text == render(site()).text


def test_one_file_takes_the_place_of_ours_and_lines_know_where_they_come_from(tmp_path: Path) -> None:
    own = overlay(tmp_path, voip="{% include 'shipped/trinity/voip.j2' %}\nprofile voip PF_OWN\n  codec 1 g729\n")
    rendered = render(site(), templates=own)
    lines = {line.text: line.template for line in rendered.lines}
    assert str(lines["profile voip PF_OWN"]) == f"{own.as_posix()}/trinity/voip.j2:2"
    assert lines["profile voip PF_VOIP_TEAMS"].file == "templates/trinity/voip.j2"
    assert "cli version 4.00" in lines


def test_every_line_of_the_shipped_ones_is_where_it_says() -> None:
    for line in render(site()).lines:
        source = (folder().parent / line.template.file).read_text(encoding="utf-8").splitlines()
        assert not line.text or re.match(r"\S+", line.text.strip())[0] in source[line.template.line - 1]  # type: ignore[index]


@pytest.mark.parametrize("files", [{}, {"other": "x"}], ids=["empty", "elsewhere"])
def test_a_folder_of_which_nothing_would_be_used_is_refused(files: dict[str, str], tmp_path: Path) -> None:
    for name, text in files.items():
        (tmp_path / f"{name}.j2").write_text(text)
    with pytest.raises(InputError, match="no templates in this folder"):
        render(site(), templates=tmp_path)


def test_a_password_in_a_template_is_refused_and_not_repeated(tmp_path: Path) -> None:
    own = overlay(tmp_path, main="administrator admin password hunter2\n")
    with pytest.raises(InputError, match="a password that stands in the template itself") as caught:
        render(site(), templates=own).sealed(Vault({}, lambda *_: ""))
    assert "hunter2" not in f"{caught.value} {caught.value.hint}"
