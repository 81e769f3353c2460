"""Every rendered line knows its template line and how well its command is known; no template line is dead."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from sample_site import sample_site

from sbc_tool.render import Rendered, render
from sbc_tool.render.jinja import folder
from sbc_tool.site.model import Site
from sbc_tool.trinity.grammar import Evidence, load
from sbc_tool.trinity.tree import parse

TEMPLATES = folder()
LAN = {"port": "0 0", "address": "192.168.1.1/24", "gateway": "192.168.1.254"}
WAN = {"port": "0 1", "address": "123.123.123.123/29", "gateway": "123.123.123.121"}


def site(**parts: object) -> Site:
    return sample_site(**{"network": {"lan": LAN}, **parts})  # type: ignore[arg-type]


SITES = {
    "plain": site(),
    "gcc-high": site(teams={"fqdn": "sbc.meinefirma.de", "cloud": "gcc-high"}),
    "no filter": site(network={"lan": LAN, "wan": {**WAN, "filter": "none"}}),
    "cloud STARFACE over TCP": sample_site(starface={"address": "185.1.2.3", "kind": "cloud", "transport": "tcp"}),
    "no summer time, two of each": site(
        network={"lan": LAN, "timezone": "UTC", "dns": ["9.9.9.9", "1.1.1.1"], "ntp": ["a.example.de", "192.0.2.7"]}
    ),
    "vTrinity": site(device={"model": "vTrinity", "username": "netadmin"}),
    "a name for the STARFACE": site(starface={"address": "starface.meinefirma.de"}),
}
every_site = pytest.mark.parametrize("rendered", [render(one) for one in SITES.values()], ids=SITES)
_HOLE = re.compile(r"\{\{.*?\}\}")


def template_line(rendered_at: str) -> str:
    file, _, number = rendered_at.rpartition(":")
    lines = (TEMPLATES / file.removeprefix("templates/")).read_text(encoding="utf-8").splitlines()
    return lines[int(number) - 1]


@every_site
def test_a_line_is_what_its_template_line_says(rendered: Rendered) -> None:
    """The template's line with its holes filled gives the rendered one, to the letter."""
    for line in rendered.lines:
        if not line.text:
            continue
        source = template_line(str(line.template))
        pattern = ".+".join(re.escape(part) for part in _HOLE.split(source.rstrip()))
        assert re.fullmatch(pattern, line.text), (line, source)


@every_site
def test_a_line_has_the_grade_and_the_source_of_its_command(rendered: Rendered) -> None:
    sources = load().sources
    nodes = {node.line: node for _, node in parse(rendered.text).walk()}
    for number, line in enumerate(rendered.lines, 1):
        if not line.text:
            assert line.evidence is None
            continue
        match = nodes[number].match
        assert match, line
        assert line.evidence is match.command.evidence
        assert line.source == match.command.source
        assert set(re.findall(r"[A-Z]\w*", line.source)) & set(sources), line.source


@every_site
def test_no_line_of_a_template_gets_in_the_way(rendered: Rendered) -> None:
    assert "{" not in rendered.text
    assert "\x1f" not in rendered.text
    assert "None" not in rendered.text
    assert "\n\n\n" not in rendered.text
    assert rendered.text.endswith("\n")
    assert rendered.text.isascii()
    assert not [line for line in rendered.text.splitlines() if line != line.rstrip()]


@every_site
def test_counts_are_of_the_lines(rendered: Rendered) -> None:
    assert rendered.grades == Counter(str(line.evidence) for line in rendered.lines if line.text)
    assert set(rendered.grades) <= {str(grade) for grade in Evidence}


def test_every_template_line_is_rendered_by_some_site() -> None:
    """A line that nothing renders is one that nobody has ever looked at."""
    seen = {str(line.template) for one in SITES.values() for line in render(one).lines if line.text}
    wanted = set()
    for path in TEMPLATES.rglob("*.j2"):
        text = re.sub(r"\{#.*?#\}", lambda comment: "\n" * comment[0].count("\n"), path.read_text("utf-8"), flags=re.S)
        for number, line in enumerate(text.splitlines(), 1):
            if re.sub(r"\{%.*?%\}", "", line).strip():
                wanted.add(f"templates/{path.relative_to(TEMPLATES).as_posix()}:{number}")
    assert wanted - seen == set()
    assert len(wanted) > 100


def test_every_template_is_included() -> None:
    text = (TEMPLATES / "trinity" / "main.j2").read_text(encoding="utf-8")
    included = set(re.findall(r'include "trinity/(.+?)"', text))
    assert included == {path.name for path in Path(TEMPLATES / "trinity").glob("*.j2")} - {"main.j2"}


def test_what_the_issue_asks_for_is_there() -> None:
    """Line by line, as a reader of the issue would tick it off."""
    text = render(SITES["plain"]).text
    for wanted in (
        "clock local default-offset +01:00", "server pool.ntp.org", "name-server 9.9.9.9", "method 1 local",
        "telnet-server\n  shutdown", "ssh-server\n  use profile aaa DEFAULT\n  no shutdown", "web-server\n  shutdown",
        "srtp transmission forced", "srtp key-lifetime 31", "media-processing forced", "rtp rtcp-multiplexing",
        "no transport-protocol udp+tcp\n    transport-protocol tls 5061", "spoofed-contact sbc.meinefirma.de",
        "transport-protocol udp+tcp 5060\n    no transport-protocol tls", "registrar 10.108.2.100 5060",
        "keep-alive options 60", "map +497123222 to user.01", "map (.%) to +497123222", "map +(.%) to 00\\1",
        "port ethernet 0 0", "port ethernet 0 1",
    ):  # fmt: skip
        assert wanted in text, wanted
    order = [text.index(f"remote {name}") for name in ("sip.pstnhub", "sip2.pstnhub", "sip3.pstnhub")]
    assert order == sorted(order)
    teams = text[text.index("profile voip PF_VOIP_TEAMS") : text.index("profile voip PF_VOIP_STARFACE")]
    assert teams.count("codec ") == 1
    assert text.count("trusted-certificate ") == 7
