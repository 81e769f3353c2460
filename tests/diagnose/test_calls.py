"""Legs that belong together, sides of a leg, ladders."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import dialogs
import pytest
import wire
from dialogs import ANSWERED, PBX, SBC, SBC_LAN, SECURED, TEAMS, Leg, from_teams, to_pbx, to_teams

from sbc_tool.diagnose.trace.ladder import as_text, ladder
from sbc_tool.diagnose.trace.offers import exchanges
from sbc_tool.diagnose.trace.transactions import transactions


def leg(called: str, *lines: str, begin: float = 0.0, side: str = "teams", caller: str = "+4930123456") -> Leg:
    ends = {"teams": (TEAMS, SBC), "pbx": (SBC_LAN, PBX)}[side]
    made = Leg(*ends, calling=caller, called=called, call_id=f"{side}{called}{begin}")
    return made.request(begin, "INVITE", *lines, body=SECURED).answer(begin + 0.1, 180)


def grouped(folder: Path, *legs: Leg) -> list[int]:
    return [len(call.legs) for call in dialogs.trace(folder, *legs).calls]


@pytest.mark.parametrize("spelling", ["+497123222", "00497123222", "07123222", "+49-7123-222", "497123222"])
def test_the_same_number_in_another_spelling(spelling: str, tmp_path: Path) -> None:
    other = leg("+497999999", begin=0.1, caller="+49301111111")
    assert grouped(tmp_path, leg("+497123222"), other, leg(spelling, begin=0.3, side="pbx", caller="anonymous")) == [
        2,
        1,
    ]


def test_another_number_is_another_call(tmp_path: Path) -> None:
    elsewhere = dataclasses.replace(SBC_LAN, end=("192.168.9.9", 5060))
    apart = Leg(elsewhere, PBX, calling="4989", called="55555", call_id="x").request(0.3, "INVITE")
    assert grouped(tmp_path, leg("+497123222"), apart) == [1, 1]


def test_a_later_leg_is_another_call(tmp_path: Path) -> None:
    assert grouped(tmp_path, leg("+497123222"), leg("+497123222", begin=30, side="pbx")) == [1, 1]


def test_a_header_that_is_passed_on(tmp_path: Path) -> None:
    session = "Session-ID: ab30317f1a784dc48ff824d0d3715d86;remote=0"
    first, second = leg("+497123222", session), leg("13", session, begin=0.5, side="pbx", caller="x")
    assert grouped(tmp_path, first, leg("+497123333", begin=0.1), second) == [2, 1]


def test_the_same_way_twice_is_two_calls(tmp_path: Path) -> None:
    assert grouped(tmp_path, leg("+497123222"), leg("+497123222", begin=1)) == [1, 1]


def test_two_calls_to_one_number_at_once_keep_their_legs(tmp_path: Path) -> None:
    one, other = leg("+497123222", caller="+4930111111"), leg("+497123222", begin=0.1, caller="+4930222222")
    legs = [one, other, leg("222", begin=0.2, side="pbx", caller="+4930111111"),
            leg("222", begin=0.3, side="pbx", caller="+4930222222")]  # fmt: skip
    calls = dialogs.trace(tmp_path, *legs).calls
    assert [{single.caller for single in call.legs} for call in calls] == [{"+4930111111"}, {"+4930222222"}]


def test_what_begins_no_call_is_outside(tmp_path: Path) -> None:
    options = Leg(SBC, TEAMS, call_id="o").request(0, "OPTIONS").answer(0.1, 200)
    trace = dialogs.trace(tmp_path, options, to_teams())
    assert len(trace.calls) == 1
    assert len(trace.legs) == 2


@pytest.mark.parametrize("made", [to_teams, from_teams])
def test_who_sent_what(made: object, tmp_path: Path) -> None:
    """By tags and names, not by addresses, which logs may lack."""
    single = made()  # type: ignore[operator]
    (found,) = dialogs.trace(tmp_path, single).legs
    assert [found.from_teams(message) for message in found.messages] == [
        sender is TEAMS for _, sender, _ in single.said
    ]
    assert {found.sender(message) for message in found.messages} == {"Microsoft", "the SBC"}


def test_a_leg_of_the_pbx_faces_nobody_else(tmp_path: Path) -> None:
    (found,) = dialogs.trace(tmp_path, to_pbx()).legs
    assert not found.faces_teams
    assert not any(found.from_teams(message) for message in found.messages)
    assert found.sender(found.messages[0]) == "the caller"


def test_an_offer_is_answered_once(tmp_path: Path) -> None:
    """183 and 200 repeat one answer; a re-INVITE is a new offer; what is sent again is none."""
    made = Leg(SBC, TEAMS).request(0, "INVITE", body=SECURED).again(0.5).answer(0.6, 183, body=ANSWERED)
    made.answer(2, 200, body=ANSWERED).request(2.1, "ACK").request(5, "INVITE", body=ANSWERED, by=TEAMS)
    made.answer(5.1, 200, body=SECURED)
    found = list(exchanges(dialogs.trace(tmp_path, made).legs))
    assert [(one.from_teams, one.answer.code if one.answer else 0) for one in found] == [(False, 183), (True, 200)]


def test_a_delayed_offer_is_answered_by_ack(tmp_path: Path) -> None:
    made = Leg(SBC, TEAMS).request(0, "INVITE").answer(1, 200, body=ANSWERED).request(1.1, "ACK", body=SECURED)
    (found,) = exchanges(dialogs.trace(tmp_path, made).legs)
    assert found.from_teams
    assert found.answer
    assert found.answer.method == "ACK"


def test_transactions(tmp_path: Path) -> None:
    made = Leg(SBC, TEAMS).request(0, "INVITE", body=SECURED).again(0.001).again(0.5).again(1.5)
    made.said[-1:] = made.said[-1:]
    made.answer(2, 180).again(2.5).answer(3, 486)
    (found,) = transactions(dialogs.trace(tmp_path, made).legs)
    assert len(found.again) == 2, "what comes within a millisecond was captured twice"
    assert [answer.code for answer in found.answers] == [180, 486]
    assert found.seconds_to(found.final) == pytest.approx(3)


@pytest.mark.parametrize("width", [40, 80, 100, 200])
def test_text_ladder_is_rectangular(width: int, tmp_path: Path) -> None:
    (call,) = dialogs.trace(tmp_path, from_teams(), to_pbx()).calls
    lines = list(as_text(ladder(call), width))
    assert len(lines) == 14
    assert len({len(line) for line in lines[1:]}) == 1
    for line in lines[1:]:
        assert line.count("▶") + line.count("◀") == 1
        assert line[9] in "│├◀", line
    if width >= 100:
        assert max(map(len, lines)) <= width


def test_ladder_of_one_host_tells_ports_apart(tmp_path: Path) -> None:
    one = dataclasses.replace(SBC, end=("127.0.0.1", 5060))
    other = dataclasses.replace(TEAMS, end=("127.0.0.1", 5070))
    (call,) = dialogs.trace(tmp_path, Leg(one, other).request(0, "INVITE").answer(0.1, 486)).calls
    assert ladder(call).participants == ("127.0.0.1:5060", "127.0.0.1:5070")


def test_rungs_point_at_frames_and_tell_reasons(tmp_path: Path) -> None:
    made = Leg(SBC, TEAMS).request(0, "INVITE").answer(0.1, 180).request(2, "CANCEL", "Reason: SIP;cause=200")
    (call,) = dialogs.trace(tmp_path, made).calls
    rungs = ladder(call).rungs
    assert [(rung.frame, rung.label) for rung in rungs] == [
        (1, "INVITE"),
        (2, "180 Ringing"),
        (3, "CANCEL (SIP;cause=200)"),
    ]
    assert rungs[2].seconds == pytest.approx(2)


def test_streams_belong_to_their_call(tmp_path: Path) -> None:
    """The same ports, an hour later, are another call's."""
    later = Leg(SBC, TEAMS, call_id="later").request(3600, "INVITE", body=SECURED).answer(3601, 200, body=ANSWERED)
    later.request(3601.1, "ACK").request(3610, "BYE")
    media = [*dialogs.both(SBC, TEAMS, 2, 20)]
    again = [(time + 3600, frame) for time, frame in dialogs.speech(SBC, TEAMS, 2, 10)]
    again = [
        (time, frame[:-172] + wire.rtp(n, n * 160, 0x77)[:12] + frame[-160:]) for n, (time, frame) in enumerate(again)
    ]
    trace = dialogs.trace(tmp_path, to_teams(), later, media=[*media, *again])
    assert [len(trace.of(call).streams) for call in trace.calls] == [2, 1]
