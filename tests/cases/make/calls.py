"""The calls of the case library: one function a case, named as its folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import dialogs
import wire
from dialogs import ANSWERED, from_teams
from steps import CRYPTO, CRYPTO_32, GOOD, MUX, SBC, TEAMS, Party, Side
from trace_cases import looping, timed

Talk = tuple[Side, Side]
_PSTN, _USER = "+4930123456", "+497123222"
_OFFER, _ANSWER = SBC.sdp(*GOOD), TEAMS.sdp(*GOOD, port=50000)


def _talk(one: Party, other: Party, caller: str = _PSTN, called: str = _USER) -> Talk:
    return (
        Side(one, other, calls=True, caller=caller, called=called),
        Side(other, one, calls=False, caller=caller, called=called),
    )


def answered(
    offer: str = _OFFER, answer: str = _ANSWER, *, teams_calls: bool = False, lines: tuple[str, ...] = ()
) -> Talk:
    """A whole call: INVITE, ringing, 200, ACK, BYE by the caller."""
    caller, callee = _talk(TEAMS, SBC, _USER, _PSTN) if teams_calls else _talk(SBC, TEAMS)
    caller.invite(offer, *lines).expect(200, 100, 180).request("ACK", again=False).pause(300)
    caller.request("BYE").expect(200)
    callee.expect("INVITE").answer(100, "Trying").answer(180, "Ringing").answer(200, "OK", body=answer, again=True)
    callee.expect("ACK").expect("BYE").answer(200, "OK")
    return caller, callee


def refused(code: int, phrase: str, offer: str = _OFFER, *lines: str, **how: str) -> Talk:
    """The SBC calls, Microsoft refuses. `contact` of the SBC, `called` number, `reason` of Microsoft."""
    caller, callee = _talk(SBC, TEAMS, called=how.get("called", _USER))
    reason = (how["reason"],) if "reason" in how else ()
    caller.invite(offer, *lines, contact=how.get("contact", "")).expect(code, 100).request("ACK", again=False)
    callee.expect("INVITE").answer(100, "Trying").answer(code, phrase, *reason, again=True).expect("ACK")
    return caller, callee


def refused_by_sbc(code: int, phrase: str, *lines: str, invite: tuple[str, ...] = ()) -> Talk:
    caller, callee = _talk(TEAMS, SBC, _USER, _PSTN)
    caller.invite(_ANSWER, *invite).expect(code, 100).request("ACK", again=False)
    callee.expect("INVITE").answer(100, "Trying").answer(code, phrase, *lines, again=True).expect("ACK")
    return caller, callee


def bye_unanswered() -> Talk:
    """The SBC hangs up; Microsoft does not answer its BYE."""
    caller, callee = _talk(SBC, TEAMS)
    caller.invite(_OFFER).expect(200, 100, 180).request("ACK", again=False).pause(200)
    caller.request("BYE", again=False).pause(500).repeat(2).pause(1000).repeat(4).pause(2000)
    callee.expect("INVITE").answer(180, "Ringing").answer(200, "OK", body=_ANSWER, again=True).expect("ACK")
    callee.expect("BYE").pause(3500)
    return caller, callee


def not_acknowledged() -> Talk:
    """Microsoft calls, the SBC takes it; Microsoft's ACK never comes."""
    caller, callee = _talk(TEAMS, SBC, _USER, _PSTN)
    caller.invite(_ANSWER).expect(200, 100, 180).pause(4200)
    callee.expect("INVITE").answer(180, "Ringing")
    for wait in (500, 1000, 2000, 500):
        callee.answer(200, "OK", body=_OFFER).pause(wait)
    return caller, callee


def ended_at_once() -> Talk:
    """Teams takes the call, and ends it in the same moment."""
    caller, callee = _talk(SBC, TEAMS)
    caller.invite(_OFFER).expect(200, 100, 180).request("ACK", again=False).expect("BYE").answer(200, "OK")
    callee.expect("INVITE").answer(180, "Ringing").pause(300).answer(200, "OK", body=_ANSWER, again=True).expect("ACK")
    callee.request("BYE").expect(200)
    return caller, callee


def declined() -> Talk:
    return refused(603, "Decline")


def again(second: str) -> Talk:
    """A call, and a re-INVITE of the SBC with another description."""
    caller, callee = _talk(SBC, TEAMS)
    caller.invite(_OFFER).expect(200, 100, 180).request("ACK", again=False).pause(200)
    caller.request("INVITE", body=second).expect(200, 100).request("ACK", again=False).pause(200)
    caller.request("BYE").expect(200)
    callee.expect("INVITE").answer(180, "Ringing").answer(200, "OK", body=_ANSWER, again=True).expect("ACK")
    callee.expect("INVITE").answer(200, "OK", body=_ANSWER, again=True).expect("ACK")
    callee.expect("BYE").answer(200, "OK")
    return caller, callee


