"""Differences: what is planned leads to what is wanted, what is undone to the start, and others' lines stay."""

from __future__ import annotations

import random

from gateways import ISDN
from hypothesis import assume, given
from hypothesis import strategies as st
from samples import MUSTERFIRMA, always, configs, read

from sbc_tool.deploy.script import script
from sbc_tool.lab.configuration import Configuration, Editor
from sbc_tool.trinity import diff
from sbc_tool.trinity.diff import Change, plan, restore, same
from sbc_tool.trinity.grammar import ROOT, load
from sbc_tool.trinity.references import references
from sbc_tool.trinity.tree import Config, Node, apply, parse, write

RENDERED = parse(read(MUSTERFIRMA, "rendered.cfg"))
ISDN_GATEWAY = parse(ISDN)
FACTORY = parse(read(MUSTERFIRMA, "running.cfg"))


def typed(blocks: tuple[Node, ...]) -> list[str]:
    """What would be typed, `exit` left out, blanks for depth."""
    return write(Config(blocks), blank_lines=False).splitlines()


def there_and_back(running: Config, wanted: Config) -> diff.Plan:
    """The promise of every plan."""
    result = plan(running, wanted)
    after = apply(running, result.apply)
    assert plan(after, wanted).empty, told(running, wanted, result)
    assert same(apply(after, result.undo), running), told(running, wanted, result)
    return result


def told(running: Config, wanted: Config, result: diff.Plan) -> str:
    """The case as text: hypothesis would print every node with its whole grammar."""
    parts = {"running": running, "wanted": wanted, "typed": Config(result.apply), "to undo": Config(result.undo)}
    return "\n".join(f"--- {name}:\n{write(config)}" for name, config in parts.items())


@st.composite
def edited(draw: st.DrawFn, config: Config) -> Config:
    """The configuration with some of its lines gone, some blocks empty, some lines of another configuration in it."""
    chance = draw(st.randoms(use_true_random=False))
    return Config(_edited(config.nodes, ROOT, chance, _lines_by_mode(draw(configs()))))


def _lines_by_mode(config: Config) -> dict[str, list[Node]]:
    found: dict[str, list[Node]] = {}
    for _, node in config.walk():
        if node.match:
            found.setdefault(node.match.command.mode, []).append(node)
    return found


def _edited(
    nodes: tuple[Node, ...], mode: str | None, chance: random.Random, others: dict[str, list[Node]]
) -> tuple[Node, ...]:
    """As a device would print it: with every line that it prints in either form."""
    kept: dict[tuple[str, ...], Node] = {}
    for node in nodes:
        if chance.random() >= 0.12:
            kept[node.identity] = Node(node.text, _edited(node.children, node.mode, chance, others), 0, node.match)
    for node in others.get(mode or "", ()):
        if chance.random() < 0.3:
            kept[node.identity] = node
    for text in always(mode) if mode else ():
        match = load().match(mode or "", f"no {text}")
        assert match
        kept.setdefault(match.identity, Node(f"no {match.short}", (), 0, match))
    return tuple(kept.values())


@given(configs(), configs())
def test_any_configuration_to_any_other_and_back(running: Config, wanted: Config) -> None:
    there_and_back(running, wanted)


@given(edited(RENDERED), edited(RENDERED))
def test_edits_of_a_real_one_there_and_back(running: Config, wanted: Config) -> None:
    there_and_back(running, wanted)


@given(edited(ISDN_GATEWAY), edited(ISDN_GATEWAY))
def test_edits_of_a_gateway_there_and_back(running: Config, wanted: Config) -> None:
    there_and_back(running, wanted)


@given(edited(RENDERED))
def test_the_real_one_from_any_state_of_it(running: Config) -> None:
    there_and_back(running, RENDERED)


@given(edited(RENDERED))
def test_the_device_holds_what_the_tree_says(running: Config) -> None:
    """Lab and tree were made apart: what is typed must bring both to the same."""
    dangling = {(one.kind, one.name) for one in references(running) if not one.defined}
    assume(("acl-profile", "ACL_WAN") not in dangling)  # used and not there: no way back leads to that
    device, refused = Configuration.read(write(running))
    assert refused == []
    planned = plan(running, RENDERED)
    after = apply(running, planned.apply)
    _type(device, planned.apply)
    assert same(parse(device.printed()), after)
    _type(device, planned.undo)
    assert same(parse(device.printed()), running)


def _type(device: Configuration, blocks: tuple[Node, ...]) -> None:
    editor = Editor(device)
    for line in script(blocks):
        if line.kind == "exit":
            editor.exit()
        else:
            assert editor.type_line(line.text) is None, line


@given(configs())
def test_nothing_differs_from_itself_however_it_is_laid_out(config: Config) -> None:
    for text in (write(config), write(config).replace("  ", "\t"), write(config, blank_lines=False)):
        again = parse(text)
        assert plan(again, config).empty
        assert plan(config, again).changes == ()
        assert same(again, config)


def test_mask_and_prefix_length_do_not_differ() -> None:
    line = "context ip ROUTER\n  interface WAN\n    ipaddress WAN 203.0.113.2"
    assert plan(parse(f"{line}/29"), parse(f"{line} 255.255.255.248")).empty


