"""Text to tree and back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from gateways import FXO, ISDN
from hypothesis import example, given
from hypothesis import strategies as st
from samples import EXAMPLES, MUSTERFIRMA, blocks, configs, read

from sbc_tool.trinity.tree import Config, Node, parse, write

SWITCH = """\
context cs SWITCH
  routing-table called-e164 RT
    route .% dest-interface IF
  interface sip IF
    remote sip.pstnhub.microsoft.com 5061
  no shutdown
"""

_GRAMMAR_LINES = [line.strip() for line in read(MUSTERFIRMA, "rendered.cfg").splitlines() if line.strip()]
_SHAPED = st.lists(
    st.tuples(
        st.sampled_from(["", "", " ", "  ", "    ", "\t", "      "]),
        st.sampled_from(
            [*_GRAMMAR_LINES, "exit", "end", "foo", "foo bar", "vendor thing 1", "no foo", "# said", "remote"]
        ),
    ).map("".join),
    max_size=25,
).map("\n".join)


def texts(config: Config) -> list[tuple[str, ...]]:
    """Every line with the blocks that it stands in."""
    return [(*(block.text for block in path), node.text) for path, node in config.walk()]


@given(st.text() | st.text(alphabet=' \t\n\r"#abexitndno-\u00a0\x0b\x1f0. '))
@example('a"  "b')
@example(" profile voip X\nfoo")
def test_any_text_is_read_and_what_is_written_reads_the_same(text: str) -> None:
    once = parse(text)
    assert parse(write(once)) == once
    assert write(parse(write(once))) == write(once)


@given(_SHAPED)
@example("context cs A\ncontext ip R\ncontext cs A\nfoo")
@example("context ip R\n  rip\n  interface W\n  rip\n  vendor\n")
@example(" profile voip X\nvendor\nprofile voip X\nvendor")
def test_lines_in_any_order_and_depth_are_kept(text: str) -> None:
    once = parse(text)
    assert parse(write(once)) == once


@given(configs())
def test_real_shapes_are_kept_however_they_are_laid_out(config: Config) -> None:
    text = write(config)
    assert parse(text) == config
    assert parse(text.replace("  ", "\t")) == config
    assert parse(text.replace("\n", "\r\n")) == config
    assert parse("\n".join(flat(config.nodes))) == config


def flat(nodes: Iterable[Node]) -> Iterator[str]:
    """As one would type them: no indentation, and every block left again."""
    for node in nodes:
        yield node.text
        if node.mode:
            yield from flat(node.children)
            yield "exit"


@given(blocks())
def test_the_same_lines_twice_are_the_same_configuration(text: list[str]) -> None:
    assert parse("\n".join([*text, *text])) == parse("\n".join(text))


@pytest.mark.parametrize("folder", [path.parent for path in EXAMPLES.glob("*/site.yaml")], ids=lambda path: path.name)
@pytest.mark.parametrize("name", ["rendered.cfg", "running.cfg", "plan.cfg", "undo.cfg"])
def test_examples_are_kept(folder: Path, name: str) -> None:
    config = parse(read(folder, name))
    assert parse(write(config)) == config
    assert all(node.match for _, node in config.walk())


@pytest.mark.parametrize("text", [ISDN, FXO], ids=["isdn", "fxo"])
def test_gateways_with_telephone_lines_are_understood(text: str) -> None:
    config = parse(text)
    assert [node.text for _, node in config.walk() if node.match is None] == []
    assert parse(write(config)) == config
    assert parse("\n".join(line.strip() for line in text.splitlines())) == config, "flat, as one pastes it"


def test_q931_stands_in_q921_stands_in_the_port() -> None:
    paths = [(*(block.text for block in path), node.text) for path, node in parse(ISDN).walk()]
    port = ("port bri 0 0", "q921", "q931")
    assert (*port, "bind interface SWITCH IF_ISDN_00") in paths
    assert ("port bri 0 0", "no shutdown") in paths, "entered again behind it"


def test_blocks_entered_again_merge() -> None:
    config = parse(SWITCH + "context cs SWITCH\n  interface sip IF\n    trust remote\n    remote other.example 5061\n")
    assert texts(config) == [
        ("context cs SWITCH",),
        ("context cs SWITCH", "routing-table called-e164 RT"),
        ("context cs SWITCH", "routing-table called-e164 RT", "route .% dest-interface IF"),
        ("context cs SWITCH", "interface sip IF"),
        ("context cs SWITCH", "interface sip IF", "remote other.example 5061"),
        ("context cs SWITCH", "interface sip IF", "trust remote"),
        ("context cs SWITCH", "no shutdown"),
    ]


def test_a_line_of_an_outer_mode_leaves_the_inner_one() -> None:
    """NV's templates never write `exit`; the second interface is typed inside the first."""
    flat = "\n".join(line.strip() for line in SWITCH.splitlines())
    assert parse(flat) == parse(SWITCH)


def test_exit_and_end_close_blocks() -> None:
    closed = SWITCH.replace("  interface", "    exit\n  interface").replace("  no shutdown", "    exit\n  no shutdown")
    assert parse(closed + "  exit\nend\n") == parse(SWITCH)
    assert parse("profile voip A\nend\nsrtp transmission forced").nodes[1].match is None
    assert parse("exit\nexit\nend\nntp").nodes == (Node("ntp"),)