def early_silence() -> Talk:
    caller, callee = _talk(TEAMS, SBC, _USER, _PSTN)
    caller.invite(_ANSWER).expect(200, 100, 180, 183).request("ACK", again=False).pause(200)
    caller.request("BYE").expect(200)
    callee.expect("INVITE").answer(100, "Trying").answer(180, "Ringing").pause(200)
    callee.answer(183, "Session Progress", body=_OFFER).pause(800).answer(200, "OK", body=_OFFER, again=True)
    callee.expect("ACK").expect("BYE").answer(200, "OK")
    return caller, callee


def transfer_refused() -> Talk:
    """Microsoft asks for a transfer; the SBC doesn't know REFER."""
    caller, callee = _talk(TEAMS, SBC, _USER, _PSTN)
    caller.invite(_ANSWER).expect(200, 100, 180).request("ACK", again=False).pause(200)
    caller.request("REFER", "Refer-To: <sip:+497123224@sip.pstnhub.microsoft.com:5061;x-m=8:orgid:1>").expect(501)
    caller.request("BYE").expect(200)
    callee.expect("INVITE").answer(180, "Ringing").answer(200, "OK", body=_OFFER, again=True).expect("ACK")
    callee.expect("REFER").answer(501, "Not Implemented").expect("BYE").answer(200, "OK")
    return caller, callee


def cancelled() -> Talk:
    """Another phone took the call; the SBC cancels without saying so."""
    caller, callee = _talk(SBC, TEAMS)
    caller.invite(_OFFER).expect(180, 100).pause(300).request("CANCEL").expect(200)
    caller.expect(487).request("ACK", again=False)
    callee.expect("INVITE").answer(180, "Ringing").expect("CANCEL").answer(200, "OK")
    callee.answer(487, "Request Terminated").expect("ACK")
    return caller, callee


def late() -> Talk:
    caller, callee = _talk(TEAMS, SBC, _USER, _PSTN)
    caller.invite(_ANSWER).expect(200, 100, 180).request("ACK", again=False).pause(200)
    caller.request("BYE").expect(200)
    callee.expect("INVITE").answer(100, "Trying").pause(11000).answer(200, "OK", body=_OFFER, again=True)
    callee.expect("ACK").expect("BYE").answer(200, "OK")
    return caller, callee


def trying_missing() -> Talk:
    caller, callee = _talk(TEAMS, SBC, _USER, _PSTN)
    caller.invite(_ANSWER).expect(200, 180).request("ACK", again=False).pause(200).request("BYE").expect(200)
    callee.expect("INVITE").pause(4300).answer(200, "OK", body=_OFFER, again=True)
    callee.expect("ACK").expect("BYE").answer(200, "OK")
    return caller, callee


def options_refused() -> Talk:
    """The SBC's OPTIONS name its address; Microsoft refuses them."""
    caller, callee = _talk(SBC, TEAMS)
    caller._contact = "<sip:123.123.123.123:5061;transport=tls>"
    caller.request("OPTIONS").expect(403)
    callee.expect("OPTIONS").answer(403, "Forbidden")
    return caller, callee


def losing(every: int) -> list[wire.Frame]:
    """Audio from Microsoft of which every so many packets are missing."""
    said = dialogs.speech(dialogs.TEAMS, dialogs.SBC, 2, 7)
    return [frame for number, frame in enumerate(said) if number % every]


def _reachable(caller: Side, callee: Side) -> Talk:
    """With addresses in Contact, which the proxy in between can send to."""
    for side in (caller, callee):
        for at, step in enumerate(side._steps):
            side._steps[at] = step.replace(side._contact, "<sip:one@[local_ip]:[local_port]>")
    return caller, callee


