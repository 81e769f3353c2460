"""Calls through the tables: the two call flows of the design, and what else tables can do to a call."""

from __future__ import annotations

import textwrap

import pytest
from samples import MUSTERFIRMA, read

from sbc_tool.trinity.call import Call, Outcome, Trace
from sbc_tool.trinity.dialplan import walk
from sbc_tool.trinity.grammar import Evidence
from sbc_tool.trinity.tree import Config, parse

RENDERED = parse(read(MUSTERFIRMA, "rendered.cfg"), "rendered.cfg")


def follow(config: Config, interface: str, caller: str, called: str) -> Trace:
    return walk(config, Call(caller, called, "192.168.1.1"), config.objects["cs-interface", interface])


def tables(*lines: str, after: str = "") -> Config:
    """A switch with an interface IN that asks the table RT, an interface OUT, and these lines."""
    body = textwrap.indent(textwrap.dedent("\n".join(lines)), "  ")
    return parse(
        "context cs SWITCH\n" + body + "\n"
        "  interface sip IN\n    route call dest-table RT\n"
        "  interface sip OUT\n    remote 10.0.0.9 5060\n" + after
    )


def called_at_the_end(config: Config, called: str, caller: str = "1") -> str:
    trace = follow(config, "IN", caller, called)
    return trace.ends[0].call.called if trace.outcome is Outcome.ENDS else str(trace.outcome)


def test_outside_to_teams() -> None:
    trace = follow(RENDERED, "IF_STARFACE", "08912345", "user.01")
    assert trace.outcome is Outcome.ENDS
    assert [end.host for end in trace.ends] == [f"sip{n}.pstnhub.microsoft.com" for n in ("", "2", "3")]
    assert {end.call.called for end in trace.ends} == {"+497123222"}
    assert {end.call.caller for end in trace.ends} == {"+498912345"}
    assert {end.identity for end in trace.ends} == {"default"}


def test_teams_to_outside() -> None:
    trace = follow(RENDERED, "IF_TEAMS_1", "+497123222", "+498912345")
    (end,) = trace.ends
    assert (end.host, end.port, end.identity) == ("10.108.2.100", "5060", "user.01")
    assert (end.call.caller, end.call.called) == ("user.01", "00498912345")


def test_a_stranger_has_no_route() -> None:
    trace = follow(RENDERED, "IF_TEAMS_1", "+4930999", "+498912345")
    assert trace.outcome is Outcome.NO_ROUTE
    assert not trace.ends
    assert "no route of RT_FROM_TEAMS takes +4930999" in trace.steps[-1].text


def test_every_step_names_its_line_and_what_holds_after_it() -> None:
    trace = follow(RENDERED, "IF_TEAMS_1", "+497123222", "+498912345")
    lines = read(MUSTERFIRMA, "rendered.cfg").splitlines()
    for step in trace.steps:
        assert step.where is not None
        assert lines[step.where.line - 1].strip() == step.line
    routed = next(step for step in trace.steps if step.line.startswith("route +"))
    assert (routed.call.caller, routed.call.called) == ("+497123222", "+498912345")
    mapped = trace.steps[trace.steps.index(routed) + 1]
    assert mapped.call.called == "00498912345"
    assert {step.grade for step in trace.steps} == {Evidence.CONFIRMED, Evidence.SMARTWARE, Evidence.ASSUMED}


def test_a_number_that_goes_on_behind_a_users_is_taken_as_that_users() -> None:
    """What the manual says of keys without `$`; the step says that it happened."""
    trace = follow(RENDERED, "IF_TEAMS_1", "+49712322299", "+498912345")
    assert trace.ends[0].identity == "user.01"
    assert any(step.text.endswith("takes +49712322299 as a prefix") for step in trace.steps)


@pytest.mark.parametrize(
    ("called", "goes"),
    [("4989", "south"), ("4930", "country"), ("44", "world"), ("0", "world"), ("49", "country"), ("498912", "south")],
)
def test_longest_match(called: str, goes: str) -> None:
    config = tables(
        "mapping-table called-e164 to called-e164 SOUTH\n  map default to south",
        "mapping-table called-e164 to called-e164 COUNTRY\n  map .% to country",
        "mapping-table called-e164 to called-e164 WORLD\n  map .% to world",
        "routing-table called-e164 RT",
        "  route default dest-interface OUT WORLD",
        "  route 49 dest-interface OUT COUNTRY",
        "  route 4989T dest-interface OUT SOUTH",
    )
    assert called_at_the_end(config, called) == goes