@pytest.mark.parametrize(
    ("mask", "length"),
    [("255.255.255.248", 29), ("255.255.255.0", 24), ("255.255.255.255", 32), ("0.0.0.0", 0), ("128.0.0.0", 1)],
)
def test_mask_and_prefix_length_are_one(mask: str, length: int) -> None:
    line = "context ip ROUTER\n  interface WAN\n    ipaddress WAN 203.0.113.2"
    spelt, printed = parse(f"{line} {mask}"), parse(f"{line}/{length}")
    assert spelt == printed
    (address,) = spelt.blocks("ipaddress")
    assert address.value("address") == f"203.0.113.2/{length}", "its values are those of the spelling it has now"


@pytest.mark.parametrize("mask", ["0.0.0.255", "255.0.255.0", "300.0.0.0", "0.0.0.1"])
def test_what_is_no_mask_stays_as_it_is(mask: str) -> None:
    """The device shall say so; wildcard bits, which ipaddress would take, are none here."""
    (address,) = parse(f"context ip R\n  interface W\n    ipaddress W 10.0.0.1 {mask}").blocks("ipaddress")
    assert address.text == f"ipaddress W 10.0.0.1 {mask}"


def test_unknown_blocks_keep_their_children() -> None:
    text = "vendor thing\n  inner one\n    deep\n  shutdown\nntp\n  server a.example\n"
    config = parse(text)
    assert write(config, blank_lines=False) == text
    assert [node.match is None for _, node in config.walk()] == [True, True, True, True, False, False]


def test_unknown_lines_in_a_known_block_stay_there() -> None:
    config = parse("profile voip X\n  fax transmission t38\n  srtp transmission forced\nprofile sip Y\n")
    assert texts(config)[1] == ("profile voip X", "fax transmission t38")
    assert texts(config)[2] == ("profile voip X", "srtp transmission forced")


def test_an_unknown_line_takes_no_known_ones_place() -> None:
    """`remote` without a host is no command; it must not stand for `remote HOST`."""
    config = parse("context cs S\n  interface sip I\n    remote a.example 5061\n    remote\n")
    assert [texts(config)[2][-1], texts(config)[3][-1]] == ["remote a.example 5061", "remote"]


def test_what_is_written_never_lands_in_the_block_before_it() -> None:
    """`foo` stands at the top level, behind a block that has no lines: only `exit` can say so in flat text."""
    config = parse("  profile voip X\nfoo\n")
    assert texts(config) == [("profile voip X",), ("foo",)]
    assert parse(write(config)) == config


def test_comments_and_blank_lines_are_left_out() -> None:
    assert parse("# a\n\n   # b\nntp\n  # c\n  server a\n") == parse("ntp\n  server a\n")


def test_white_space_between_words_is_one_blank_but_for_quotes() -> None:
    config = parse('administrator  admin\tpassword   "two  blanks"')
    assert config.nodes[0].text == 'administrator admin password "two  blanks"'
    assert config.nodes[0].value("password") == '"two  blanks"'


def test_line_numbers_are_those_of_the_text() -> None:
    config = parse("\n# x\nntp\n\n  server a.example\n", "some.cfg")
    (ntp,) = config.nodes
    assert str(config.place(ntp)) == "some.cfg:3"
    assert str(config.place(ntp.children[0])) == "some.cfg:5"


def test_secrets_leave_text_and_values() -> None:
    """Nothing of a secret stays in the tree: text, match and all that can be reached from it."""
    text = (
        'administrator admin password "pa$$ word" encrypted\nauthentication-service A\n'
        "  username u password geheim\nadministrator geheim password geheim\n"
    )
    seen: list[str] = []

    def seal(word: str) -> str:
        seen.append(word)
        return f"***{len(seen)}"

    config = parse(text).map_secrets(seal)
    assert seen == ["pa$$ word", "geheim", "geheim"]
    assert "pa$$" not in repr(config) + write(config)
    for _, node in config.walk():
        assert node.match is not None
        assert "geheim" not in node.value("password")
        assert "geheim" not in node.match.short or node.text.startswith("administrator geheim")
    assert config.nodes[0].text == "administrator admin password ***1 encrypted"
    assert parse(write(config)) == config, "a sealed configuration is one, too"
    assert [node.identity for _, node in config.walk()] == [node.identity for _, node in parse(text).walk()]


def test_secrets_of_negated_lines_leave_too() -> None:
    config = parse("no administrator admin password geheim\n").map_secrets(lambda _: "***")
    assert "geheim" not in repr(config)
    assert "geheim" not in write(config)


def test_objects_are_found_by_kind_and_name() -> None:
    config = parse(SWITCH)
    assert config.objects["cs-interface", "IF"].text == "interface sip IF"
    assert config.objects["cs-routing-table", "RT"].children
    assert ("cs-interface", "RT") not in config.objects


def test_leaf_and_blocks_take_whole_words() -> None:
    config = parse("location-service L\n  identity-group default\n  identity a\n")
    assert [node.text for node in config.blocks("identity")] == ["identity a"]
    leaf = config.nodes[0].leaf("identity")
    assert leaf is not None
    assert leaf.text == "identity a"
    assert config.nodes[0].leaf("ident") is None


def test_blank_lines_stand_around_blocks() -> None:
    text = write(parse(read(MUSTERFIRMA, "running.cfg")))
    assert text.rstrip("\n") == read(MUSTERFIRMA, "running.cfg").rstrip("\n"), "as a device prints it"
    assert not re.search(r"\n\n\n", text)
