"""Barriers: were any block's first line refused in flight, no line behind it may mean something elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest
from hypothesis import example, given
from samples import MUSTERFIRMA, configs, read

from sbc_tool.deploy.script import EXIT, Typed, script
from sbc_tool.lab.configuration import Block, Configuration, Editor
from sbc_tool.trinity.diff import plan
from sbc_tool.trinity.tree import Config, parse

VTRINITY = MUSTERFIRMA.parent / "vtrinity-250"


def typed(text: str) -> list[Typed]:
    return script(parse(text).nodes)


def lines_of(text: str) -> list[str]:
    return [line.text for line in typed(text)]


def barriers_of(text: str) -> list[str]:
    return [line.text for line in typed(text) if line.barrier]


def test_every_block_is_left_again() -> None:
    text = "ntp\n  server a\ncontext cs SWITCH\n  interface sip IF\n    privacy\n  no shutdown"
    assert lines_of(text) == [
        "ntp", "server a", EXIT,
        "context cs SWITCH", "interface sip IF", "privacy", EXIT, "no shutdown", EXIT,
    ]  # fmt: skip
    assert typed(text)[5].path == ("context cs SWITCH", "interface sip IF")


def test_a_line_that_only_means_something_where_it_is_meant_need_not_wait() -> None:
    assert (
        barriers_of("context cs SWITCH\n  mapping-table called-e164 to called-e164 M\n    map 1 to 2\n    map 3 to 4")
        == []
    )


def test_a_line_that_an_outer_mode_knows_waits() -> None:
    """`no shutdown` typed for STUN would start the whole client if that block had not been entered."""
    assert barriers_of("cwmp-client\n  stun\n    no shutdown") == ["no shutdown"]


def play(lines: Sequence[Typed], start: Config, refused: int) -> Iterator[str]:
    """What the lab's device does when it refuses one line and has all others up to the next barrier in flight.

    Gives each line that it then takes in another block than the one that it was meant for.
    """
    configuration = Configuration()
    editor = Editor(configuration)
    landed = where_lines_land(configuration)
    for line in (node for top in start.nodes for node in _flat(top)):
        if line == EXIT:
            editor.exit()
        else:
            assert editor.type_line(line) is None, line
    landed.clear()
    for number, line in enumerate(lines):
        if number > refused and line.barrier:
            return  # it was waited for the refusal: nothing more is typed
        if number == refused:
            continue
        if line.text == EXIT:
            if editor.open:
                editor.exit()
            continue
        if not editor.open:
            continue  # in exec mode a configuration line means nothing
        landed.clear()
        editor.type_line(line.text)
        for path in landed:
            if path != line.path:
                yield f"`{line.text}` of {line.path} took effect in {path}, as `{lines[refused].text}` was refused"


def _flat(node: object) -> list[str]:
    return [line.text for line in script([node])]  # type: ignore[list-item]


def where_lines_land(configuration: Configuration) -> list[tuple[str, ...]]:
    """Fills with the path of the block in which a line takes effect, whether it says something new or not."""
    landed: list[tuple[str, ...]] = []
    put, remove = configuration.put, configuration.remove

    def path_of(parent: Block) -> tuple[str, ...]:
        def find(block: Block, path: tuple[str, ...]) -> tuple[str, ...] | None:
            if block is parent:
                return path
            found = (find(child, (*path, child.line)) for child in block.children.values())
            return next((one for one in found if one is not None), None)

        found = find(configuration.root, ())
        assert found is not None
        return found

    def spy_put(parent: Block, line: str, match: object) -> Block:
        landed.append(path_of(parent))
        return put(parent, line, match)  # type: ignore[arg-type]

    def spy_remove(parent: Block, match: object) -> str | None:
        landed.append(path_of(parent))
        return remove(parent, match)  # type: ignore[arg-type]

    configuration.put, configuration.remove = spy_put, spy_remove  # type: ignore[method-assign]
    return landed


def entries(lines: Sequence[Typed]) -> list[int]:
    return [number for number, line in enumerate(lines) if line.kind == "enter"]


def misplaced(lines: Sequence[Typed], start: Config) -> list[str]:
    return [wrong for refused in entries(lines) for wrong in play(lines, start, refused)]


@given(configs())
@example(parse("cwmp-client\n  stun\n    no shutdown"))
@example(parse("context cs SWITCH\n  service hunt-group H\n    route call 1 dest-interface I\n  shutdown"))
def test_no_line_takes_effect_in_a_block_that_it_was_not_meant_for(config: Config) -> None:
    assert misplaced(script(config.nodes), Config()) == []


@given(configs(), configs())
def test_nor_does_one_of_a_change(running: Config, wanted: Config) -> None:
    change = plan(running, wanted)
    assert misplaced(script(change.apply), running) == []


@pytest.mark.parametrize("name", ["plan.cfg", "undo.cfg", "rendered.cfg"])
def test_the_barriers_hold_for_the_example(name: str) -> None:
    start = parse(read(MUSTERFIRMA, "rendered.cfg" if name == "undo.cfg" else "running.cfg"))
    assert misplaced(script(parse(read(MUSTERFIRMA, name)).nodes), start) == []


def test_without_barriers_the_property_would_not_hold() -> None:
    """The property can fail: it is the barriers that make it hold."""
    lines = [Typed(one.text, one.kind, one.path, one.node) for one in typed("cwmp-client\n  stun\n    no shutdown")]
    assert misplaced(lines, Config()) != []


def test_barriers_are_few_where_users_are_many() -> None:
    """Else a push would wait for every user: the reason to have many lines in flight at all."""
    lines = script(parse(read(VTRINITY, "plan.cfg")).nodes)
    assert sum(line.barrier for line in lines) < len(lines) / 20


def test_what_hurts_at_once_waits() -> None:
    assert barriers_of("ntp\n  server a\n  no shutdown") == ["no shutdown"]
    assert barriers_of("port ethernet 0 1\n  bind interface ROUTER WAN") == ["bind interface ROUTER WAN"]
    assert barriers_of("context ip ROUTER\n  interface LAN\n    ipaddress LAN 10.0.0.1/24\nntp\n  server a") == [
        "ipaddress LAN 10.0.0.1/24",
        EXIT,  # behind it, the device may have another name and no session any more
    ]


def test_a_row_of_removals_waits_once_for_all_that_is_new() -> None:
    text = "ntp\n  server a\n  no server b\n  no server c\ntelnet-server\n  shutdown\ndns-client\n  name-server 9.9.9.9"
    assert barriers_of(f"{text}\n  no name-server 1.1.1.1") == ["no server b", "no name-server 1.1.1.1"]