def test_it_is_said_when_no_source_tells_which_key_is_longer() -> None:
    config = tables("routing-table called-e164 RT\n  route 5.. dest-interface OUT\n  route 51 dest-interface OUT")
    trace = follow(config, "IN", "1", "512")
    routed = next(step for step in trace.steps if step.line.startswith("route 51"))
    assert routed.grade is Evidence.ASSUMED
    assert routed.text.endswith("as the best of 2")


def test_maps_on_the_way_in_on_the_route_and_on_the_way_out() -> None:
    config = parse(
        """
context cs SWITCH
  mapping-table called-e164 to called-e164 A
    map (.%) to a\\1
  mapping-table called-e164 to called-e164 B
    map (.%) to b\\1
  mapping-table e164 to e164 C
    map (.%) to c\\1
  routing-table called-e164 RT
    route a dest-interface OUT B
  interface sip IN
    use mapping-table in A
    route call dest-table RT
  interface sip OUT
    use mapping-table out C
    remote 10.0.0.9
"""
    )
    (end,) = follow(config, "IN", "7", "1").ends
    assert (end.call.called, end.call.caller) == ("cba1", "c7")


def test_a_table_that_leads_to_itself_goes_round_in_circles() -> None:
    config = tables("routing-table called-e164 RT\n  route .% dest-table RT")
    assert follow(config, "IN", "1", "2").outcome is Outcome.LOOP


def test_a_loop_that_changes_the_number_each_time_ends_too() -> None:
    config = tables(
        "mapping-table called-e164 to called-e164 MORE\n  map (.%) to 1\\1",
        "routing-table called-e164 RT\n  route .% dest-table RT MORE",
    )
    assert follow(config, "IN", "1", "2").outcome is Outcome.LOOP


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("route .% dest-interface GONE", "there is no cs-interface GONE"),
        ("route .% dest-service HG", "HG tries nobody"),
        ("route 9 dest-interface OUT", "no route of RT takes 2"),
    ],
)
def test_calls_that_are_dropped(line: str, told: str) -> None:
    trace = follow(tables(f"routing-table called-e164 RT\n  {line}", "service hunt-group HG"), "IN", "1", "2")
    assert trace.outcome is Outcome.NO_ROUTE
    assert told in trace.steps[-1].text


def test_a_hunt_group_whose_first_member_is_dead_still_ends() -> None:
    config = tables(
        "routing-table called-e164 RT\n  route .% dest-service HG",
        "service hunt-group HG\n  route call 1 dest-interface GONE\n  route call 2 dest-interface OUT",
    )
    trace = follow(config, "IN", "1", "2")
    assert trace.outcome is Outcome.ENDS
    assert [end.interface for end in trace.ends] == ["OUT"]


def test_a_gateway_that_is_shut_down_lets_nothing_out() -> None:
    config = tables(
        "routing-table called-e164 RT\n  route .% dest-interface AWAY",
        "interface sip AWAY\n  bind context sip-gateway GW\n  remote 10.0.0.9",
        after="context sip-gateway GW\n  shutdown\n",
    )
    trace = follow(config, "IN", "1", "2")
    assert trace.outcome is Outcome.NO_ROUTE
    assert trace.steps[-1].text.startswith("GW is shut down")


def test_a_table_of_another_type_is_unknown_not_dropped() -> None:
    config = tables("routing-table calling-type-of-number RT\n  route national dest-interface OUT")
    assert follow(config, "IN", "1", "2").outcome is Outcome.UNKNOWN


def test_a_destination_in_a_line_that_nobody_knows_is_unknown_not_dropped() -> None:
    config = tables("routing-table called-e164 RT\n  route .% dest-interface IF_X", "interface carrier-pigeon IF_X")
    assert follow(config, "IN", "1", "2").outcome is Outcome.UNKNOWN
