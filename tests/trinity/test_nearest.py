"""What is proposed for a line that nobody knows."""

from __future__ import annotations

import pytest

from sbc_tool.check import run
from sbc_tool.finding import Finding
from sbc_tool.lint.command_unknown import CommandUnknown
from sbc_tool.lint.value_invalid import ValueInvalid
from sbc_tool.trinity.grammar import load
from sbc_tool.trinity.nearest import nearest
from sbc_tool.trinity.tree import Config, parse


@pytest.mark.parametrize(
    ("mode", "line", "usage"),
    [
        ("profile-voip", "rtp rtcp-multiplex", "rtp rtcp-multiplexing"),
        ("profile-voip", "srtp transmission force", "srtp transmission forced|preferred"),
        ("profile-voip", "srtp transmision forced", "srtp transmission forced|preferred"),
        ("sip-interface", "remot a-very-long-name.of.some.host.example 5061", "remote HOST [PORT]"),
        ("sip-interface", "remote", "remote HOST [PORT]"),
        ("sip-interface", "no early-disconect", "early-disconnect"),
        ("sip-gateway-interface", "transport-protocol tcp 5061", "transport-protocol udp+tcp|tls [PORT]"),
        ("cs-routing-table", "route 0049.% dest-iface IF", "route PATTERN dest-interface INTERFACE [MAP]"),
        ("config", "contxt cs SWITCH", "context cs NAME"),
        ("config", "profile voice X", "profile voip NAME"),
    ],
)
def test_nearest_of_the_mode(mode: str, line: str, usage: str) -> None:
    found = nearest(line, mode, load())
    assert found is not None
    assert (found.mode, found.usage) == (mode, usage)


@pytest.mark.parametrize("line", ["make coffee", "x", "!", "vendor thing 1 2 3"])
def test_nothing_is_proposed_for_what_is_like_nothing(line: str) -> None:
    assert nearest(line, "sip-interface", load()) is None


def findings(text: str) -> tuple[Finding, ...]:
    config = parse(text)
    return run(CommandUnknown(), {Config: config}).findings


def test_a_line_of_another_mode_names_that_mode() -> None:
    (finding,) = findings("context cs S\n  interface sip I\n    rtp rtcp-multiplexing\n")
    assert finding.text == "`rtp rtcp-multiplexing`: not known here, but in `profile voip NAME`"


def test_a_near_one_is_shown_as_a_person_reads_it() -> None:
    (finding,) = findings("context cs S\n  interface sip I\n    remot pbx.example 5060\n")
    assert finding.text == "`remot pbx.example 5060`: not known here; near to it: `remote HOST [PORT]`"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("context cs S\n  interface sip I\n    remote a.example 70000\n", "port is 70000, must be 1..65535"),
        ("context sip-gateway G\n  interface I\n    transport-protocol tls 0\n", "port is 0, must be 1..65535"),
        ("context ip R\n  interface W\n    ipaddress W 300.1.1.1/24\n", "address is 300.1.1.1/24, must be cidr"),
        ("context ip R\n  interface W\n    ipaddress W 10.0.0.1 255.0.255.0\n", "mask is 255.0.255.0, must be mask"),
        ("profile call-progress-tone T\n  play 1 200 425 -70\n", "db is -70, must be -60..6"),
        ("dns-client\n  name-server 1.2.3.999\n", "address is 1.2.3.999, must be ip"),
    ],
)
def test_values_that_cannot_be(text: str, told: str) -> None:
    config = parse(text)
    (finding,) = run(ValueInvalid(), {Config: config}).findings
    assert finding.text.endswith(told)