def test_the_order_of_blocks_is_no_difference() -> None:
    turned = Config(tuple(reversed(RENDERED.nodes)))
    assert plan(turned, RENDERED).empty
    assert same(turned, RENDERED)


def test_foreign_blocks_and_lines_in_shared_modes_are_left_alone_and_listed() -> None:
    foreign = "profile pstn OTHERS\ncontext ip ROUTER\n  interface DMZ\n    ipaddress DMZ 10.9.9.1/24\n"
    unknown = "vendor thing\n  inner\n"
    running = parse(write(FACTORY) + foreign + "ntp\n  server x.example\n" + unknown)
    result = there_and_back(running, RENDERED)
    after = apply(running, result.apply)
    texts = {node.text for _, node in after.walk()}
    assert {"profile pstn OTHERS", "interface DMZ", "ipaddress DMZ 10.9.9.1/24", "server x.example", "inner"} <= texts
    assert {
        Change("remove", (), "profile pstn OTHERS"),
        Change("remove", (), "vendor thing"),
        Change("remove", ("context ip ROUTER",), "interface DMZ"),
        Change("remove", ("ntp",), "server x.example"),
    } <= set(result.left_alone)


def test_a_foreign_line_in_a_block_of_ours_goes() -> None:
    extra = "profile voip PF_VOIP_TEAMS\n  dtmf-relay rtp\n  vendor line\n"
    running = parse(write(RENDERED) + extra)
    result = there_and_back(running, RENDERED)
    assert typed(result.apply) == ["profile voip PF_VOIP_TEAMS", "  no dtmf-relay"]
    assert result.left_alone == (Change("remove", ("profile voip PF_VOIP_TEAMS",), "vendor line"),), "unknown: not ours"


def test_a_changed_leaf_is_typed_over() -> None:
    running = parse(write(RENDERED).replace("domain 1 sbc.meinefirma.de 5062", "domain 1 sbc.meinefirma.de 5061"))
    result = there_and_back(running, RENDERED)
    assert typed(result.apply) == ["location-service LS_TEAMS", "  domain 1 sbc.meinefirma.de 5062"]
    where = ("location-service LS_TEAMS",)
    change = Change("replace", where, "domain 1 sbc.meinefirma.de 5062", "domain 1 sbc.meinefirma.de 5061")
    assert result.changes == (change,)


def test_a_block_of_the_same_name_but_another_kind_is_made_anew() -> None:
    running = parse("context cs S\n  mapping-table called-e164 to called-e164 M\n    map a to b\n")
    wanted = parse("context cs S\n  mapping-table calling-e164 to calling-e164 M\n    map a to b\n")
    assert typed(there_and_back(running, wanted).apply) == [
        "context cs S",
        "  no mapping-table called-e164 to called-e164 M",
        "  mapping-table calling-e164 to calling-e164 M",
        "    map a to b",
    ]


def test_a_list_whose_order_counts_is_written_anew() -> None:
    running = parse("profile acl A\n  permit tcp any any\n  deny udp any any\n")
    wanted = parse("profile acl A\n  deny udp any any\n  permit tcp any any\n")
    assert typed(there_and_back(running, wanted).apply) == [
        "profile acl A",
        "  no permit tcp any any",
        "  no deny udp any any",
        "  deny udp any any",
        "  permit tcp any any",
    ]
    assert not same(running, wanted)


def test_a_list_whose_order_counts_and_stays_is_not_touched() -> None:
    acl = parse("profile acl A\n  deny udp any any\n  permit tcp any any\n")
    assert plan(acl, acl).empty


def test_encrypted_passwords_are_not_compared() -> None:
    wanted = parse("administrator admin password ***1\n")
    encrypted = parse("administrator admin password 0123456789abcdef encrypted\n").map_secrets(lambda _: "***2")
    assert plan(encrypted, wanted).empty
    assert not same(encrypted, parse("administrator admin password ***3 encrypted\n")), "but two printed ones are"
    clear = parse("administrator admin password ***2\n")
    assert typed(plan(clear, wanted).apply) == ["administrator admin password ***1"]


def test_an_unprinted_default_is_no_difference() -> None:
    assert plan(parse("snmp-server\n"), parse("snmp-server\n  shutdown\n")).empty
    assert same(parse("snmp-server\n"), parse("snmp-server\n  shutdown\n"))
    assert not same(parse("snmp-server\n  no shutdown\n"), parse("snmp-server\n"))
    assert typed(restore(parse("snmp-server\n  no shutdown\n"), parse("snmp-server\n"))) == [
        "snmp-server",
        "  shutdown",
    ]


def test_changes_tell_all_lines_of_a_new_block() -> None:
    result = plan(Config(), parse("profile voip X\n  codec 1 g711alaw64k rx-length 20 tx-length 20\n"))
    assert [(change.op, change.path, change.line) for change in result.changes] == [
        ("add", (), "profile voip X"),
        ("add", ("profile voip X",), "codec 1 g711alaw64k rx-length 20 tx-length 20"),
    ]


def test_the_whole_example_from_factory_and_back() -> None:
    assert not there_and_back(FACTORY, RENDERED).empty
