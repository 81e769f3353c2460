"""Registering at Kamailio and at SIPp's odd registrars, and SIPp registering at the lab's STARFACE."""

from __future__ import annotations

from pathlib import Path

import pytest
from kamailio import kamailio
from sample_site import sample_site
from sipp import answering, calling

from sbc_tool.check import run
from sbc_tool.facts.registration import RegistrationFact, probe
from sbc_tool.finding import Outcome
from sbc_tool.lab.starface import Starface
from sbc_tool.preflight.starface_registration_refused import StarfaceRegistrationRefused
from sbc_tool.world import ConnectTo, World

WORDS = {"user.01": "eins", "user.02": "zw$ei und zwei", "user.03": "drei"}


def asked(port: int, passwords: dict[str, str], transport: str = "udp", timeout: float = 10) -> RegistrationFact:
    there = ConnectTo("10.108.2.100", 5060, "127.0.0.1", port)
    fact = probe(
        sample_site(starface={"transport": transport}), World(Path(), connect_to=(there,), timeout=timeout), passwords
    )
    assert isinstance(fact, RegistrationFact), fact
    return fact


def verdict(fact: RegistrationFact) -> tuple[Outcome, str]:
    result = run(StarfaceRegistrationRefused(), {RegistrationFact: fact})
    return result.outcome, "\n".join(finding.text for finding in result.findings)


@pytest.mark.parametrize("transport", ["udp", "tcp"])
@pytest.mark.parametrize("algorithm", ["MD5", "SHA-256"])
def test_kamailio_takes_us_in_and_keeps_nothing(tmp_path: Path, transport: str, algorithm: str) -> None:
    with kamailio(tmp_path, WORDS, algorithm=algorithm) as port:
        first, second = asked(port, WORDS, transport), asked(port, WORDS, transport)
    for fact in (first, second):  # a second look sees nobody registered: the first left nothing
        assert {(one.code, one.elsewhere, one.left) for one in fact.attempts} == {(200, "", False)}


def test_kamailio_with_250_accounts(tmp_path: Path) -> None:
    words = {f"user.{number:03}": f"word {number}" for number in range(250)}
    with kamailio(tmp_path, words) as port:
        assert verdict(asked(port, words)) == (
            Outcome.PASS,
            "250 of 250 telephones can register at 10.108.2.100:5060 over UDP; registered already: 0",
        )


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_kamailio_that_tells(tmp_path: Path, transport: str) -> None:
    given = WORDS | {"user.02": "falsch", "user.04": "vier"}
    with kamailio(tmp_path, WORDS) as port:
        outcome, text = verdict(asked(port, given, transport))
        for _ in range(2):
            asked(port, {"user.02": "falsch"}, transport)
        locked = verdict(asked(port, {"user.02": WORDS["user.02"]}, transport))
    assert outcome is Outcome.FAIL
    assert "user.02: the STARFACE refuses the password (403 Forbidden (bad auth))" in text
    assert "user.04: the STARFACE has no such telephone (404 Not Found)" in text
    assert "2 of 4 telephones can register" in text
    assert locked == (Outcome.FAIL, "user.02: locked out by the STARFACE (403 Account locked)")


def test_kamailio_that_answers_all_alike(tmp_path: Path) -> None:
    with kamailio(tmp_path, WORDS, tells=False) as port:
        outcome, text = verdict(asked(port, WORDS | {"user.02": "falsch", "user.04": "vier"}))
    assert outcome is Outcome.FAIL
    for account in ("user.02", "user.04"):
        assert f"{account}: wrong password, or no such telephone: the STARFACE answers both with 401" in text


def test_the_sbc_that_is_registered_at_kamailio_stays(tmp_path: Path) -> None:
    """max_contacts is 1 there, as on a STARFACE: a second Contact would be refused or put the first out."""
    with kamailio(tmp_path, WORDS) as port:
        calling(port, tmp_path, "user.01", WORDS["user.01"])
        fact = asked(port, WORDS)
        again = asked(port, WORDS)
    for seen in (fact, again):
        assert seen.attempts[0].accepted
        assert "sip:user.01@127.0.0.1" in seen.attempts[0].elsewhere
        assert seen.attempts[1].elsewhere == ""


def test_kamailio_that_wants_longer_registrations(tmp_path: Path) -> None:
    with kamailio(tmp_path, WORDS, min_expires="300") as port:
        assert verdict(asked(port, WORDS))[0] is Outcome.PASS


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_sipp_registers_at_the_lab(tmp_path: Path, transport: str) -> None:
    """Digest in the lab is not ours alone to believe in."""
    pbx = Starface({"user.01": "eins"}, algorithms=("MD5",))  # SIPp knows no other
    try:
        calling(pbx.port, tmp_path, "user.01", "eins", transport)
        assert len(pbx.registered("user.01")) == 1
        calling(pbx.port, tmp_path, "user.01", "falsch", transport, accepted=False)
        assert len(pbx.taken) == 1
    finally:
        pbx.stop()


@pytest.mark.parametrize(
    ("answer", "outcome", "words"),
    [
        ("SIP/2.0 503 Service Unavailable\nRetry-After: 30", Outcome.FAIL, "the STARFACE answers 503 Service Unav"),
        ("SIP/2.0 301 Moved Permanently\nContact: <sip:elsewhere.example>", Outcome.FAIL, "the STARFACE answers 301"),
        ("SIP/2.0 403 Forbidden", Outcome.FAIL, "blocked before any password was asked"),
        ("SIP/2.0 401 Unauthorized", Outcome.UNKNOWN, "a kind of login that is not known here (401 Unauthorized)"),
        ('SIP/2.0 401 Unauthorized\nWWW-Authenticate: Basic realm="x"', Outcome.UNKNOWN, "a kind of login"),
        ('SIP/2.0 407 Prove It\nProxy-Authenticate: Digest realm="x", nonce="y", qop="auth,auth-int"',
         Outcome.FAIL, "wrong password, or no such telephone: the STARFACE answers both with 407"),
        ("SIP/2.0 100 Trying", Outcome.UNKNOWN, "no answer within 1 s"),
        ("SIP/2.0 699 Beyond", Outcome.FAIL, "the STARFACE answers 699 Beyond"),
    ],
)  # fmt: skip
def test_sipp_with_odd_answers(tmp_path: Path, answer: str, outcome: Outcome, words: str) -> None:
    with answering(tmp_path, answer) as port:
        seen, text = verdict(asked(port, {"user.01": "eins"}, "tcp", 1 if "100" in answer else 10))
    assert seen is outcome, text
    assert words in text
