"""Configurations of the operating system before Trinity are recognised, line by line, and nothing else is."""

from __future__ import annotations

import pytest
from gateways import FXO, ISDN
from samples import MUSTERFIRMA, read

from sbc_tool.check import run
from sbc_tool.finding import Outcome
from sbc_tool.lint.command_unknown import CommandUnknown
from sbc_tool.lint.smartware_syntax import SmartwareSyntax
from sbc_tool.trinity.grammar import load
from sbc_tool.trinity.smartware import differences, trinity_forms
from sbc_tool.trinity.tree import parse

SMARTWARE = """\
cli version 3.20
dns-relay
webserver port 80 language en
sntp-client
sntp-client server primary 192.0.2.1 port 123 version 4

profile aaa default
  method 1 local

context ip router

  interface WAN
    ipaddress 192.0.2.10 255.255.255.240
    tcp adjust-mss rx mtu

context ip router
  route 0.0.0.0 0.0.0.0 192.0.2.9 0

context cs switch

  service hunt-group HG
    route call dest-interface IF

context sip-gateway GW

  interface IF_GW
    bind interface WAN context router port 5062

port ethernet 0 0
  medium auto
  encapsulation ip
  bind interface WAN router
  no shutdown

port e1t1 0 0
  framing crc4
"""

FORMS = {
    "cli version 3.20": "cli version 4.00",
    "dns-relay": "dns-server / relay dns-client / no shutdown",
    "webserver port 80 language en": "web-server / protocol http port 80 / use profile aaa DEFAULT / no shutdown",
    "sntp-client": "ntp / no shutdown",
    "sntp-client server primary 192.0.2.1 port 123 version 4": "ntp / server 192.0.2.1 / no shutdown",
    "profile aaa default": "profile aaa DEFAULT",
    "ipaddress 192.0.2.10 255.255.255.240": "ipaddress LABEL 192.0.2.10/28",
    "route 0.0.0.0 0.0.0.0 192.0.2.9 0": "routing-table DEFAULT / route 0.0.0.0/0 gateway 192.0.2.9 metric 0",
    "route call dest-interface IF": "route call 1 dest-interface IF",
    "bind interface WAN context router port 5062": "transport-protocol udp+tcp 5062 / bind ipaddress router WAN LABEL",
    "medium auto": "",
    "encapsulation ip": "",
    "bind interface WAN router": "bind interface router WAN",
    "framing crc4": "framing crc",
}


def test_every_differing_line_has_its_trinity_form() -> None:
    assert {node.text: form for node, form in trinity_forms(parse(SMARTWARE))} == FORMS


@pytest.mark.parametrize("text", [ISDN, FXO, read(MUSTERFIRMA, "rendered.cfg"), read(MUSTERFIRMA, "running.cfg")])
def test_trinity_is_not_taken_for_smartware(text: str) -> None:
    assert list(trinity_forms(parse(text))) == []


def test_a_line_that_could_be_either_needs_another_that_proves_it() -> None:
    port = "port ethernet 0 0\n  bind interface WAN ROUTER\n"
    assert list(trinity_forms(parse(port))) == []
    assert [form for _, form in trinity_forms(parse(f"dns-relay\n{port}"))][1:] == ["bind interface ROUTER WAN"]


def test_the_rule_says_both_lines_and_where() -> None:
    result = run(SmartwareSyntax(), {type(config := parse(SMARTWARE, "old.cfg")): config})
    assert result.outcome is Outcome.FAIL
    first, *_, last = result.findings
    assert first.text == "`cli version 3.20` is SmartWare; Trinity: `cli version 4.00`"
    assert str(last.where) == f"old.cfg:{len(SMARTWARE.splitlines())}"


def test_a_line_is_told_once() -> None:
    """What smartware-syntax translates, command-unknown leaves to it."""
    config = parse(SMARTWARE + "made up\n")
    findings = run(CommandUnknown(), {type(config): config}).findings
    assert [finding.evidence["line"] for finding in findings] == ["made up"]


def test_forms_are_trinity() -> None:
    """Each form, typed in its mode, is understood: a wrong translation would be worse than none."""
    grammar = load()
    for mode, several in differences().items():
        for difference in several:
            sample = {
                parameter.name: (*parameter.choices, _SAMPLES.get(parameter.type, "X"))[0]
                for parameter in difference.command.parameters
            }
            here = mode if not _is_top_level(difference.trinity) else "config"
            for part in difference.trinity:
                if part.startswith("("):
                    continue
                line = part.format_map({"length": "24", "metric": "0", "port": "5060", **sample})
                match = grammar.match(here, line)
                assert match, (mode, line)
                here = match.command.enters or here


_SAMPLES = {"int": "1", "ip": "192.0.2.1", "mask": "255.255.255.0"}


def _is_top_level(parts: tuple[str, ...]) -> bool:
    return bool(parts) and load().match("config", parts[0]) is not None
