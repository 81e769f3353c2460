"""What traces of calls with faults look like, and of like calls without."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import wire
from dialogs import ANSWERED, PBX, SBC, SBC_LAN, SECURED, TEAMS, Leg, both, from_teams, speech, to_pbx, to_teams
from scenarios import CRYPTO, MUX

from sbc_tool.finding import Outcome

Made = tuple[list[Leg], list[wire.Frame]]


@dataclass(frozen=True)
class Case:
    """`bad` shows it, with this text and outcome; `good` is a like trace in which all is well."""

    bad: Callable[[], Made]
    text: str
    good: Callable[[], Made]
    outcome: Outcome = Outcome.FAIL


def legs(*made: Leg, media: list[wire.Frame] | None = None) -> Made:
    return list(made), media or []


def well() -> Made:
    """A call from Teams to the STARFACE, with audio in both directions."""
    media = [*both(SBC, TEAMS, 2, 20), *both(SBC_LAN, PBX, 2, 20)]
    return legs(from_teams(), to_pbx(), media=media)


def called() -> Made:
    return legs(to_teams(), media=both(SBC, TEAMS, 2, 20))


def refused(code: int, *, teams: bool = True, phrase: str = "") -> Leg:
    leg = Leg(SBC, TEAMS) if teams else Leg(TEAMS, SBC)
    leg.request(0, "INVITE", body=SECURED).answer(0.1, 100).answer(0.5, code, phrase=phrase)
    return leg.request(0.55, "ACK")


def answered_late(seconds: float, *, trying: bool = True) -> Leg:
    leg = Leg(TEAMS, SBC).request(0, "INVITE", body=ANSWERED)
    if trying:
        leg.answer(0.05, 100)
    leg.answer(seconds, 200, body=SECURED).request(seconds + 0.1, "ACK")
    return leg.request(seconds + 5, "BYE").answer(seconds + 5.1, 200)


def unacknowledged() -> Leg:
    leg = Leg(TEAMS, SBC).request(0, "INVITE", body=ANSWERED).answer(0.1, 100).answer(1, 200, body=SECURED)
    return leg.again(1.5).again(2.5).again(4.5)


def cancelled(*reason: str) -> Leg:
    leg = Leg(SBC, TEAMS).request(0, "INVITE", body=SECURED).answer(0.1, 100).answer(0.4, 180)
    return leg.request(3, "CANCEL", *reason).answer(3.1, 200)


def silent_invite(again: bool = True) -> Leg:
    leg = Leg(SBC_LAN, PBX, called="497123222").request(0.1, "INVITE", body=SBC_LAN.sdp(profile="RTP/AVP"))
    return leg.again(0.6).again(1.6).again(3.6) if again else leg


def transferred(invite_to: str, *lines: str, notify: bool = True, code: int = 202) -> Made:
    target = "sip:+497123224@sip.pstnhub.microsoft.com:5061"
    leg = from_teams(end=30)
    refer = Leg(TEAMS, SBC, call_id=leg.call_id)
    refer._cseq, refer._branches = 10, 10
    refer.request(10, "REFER", f"Refer-To: <{target};x-m=8:orgid:1>", "Referred-By: <sip:+49@x>").answer(10.1, code)
    if notify:
        refer.request(10.2, "NOTIFY", "Event: refer", by=SBC).answer(10.3, 200)
    new = Leg(SBC, TEAMS, called="+497123224").request(10.4, "INVITE", *lines, body=SECURED, to=invite_to)
    new.answer(10.5, 100).answer(11, 200, body=ANSWERED).request(11.1, "ACK")
    return legs(leg, refer, new)


def held(*lines: str, address: str = "123.123.123.123", port: int = 10000) -> Leg:
    leg = Leg(SBC, TEAMS).request(0, "INVITE", body=SECURED).answer(0.1, 100).answer(2, 200, body=ANSWERED)
    leg.request(2.05, "ACK")
    leg.request(
        8,
        "INVITE",
        body=SECURED.replace("123.123.123.123", address).replace("10000", str(port)) + "\n" + "\n".join(lines),
    )
    leg.answer(8.1, 200, body=ANSWERED).request(8.2, "ACK")
    return leg.request(20, "BYE").answer(20.1, 200)


def timed(refresh: int | None, *, lasted: float = 1795.0) -> Leg:
    expires = "Session-Expires: 1800;refresher=uas"
    leg = Leg(TEAMS, SBC).request(0, "INVITE", expires, body=ANSWERED).answer(0.1, 100)
    leg.answer(2, 200, expires, body=SECURED).request(2.1, "ACK")
    if refresh is not None:
        leg.request(900, "UPDATE", expires, by=SBC).answer(900.1, refresh)
    return leg.request(lasted, "BYE").answer(lasted + 0.1, 200)


def early(code: int, *, media: list[wire.Frame], first_180: bool = False, body: str = SECURED) -> Made:
    leg = Leg(TEAMS, SBC).request(0, "INVITE", body=ANSWERED).answer(0.1, 100)
    if first_180:
        leg.answer(0.3, 180)
    leg.answer(0.5, code, body=body).answer(6, 200, body=SECURED).request(6.1, "ACK")
    leg.request(20, "BYE").answer(20.1, 200)
    return legs(leg, media=[*media, *both(SBC, TEAMS, 6.2, 20)])


def looping() -> Made:
    made = []
    for number in range(3):
        leg = Leg(SBC, TEAMS, call_id=f"loop-{number}").request(number * 0.5, "INVITE", body=SECURED)
        made.append(leg.answer(number * 0.5 + 0.1, 100))
    return legs(*made)


def tried_again() -> Made:
    first, second = refused(486), Leg(SBC, TEAMS, call_id="second").request(1.5, "INVITE", body=SECURED)
    return legs(first, second.answer(1.6, 100).answer(2, 486).request(2.1, "ACK"))


def offering(body: str) -> Callable[[], Made]:
    return lambda: legs(to_teams(body))


def lossy(every: int, late: float = 0.0) -> Made:
    packets = [
        (time + (late if n % 2 else 0), data)
        for n, (time, data) in enumerate(speech(TEAMS, SBC, 2, 20))
        if every == 0 or n % every
    ]
    return legs(from_teams(), media=[*packets, *speech(SBC, TEAMS, 2, 20)])


SILENCE = b"\xd5" * 160
UNSAFE = SBC.sdp(MUX, profile="RTP/AVP")
SUITE_32 = CRYPTO.replace("SHA1_80", "SHA1_32")
REFERRED = "Referred-By: <sip:+497123222@sip.pstnhub.microsoft.com>"
LARGE = (
    SECURED
    + "\n"
    + "\n".join(f"a=candidate:{n} 1 UDP 2130706431 123.123.123.123 {10000 + n} typ host" for n in range(22))
)