CALLS: dict[str, Callable[[], Talk]] = {
    "hang-up-offer-without-mux": lambda: answered(SBC.sdp(CRYPTO)),
    "hang-up-answer-without-mux": lambda: answered(_ANSWER, SBC.sdp(CRYPTO), teams_calls=True),
    "hang-up-bye-unanswered": bye_unanswered,
    "488-without-srtp": lambda: refused(488, "Not Acceptable Here", SBC.sdp(profile="RTP/AVP")),
    "488-wrong-suite": lambda: refused(488, "Not Acceptable Here", SBC.sdp(CRYPTO_32, MUX)),
    "488-no-common-codec": lambda: refused(
        488, "Not Acceptable Here",
        SBC.sdp(*GOOD, types="97 101", maps=("a=rtpmap:97 iLBC/8000", "a=rtpmap:101 telephone-event/8000")),
    ),
    "488-payload-type-twice": lambda: refused(488, "Not Acceptable Here", SBC.sdp(*GOOD, "a=rtpmap:101 SILK/16000")),
    "403-contact-is-an-address": lambda: refused(403, "Forbidden", contact=f"<sip:{_PSTN}@123.123.123.123:5061>"),
    "403-gateway-unknown": lambda: refused(403, "Forbidden"),
    "404-number-without-plus": lambda: refused(404, "Not Found", called="07123222"),
    "404-number-not-assigned": lambda: refused(404, "Not Found"),
    "480-not-signed-in": lambda: refused(480, "Temporarily Unavailable"),
    "sbc-refuses-caller": lambda: refused_by_sbc(403, "Forbidden"),
    "sbc-overloaded": lambda: refused_by_sbc(503, "Service Unavailable"),
    "420-replaces": lambda: refused_by_sbc(
        420, "Bad Extension", "Unsupported: replaces",
        invite=("Require: replaces", "Replaces: 1@microsoft;to-tag=b;from-tag=a"),
    ),
    "drop-4s-no-ack": not_acknowledged,
    "drop-4s-no-trying": trying_missing,
    "one-way-private-address": lambda: answered(_OFFER.replace("123.123.123.123", "192.168.1.1")),
    "answering-ends-the-call": ended_at_once,
    "answering-is-declined": declined,
    "hold-sendonly": lambda: again(SBC.sdp(*GOOD, "a=sendonly")),
    "hold-address-zero": lambda: again(_OFFER.replace("c=IN IP4 123.123.123.123", "c=IN IP4 0.0.0.0")),
    "transfer-moves-audio": lambda: again(SBC.sdp(*GOOD, port=10042)),
    "transfer-refer-refused": transfer_refused,
    "transfer-replaces-from-sbc": lambda: refused(
        403, "Forbidden", _OFFER, "Replaces: 1@starface;to-tag=b;from-tag=a"
    ),
    "ringback-183-silent": early_silence,
    "caller-id-differs": lambda: answered(lines=("P-Asserted-Identity: <sip:+49711230@sbc.meinefirma.de>",)),
    "missed-call-cancel": cancelled,
    "rings-too-late": late,
    "invite-without-offer": lambda: answered(""),
    "keys-without-events": lambda: answered(
        SBC.sdp(*GOOD, types="8", maps=("a=rtpmap:8 PCMA/8000",)),
        TEAMS.sdp(*GOOD, types="8", maps=("a=rtpmap:8 PCMA/8000",), port=50000),
    ),
    "options-contact-is-an-address": options_refused,
}  # fmt: skip

# with Kamailio between both ends, which hides the Call-ID: two legs, as at a real SBC
THROUGH: dict[str, Callable[[], Talk]] = {
    "kamailio-without-mux": lambda: _reachable(*answered(SBC.sdp(CRYPTO))),
    "kamailio-without-srtp": lambda: _reachable(*answered(SBC.sdp(MUX, profile="RTP/AVP"))),
    "kamailio-all-in-order": lambda: _reachable(*answered()),
}


def _written(*legs: dialogs.Leg, media: list[wire.Frame] | None = None) -> Callable[[Path], None]:
    frames = [frame for leg in legs for frame in leg.frames()] + (media or [])
    return lambda file: file.write_bytes(wire.pcap(sorted(frames, key=lambda frame: frame[0]))) and None


def _silent_starface() -> tuple[dialogs.Leg, dialogs.Leg]:
    teams = dialogs.Leg(dialogs.TEAMS, dialogs.SBC).request(0, "INVITE", body=ANSWERED).answer(0.05, 100)
    teams.answer(32, 408).request(32.1, "ACK")
    pbx = dialogs.Leg(dialogs.SBC_LAN, dialogs.PBX, called="497123222")
    pbx.request(0.1, "INVITE", body=dialogs.SBC_LAN.sdp(profile="RTP/AVP"))
    return teams, pbx.again(0.6).again(1.6).again(3.6).again(7.6).again(15.6)


def _starface_refuses() -> tuple[dialogs.Leg, dialogs.Leg]:
    teams = dialogs.Leg(dialogs.TEAMS, dialogs.SBC).request(0, "INVITE", body=ANSWERED).answer(0.05, 100)
    teams.answer(0.5, 403).request(0.6, "ACK")
    pbx = dialogs.Leg(dialogs.SBC_LAN, dialogs.PBX, called="497123222")
    pbx.request(0.1, "INVITE", body=dialogs.SBC_LAN.sdp(profile="RTP/AVP")).answer(0.2, 100)
    return teams, pbx.answer(0.4, 403).request(0.45, "ACK")


# what would take too long, or need media or an address that loopback has not
WRITTEN: dict[str, Callable[[Path], None]] = {
    "drop-minutes-no-refresh": _written(timed(None)),
    "drop-minutes-refresh-refused": _written(timed(481, lasted=901)),
    "one-way-rtp": _written(from_teams(end=6), media=dialogs.speech(dialogs.SBC, dialogs.TEAMS, 2, 4)),
    "quality-loss": _written(from_teams(end=8), media=losing(20)),
    "forwarding-loop": _written(*looping()[0]),
    "starface-does-not-answer": _written(*_silent_starface()),
    "starface-refuses": _written(*_starface_refuses()),
}
