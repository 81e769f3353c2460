"""What a change can disturb, by the grammar; and what is closed while it changes."""

from __future__ import annotations

import pytest
from samples import EXAMPLES, read

from sbc_tool.trinity.diff import plan, restore, same
from sbc_tool.trinity.grammar import ROOT, load
from sbc_tool.trinity.tree import Config, apply, parse, write

KINDS = {"management", "calls", "tls", "reload"}
GATEWAY = "context sip-gateway G\n  interface I\n    transport-protocol tls 5061\n  no shutdown\n"


def touches(before: str, after: str) -> set[str]:
    return set(plan(parse(before), parse(after)).touches)


def typed(blocks: tuple[object, ...]) -> list[str]:
    return write(Config(blocks), blank_lines=False).splitlines()  # type: ignore[arg-type]


def test_the_grammar_names_only_known_kinds() -> None:
    commands = list(load().commands())
    assert {kind for one in commands for kind in one.touches or ()} == KINDS
    assert {one.when for one in commands} <= {"", "gone", "new", "any"}
    quiet = {name for name, mode in load().modes.items() if mode.quiet}
    assert quiet <= {one.enters for one in load().modes[ROOT].commands}, "only blocks of the top level are closed"
    for mode in quiet:
        assert load().match(mode, "shutdown")


@pytest.mark.parametrize(
    ("before", "after", "kinds"),
    [
        ("port ethernet 0 0\n  no shutdown", "port ethernet 0 0\n  shutdown", {"management", "calls"}),
        ("port ethernet 0 0\n  shutdown", "port ethernet 0 0\n  no shutdown", set()),
        ("ssh-server\n  no shutdown", "ssh-server\n  shutdown", {"management"}),
        ("administrator a password ***1", "administrator a password ***2", {"management"}),
        ("profile aaa A\n  method 1 local\n  method 2 none", "profile aaa A\n  method 1 local", set()),
        ("profile aaa A\n  method 1 local\n  method 2 none", "profile aaa A\n  method 2 none", {"management"}),
        ("context ip R\n interface W", "context ip R\n interface W\n  use profile acl A in", {"management", "calls"}),
        ("context ip R", "context ip R\n  interface W\n    use profile acl A in", set()),
        (
            "context ip R\n  interface W\n    ipaddress W 10.0.0.1/8",
            "context ip R\n  interface W\n    ipaddress W 10.0.0.2/8",
            {"management", "calls"},
        ),
        ("profile acl A\n  permit ip any any", "profile acl A\n  permit tcp any any", {"management", "calls"}),
        ("profile tls T\n  private-key a", "profile tls T\n  private-key a\n  own-certificate 1 b", {"tls"}),
        ("profile provisioning P", "profile provisioning P\n  activation reload immediate", {"reload", "calls"}),
        ("context cs S\n  national-prefix 0", "context cs S\n  national-prefix 1", {"calls"}),
        ("context cs S\n  shutdown", "context cs S\n  national-prefix 1\n  no shutdown", set()),
        ("ntp\n  server a", "ntp\n  server b", set()),
        (GATEWAY, GATEWAY.replace("5061", "5062"), {"calls", "tls"}),
    ],
)  # fmt: skip
def test_what_a_change_touches(before: str, after: str, kinds: set[str]) -> None:
    assert touches(before, after) == kinds


@pytest.mark.parametrize("folder", [path.parent for path in EXAMPLES.glob("*/site.yaml")], ids=lambda path: path.name)
def test_a_first_installation_cannot_cut_off_management(folder: object) -> None:
    assert "management" not in plan(*(parse(read(folder, n)) for n in ("running.cfg", "rendered.cfg"))).touches  # type: ignore[arg-type]


def test_a_running_gateway_is_closed_while_it_changes() -> None:
    there, wanted = parse(GATEWAY), parse(GATEWAY.replace("5061", "5062"))
    assert typed(plan(there, wanted).apply) == [
        "context sip-gateway G",
        "  shutdown",
        "  interface I",
        "    transport-protocol tls 5062",
        "  no shutdown",
    ]
    result = plan(there, wanted)
    assert same(apply(there, result.apply), wanted)
    assert same(apply(apply(there, result.apply), result.undo), there)


def test_it_stays_closed_from_its_first_change_to_its_last() -> None:
    there = parse(GATEWAY + "  bind location-service L\n")
    wanted = parse(GATEWAY.replace("5061", "5062"))
    assert typed(plan(there, wanted).apply) == [
        "context sip-gateway G",
        "  shutdown",
        "  interface I",
        "    transport-protocol tls 5062",
        "context sip-gateway G",
        "  no bind location-service",
        "  no shutdown",
    ]


def test_one_that_is_closed_is_not_opened_by_the_way() -> None:
    closed = GATEWAY.replace("no shutdown", "shutdown")
    lines = typed(plan(parse(closed), parse(closed.replace("5061", "5062"))).apply)
    assert "  no shutdown" not in lines
    assert "  shutdown" not in lines


def test_one_that_shall_be_open_opens_last() -> None:
    half = parse(GATEWAY.replace("no shutdown", "shutdown") + "  bind location-service L\n")
    lines = typed(restore(half, parse(GATEWAY.replace("5061", "5062"))))
    assert lines[-1] == "  no shutdown"
    assert same(apply(half, restore(half, parse(GATEWAY))), parse(GATEWAY))


def test_only_opening_or_closing_is_typed_as_it_is() -> None:
    closed = GATEWAY.replace("no shutdown", "shutdown")
    assert typed(plan(parse(GATEWAY), parse(closed)).apply) == ["context sip-gateway G", "  shutdown"]
    assert typed(plan(parse(closed), parse(GATEWAY)).apply) == ["context sip-gateway G", "  no shutdown"]
