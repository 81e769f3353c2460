"""What goes, goes before what it uses."""

from __future__ import annotations

from pathlib import Path

import pytest
from samples import EXAMPLES, MUSTERFIRMA, read

from sbc_tool.trinity.diff import plan, restore, same
from sbc_tool.trinity.references import references
from sbc_tool.trinity.tree import Config, Node, apply, parse, write


def typed(blocks: tuple[Node, ...]) -> list[str]:
    return write(Config(blocks), blank_lines=False).splitlines()


@pytest.mark.parametrize("folder", [path.parent for path in EXAMPLES.glob("*/site.yaml")], ids=lambda path: path.name)
def test_users_go_before_what_they_use(folder: Path) -> None:
    """At no step of taking everything back does a line that is still there use a name that is gone by then."""
    full, factory = parse(read(folder, "rendered.cfg")), parse(read(folder, "running.cfg"))
    at = apply(factory, plan(factory, full).apply)
    for step in _one_by_one(restore(at, factory)):
        before = _dangling(at)
        at = apply(at, [step])
        assert _dangling(at) <= before, write(Config((step,)))
    assert same(at, factory)


def _one_by_one(blocks: tuple[Node, ...]) -> list[Node]:
    """Every typed line on its own, within the blocks that it is typed in."""
    steps = []
    for node in blocks:
        if node.mode and node.children:
            steps += [Node(node.text, (inner,), 0, node.match) for inner in _one_by_one(node.children)]
        else:
            steps.append(node)
    return steps


def _dangling(config: Config) -> set[tuple[str, str]]:
    return {(one.kind, one.name) for one in references(config) if not one.defined}


LATER = {  # a use may come before its definition only as a device prints and loads it (NV)
    ("bind context sip-gateway <gateway@sip-gateway>", "sip-gateway"),
    ("route <pattern!> dest-interface <interface@cs-interface> [<map@mapping-table>]", "cs-interface"),
    ("route <pattern!> dest-service <service@cs-service> [<map@mapping-table>]", "cs-service"),
}


def test_definitions_come_before_uses_but_where_devices_print_it_otherwise() -> None:
    at, wanted = parse(read(MUSTERFIRMA, "running.cfg")), parse(read(MUSTERFIRMA, "rendered.cfg"))
    early = set()
    for step in _one_by_one(plan(at, wanted).apply):
        at = apply(at, [step])
        early |= {
            (one.node.match.command.syntax, one.kind) for one in references(at) if not one.defined and one.node.match
        }
    assert early == LATER


def test_an_acl_goes_after_its_use() -> None:
    used = "profile acl A\n  permit ip any any\ncontext ip R\n  interface W\n    use profile acl A in\n"
    lines = typed(restore(parse(used), parse("context ip R\n  interface W\n")))
    assert lines == ["context ip R", "  interface W", "    no use profile acl A in", "no profile acl A"]


def test_objects_that_use_each_other_still_go() -> None:
    a, b = (
        "  interface sip A\n    route call dest-interface B\n",
        "  interface sip B\n    route call dest-interface A\n",
    )
    lines = typed(restore(parse(f"context cs S\n{a}{b}"), parse("context cs S\n")))
    assert sorted(lines) == ["  no interface sip A", "  no interface sip B", "context cs S"]


def test_the_user_may_stand_in_another_block() -> None:
    """The gateway uses the service, the service the profile; each goes at the top level, users first."""
    used = (
        "profile voip P\nlocation-service L\n  identity I\n    call outbound\n      use profile voip P\n"
        "context sip-gateway G\n  bind location-service L\n"
    )
    lines = typed(restore(parse(used), Config()))
    assert lines == ["no context sip-gateway G", "no location-service L", "no profile voip P"]


def test_a_user_that_is_changed_comes_before_what_it_used() -> None:
    before = "profile acl A\n  permit ip any any\ncontext ip R\n  interface W\n    use profile acl A in\n"
    after = before.replace("acl A", "acl B")
    lines = typed(restore(parse(before), parse(after)))
    assert lines.index("    use profile acl B in") < lines.index("no profile acl A")
    assert lines.index("profile acl B") < lines.index("    use profile acl B in")
