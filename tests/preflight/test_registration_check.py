"""What is said of each answer of a registrar."""

from __future__ import annotations

import pytest
from judged import judged, said

from sbc_tool.facts.registration import Attempt, RegistrationFact
from sbc_tool.finding import Outcome, Result
from sbc_tool.preflight.starface_registration_refused import StarfaceRegistrationRefused

GOOD = Attempt("user.01", 200, "OK", challenged=True)


def of(*attempts: Attempt, stranger: Attempt | None = None) -> Result:
    return judged(StarfaceRegistrationRefused(), RegistrationFact("10.1.2.3:5060", "udp", attempts, stranger))


def test_all_well() -> None:
    result = of(GOOD, Attempt("user.02", 200, "OK", elsewhere="<sip:user.02@192.168.1.1>"))
    assert result.outcome is Outcome.PASS
    assert said(result) == "2 of 2 telephones can register at 10.1.2.3:5060 over UDP; registered already: 1"


def nobody(code: int) -> Attempt:
    return Attempt("nobody-1", code, "No", challenged=code != 404)


@pytest.mark.parametrize(
    ("attempt", "stranger", "words"),
    [
        (Attempt("u", 401, "Unauthorized", True), nobody(404), "u: the STARFACE refuses the password (401 Unauth"),
        (Attempt("u", 403, "Forbidden", True), nobody(401), "u: the STARFACE refuses the password (403 Forbidden)"),
        (Attempt("u", 401, "No", True), nobody(401), "wrong password, or no such telephone: the STARFACE answers both"),
        (Attempt("u", 401, "No", True), None, "u: wrong password, or no such telephone (401 No)"),
        (Attempt("u", 401, "No", True), nobody(0), "u: wrong password, or no such telephone (401 No)"),
        (Attempt("u", 404, "Not Found"), None, "u: the STARFACE has no such telephone (404 Not Found)"),
        (Attempt("u", 403, "Forbidden"), None, "u: blocked before any password was asked (403 Forbidden)"),
        (Attempt("u", 403, "Account locked"), None, "u: locked out by the STARFACE (403 Account locked)"),
        (Attempt("u", 403, "Too many tries", True), nobody(404), "u: locked out by the STARFACE"),
        (Attempt("u", 429, "Slow down"), None, "u: locked out by the STARFACE (429 Slow down)"),
        (Attempt("u", 403, "No", True, "600"), nobody(404), "u: locked out by the STARFACE (403 No)"),
        (Attempt("u", 503, "Service Unavailable"), None, "u: the STARFACE answers 503 Service Unavailable"),
    ],
)
def test_refusals_are_told_apart(attempt: Attempt, stranger: Attempt | None, words: str) -> None:
    result = of(GOOD, attempt, stranger=stranger)
    assert result.outcome is Outcome.FAIL
    assert words in said(result, Outcome.FAIL)
    assert "1 of 2 telephones" in said(result, Outcome.PASS)


def test_every_user_is_named() -> None:
    result = of(*(Attempt(f"user.{number:03}", 404, "Not Found") for number in range(250)))
    assert len(result.findings) == 250
    assert {str(finding.evidence["account"]) for finding in result.findings} == {f"user.{n:03}" for n in range(250)}


def test_silence_is_unknown() -> None:
    silent = Attempt("user.02", error="no answer within 5 s")
    assert said(of(silent)) == "user.02: no answer within 5 s"
    assert of(silent).outcome is Outcome.UNKNOWN
    result = of(GOOD, silent)
    assert result.outcome is Outcome.UNKNOWN
    assert "this computer may be locked out" in said(result, Outcome.UNKNOWN)


def test_a_login_that_is_not_known_is_unknown() -> None:
    result = of(Attempt("u", 401, "No", True, error="it asks for a kind of login that is not known here"))
    assert result.outcome is Outcome.UNKNOWN


def test_one_that_is_left_is_a_warning() -> None:
    result = of(Attempt("user.01", 200, "OK", left=True))
    assert result.outcome is Outcome.WARN
    assert said(result, Outcome.WARN) == "user.01: registered, but not unregistered again; it runs out within a minute"


def test_nothing_listens() -> None:
    result = judged(StarfaceRegistrationRefused(), RegistrationFact("10.1.2.3:5060", "tcp", closed=True))
    assert (result.outcome, said(result)) == (Outcome.FAIL, "nothing listens for SIP at 10.1.2.3:5060 over TCP")
