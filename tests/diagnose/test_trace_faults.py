"""Every fault that a trace shows: a trace with it, and one without."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import dialogs
import pytest
from dialogs import ANSWERED, PBX, SBC, SBC_LAN, SECURED, TEAMS, Leg, from_teams, speech, to_pbx, to_teams
from judged import judged, said
from scenarios import CRYPTO, MUX
from trace_cases import (
    LARGE,
    REFERRED,
    SILENCE,
    SUITE_32,
    UNSAFE,
    Case,
    Made,
    answered_late,
    called,
    cancelled,
    early,
    held,
    legs,
    looping,
    lossy,
    offering,
    refused,
    silent_invite,
    timed,
    transferred,
    tried_again,
    unacknowledged,
    well,
)

from sbc_tool.diagnose import faults
from sbc_tool.diagnose.evidence import Evidence
from sbc_tool.diagnose.fault import TraceFault
from sbc_tool.diagnose.trace.trace import Trace
from sbc_tool.finding import Outcome

ALL = [fault for fault in faults.ALL if isinstance(fault, TraceFault)]
FAULTS = {fault.id: fault for fault in ALL}

CASES = {
    "rtcp-mux-disabled": Case(offering(SBC.sdp(CRYPTO)), "the SBC's offer has no a=rtcp-mux", called),
    "rtcp-mux-disabled/answer": Case(
        lambda: legs(from_teams(answer=SBC.sdp(CRYPTO))), "answer has no a=rtcp-mux", well
    ),
    "srtp-not-forced": Case(offering(UNSAFE), "offers no SRTP: RTP/AVP", called),
    "srtp-suite-wrong": Case(
        offering(SBC.sdp(SUITE_32, MUX)), "suites: AES_CM_128_HMAC_SHA1_32; Microsoft takes", called
    ),
    "codec-not-common": Case(offering(SBC.sdp(CRYPTO, "a=rtpmap:97 iLBC/8000", types="97")), "offers ILBC", called),
    "codec-not-common/answer": Case(
        lambda: legs(to_teams(answer=TEAMS.sdp(CRYPTO, types="0 101"))),
        "takes nothing of what the SBC offers: PCMA",
        called,
    ),
    "codec-not-common/refused": Case(lambda: legs(refused(488)), "488 to an offer of PCMA", called, Outcome.WARN),
    "payload-type-repeated": Case(offering(SECURED + "\na=rtpmap:101 SILK/16000"), "uses twice: 101", called),
    "media-address-private": Case(
        offering(SECURED.replace("123.123.123.123", "192.168.1.1")), "192.168.1.1, which is private use", called
    ),
    "contact-not-fqdn": Case(
        lambda: legs(to_teams(lines=("Contact: <sip:123.123.123.123:5062>",))),
        "contact of the SBC: 123.123.123.123",
        called,
    ),
    "delayed-offer": Case(lambda: legs(to_teams("")), "the SBC's INVITE has no offer", called),
    "dtmf-in-band": Case(
        offering(SBC.sdp(CRYPTO, MUX, types="8")), "the offer of the SBC has no telephone-event", called
    ),
    "ack-missing": Case(lambda: legs(unacknowledged()), "the SBC sends 200 OK 4 times", well),
    "request-unanswered": Case(
        lambda: legs(silent_invite()), "INVITE of the caller, sent 4 times, has no answer", well
    ),
    "pbx-does-not-answer": Case(
        lambda: legs(Leg(TEAMS, SBC).request(0, "INVITE", body=ANSWERED).answer(0.05, 100), silent_invite()),
        "10.108.2.100:5060 doesn't answer INVITE",
        well,
    ),
    "provisional-answer-missing": Case(
        lambda: legs(answered_late(7, trying=False)), "first answer is 200, after 7.0 s", well
    ),
    "sbc-answers-late": Case(lambda: legs(answered_late(12)), "after 12.0 s of 10", well),
    "sbc-overloaded": Case(lambda: legs(refused(503, teams=False)), "the SBC answers 503", well, Outcome.WARN),
    "gateway-unknown-to-tenant": Case(lambda: legs(refused(403)), "Microsoft answers 403", called, Outcome.WARN),
    "number-not-assigned": Case(lambda: legs(refused(404)), "Microsoft answers 404", called, Outcome.WARN),
    "callee-not-signed-in": Case(lambda: legs(refused(480)), "Microsoft answers 480", called, Outcome.WARN),
    "caller-has-no-route": Case(
        lambda: legs(refused(403, teams=False), Leg(SBC_LAN, PBX).request(60, "INVITE").answer(60.1, 486)),
        "refuses +4930123456 -> +497123222 with 403",
        lambda: legs(refused(486, teams=False), to_pbx()),
    ),
    "number-not-e164": Case(
        lambda: legs(Leg(SBC, TEAMS, called="07123222").request(0, "INVITE", body=SECURED).answer(0.1, 404)),
        "called number in the SBC's INVITE: 07123222",
        called,
    ),
    "sip-fragmented": Case(
        lambda: legs(Leg(SBC_LAN, PBX).request(0, "INVITE", body=LARGE)), "fragments and has no answer", well
    ),
    "session-timer-mishandled": Case(lambda: legs(timed(None)), "no refresh within 1800 s", lambda: legs(timed(200))),
    "session-timer-mishandled/refused": Case(
        lambda: legs(timed(481, lasted=901)),
        "Microsoft answers the refresh (UPDATE) with 481",
        lambda: legs(timed(200)),
    ),
    "media-one-way": Case(
        lambda: legs(from_teams(), media=speech(SBC, TEAMS, 2, 20)), "RTP comes from the SBC only: 900 packets", well
    ),
    "media-one-way/silence": Case(
        lambda: legs(from_teams(), media=[*speech(SBC, TEAMS, 2, 20, SILENCE), *speech(TEAMS, SBC, 2, 20)]),
        "the SBC sends nothing but digital silence",
        well,
        Outcome.WARN,
    ),
    "media-lossy": Case(lambda: lossy(20), "4.9 % of", well),
    "media-lossy/jitter": Case(lambda: lossy(0, 0.05), "jitter", well),
    "media-lossy/edge": Case(lambda: lossy(200), "0.4 % of", well, Outcome.WARN),
    "media-retargeted": Case(
        lambda: legs(held(port=10042)), "from 123.123.123.123:10000 to", lambda: legs(held("a=inactive"))
    ),
    "hold-not-inactive": Case(
        lambda: legs(held("a=sendonly")), "the SBC offers a=sendonly", lambda: legs(held("a=inactive"))
    ),
    "hold-not-inactive/address": Case(lambda: legs(held(address="0.0.0.0")), "the address 0.0.0.0", called),
    "ringback-missing": Case(
        lambda: early(183, media=[]),
        "no RTP comes before the answer",
        lambda: early(183, media=speech(SBC, TEAMS, 0.6, 6)),
    ),
    "ringback-missing/silence": Case(
        lambda: early(183, media=speech(SBC, TEAMS, 0.6, 6, SILENCE)),
        "sends silence",
        lambda: early(180, media=[], body=""),
    ),
    "ringback-missing/after-180": Case(
        lambda: early(183, media=speech(SBC, TEAMS, 0.6, 6), first_180=True),
        "183 with SDP after 180",
        lambda: early(180, media=[], body=""),
        Outcome.WARN,
    ),
    "refer-mishandled": Case(
        lambda: transferred("sip:+497123224@192.168.1.9", REFERRED),
        "the SBC calls sip:+497123224@192.168.1.9",
        lambda: transferred("sip:+497123224@sip.pstnhub.microsoft.com:5061;x-m=8:orgid:1", REFERRED),
    ),
    "refer-mishandled/notify": Case(
        lambda: transferred("sip:+497123224@sip.pstnhub.microsoft.com:5061", REFERRED, notify=False),
        "no NOTIFY",
        lambda: transferred("sip:+497123224@sip.pstnhub.microsoft.com:5061", REFERRED),
    ),
    "refer-mishandled/referred-by": Case(
        lambda: transferred("sip:+497123224@sip.pstnhub.microsoft.com:5061"),
        "without Referred-By",
        lambda: transferred("sip:+497123224@sip.pstnhub.microsoft.com:5061", REFERRED),
    ),
    "refer-mishandled/refused": Case(
        lambda: transferred("sip:x@y", code=501),
        "answers 501 to REFER",
        lambda: transferred("sip:+497123224@sip.pstnhub.microsoft.com:5061", REFERRED),
    ),
    "replaces-from-sbc": Case(
        lambda: legs(to_teams(lines=("Replaces: 1@2;to-tag=b;from-tag=a",))), "sends Replaces", called
    ),
    "replaces-not-supported": Case(
        lambda: legs(
            Leg(TEAMS, SBC)
            .request(0, "INVITE", "Replaces: 1;to-tag=b;from-tag=a", "Require: replaces", body=ANSWERED)
            .answer(0.1, 420, "Unsupported: replaces")
        ),
        "420 Bad Extension to Replaces",
        lambda: legs(
            Leg(TEAMS, SBC)
            .request(0, "INVITE", "Replaces: 1;to-tag=b;from-tag=a", body=ANSWERED)
            .answer(0.1, 200, body=SECURED)
        ),
    ),
    "missed-call-flood": Case(
        lambda: legs(
            cancelled(),
            Leg(PBX, SBC_LAN)
            .request(0, "INVITE")
            .answer(0.1, 100)
            .request(2.9, "CANCEL", 'Reason: SIP;cause=200;text="Call completed elsewhere"')
            .answer(2.95, 200),
        ),
        "the SBC drops the Reason",
        lambda: legs(cancelled('Reason: SIP;cause=200;text="Call completed elsewhere"')),
    ),
    "missed-call-flood/unsaid": Case(lambda: legs(cancelled()), "CANCEL without Reason", called, Outcome.WARN),
    "missed-call-flood/again": Case(tried_again, "+497123222 is called again after 486", called),
    "carrier-refuses": Case(
        lambda: legs(refused(403, teams=False), Leg(SBC_LAN, PBX).request(0.2, "INVITE").answer(0.4, 403)),
        "the STARFACE answers 403",
        well,
        Outcome.WARN,
    ),
    "caller-id-differs": Case(
        lambda: legs(to_teams(lines=("P-Asserted-Identity: <sip:+49711230@sbc.meinefirma.de>",))),
        "P-Asserted-Identity +49711230",
        called,
    ),
    "forwarding-loop": Case(looping, "called 3 times within seconds", called, Outcome.WARN),
    "forwarding-loop/482": Case(lambda: legs(refused(482, phrase="Loop Detected")), "482 Loop Detected", called),
}


def read(folder: Path, made: Made) -> Trace:
    return dialogs.trace(folder, *made[0], media=made[1])


@pytest.mark.parametrize("name", CASES)
def test_shown(name: str, tmp_path: Path) -> None:
    case = CASES[name]
    result = judged(FAULTS[name.partition("/")[0]], Evidence(trace=read(tmp_path, case.bad())))
    assert case.text in said(result, case.outcome), said(result)
    assert result.outcome is case.outcome
    places = [finding.where for finding in result.findings if finding.outcome is case.outcome]
    assert all(place and place.line for place in places), "which message is it?"


@pytest.mark.parametrize("name", CASES)
def test_not_shown(name: str, tmp_path: Path) -> None:
    result = judged(FAULTS[name.partition("/")[0]], Evidence(trace=read(tmp_path, CASES[name].good())))
    assert result.outcome in (Outcome.PASS, Outcome.NA), said(result)


def test_every_fault_of_a_trace_has_a_case() -> None:
    assert {name.partition("/")[0] for name in CASES} >= set(FAULTS)


@pytest.mark.parametrize("made", [well, called])
def test_a_good_call_shows_nothing(made: Callable[[], Made], tmp_path: Path) -> None:
    trace = read(tmp_path, made())
    assert len(trace.calls) == 1
    for fault in ALL:
        result = judged(fault, Evidence(trace=trace))
        assert result.outcome in (Outcome.PASS, Outcome.NA), (fault.id, said(result))


@pytest.mark.parametrize("fault", ALL, ids=lambda fault: fault.id)
def test_without_a_trace_nothing_is_ruled_out(fault: object) -> None:
    result = judged(FAULTS[fault.id], Evidence())  # type: ignore[attr-defined]
    assert result.outcome is Outcome.UNKNOWN
    assert FAULTS[fault.id].settles in said(result)  # type: ignore[attr-defined]
