"""How sure a cause is, and what is asked about it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from sbc_tool.check import NotApplicable, Unknown
from sbc_tool.diagnose import causes, faults, questions
from sbc_tool.diagnose.advice import Advice
from sbc_tool.diagnose.audience import Role
from sbc_tool.diagnose.codes import decode
from sbc_tool.diagnose.evidence import Evidence
from sbc_tool.diagnose.fault import AskedFault
from sbc_tool.diagnose.rank import Confidence, diagnose
from sbc_tool.facts.dns import DnsFact
from sbc_tool.finding import Exit
from sbc_tool.trinity.tree import parse

EXAMPLE = Path(__file__).parent.parent.parent / "examples" / "musterfirma"
ASKED = [fault for fault in faults.ALL if isinstance(fault, AskedFault)]
LOGIN = Evidence(complaints=frozenset({"no-open-connection"}))


def sure(evidence: Evidence) -> dict[str, Confidence]:
    return {cause.fault.id: cause.confidence for cause in diagnose(evidence).causes}


def test_words_alone_make_nothing_certain() -> None:
    for name in ("no-open-connection", "call-does-not-end", "sbc-inactive", "no-audio"):
        assert set(sure(Evidence(complaints=frozenset({name}))).values()) == {Confidence.POSSIBLE}


def test_a_complaint_with_one_known_cause_makes_it_likely_but_not_certain() -> None:
    assert sure(Evidence(complaints=frozenset({"dial-pad-missing"}))) == {"user-not-voice-enabled": Confidence.LIKELY}


@pytest.mark.parametrize("fault", ASKED, ids=lambda fault: fault.id)
def test_an_answer_proves_or_speaks_against(fault: AskedFault) -> None:
    complaint = causes.explained_by(fault.id)[0]
    base = Evidence(complaints=frozenset({complaint.id}))
    proved = sure(questions.answered(base, fault, fault.proof))[fault.id]
    assert proved in (Confidence.CERTAIN, Confidence.LIKELY)
    assert sure(questions.answered(base, fault, not fault.proof))[fault.id] is Confidence.UNLIKELY


def test_what_is_wrong_but_explains_nothing_is_told_beside() -> None:
    text = (EXAMPLE / "rendered.cfg").read_text(encoding="utf-8").replace(" rtp rtcp-multiplexing", "")
    diagnosis = diagnose(replace(LOGIN, config=parse(text, "x.cfg")))
    assert [cause.fault.id for cause in diagnosis.causes] == [cause.fault.id for cause in diagnose(LOGIN).causes]
    assert "rtcp-mux-disabled" in [cause.fault.id for cause in diagnosis.beside]
    assert diagnosis.exit is Exit.UNKNOWN, "what is complained of is not explained"


def test_exit_codes() -> None:
    assert diagnose(LOGIN).exit is Exit.UNKNOWN
    proved = replace(LOGIN, answers={"uci-connector-inactive": False})
    assert diagnose(proved).exit is Exit.NO
    assert diagnose(Evidence(complaints=frozenset({"credentials-asked"}))).exit is Exit.OK, "by design is no fault"
    assert diagnose(Evidence(code=decode("599999"))).exit is Exit.UNKNOWN
    assert diagnose(Evidence()).exit is Exit.UNKNOWN
    assert diagnose(Evidence(facts={DnsFact: Unknown("no answer")})).exit is Exit.UNKNOWN, "not seen is not well"
    assert diagnose(Evidence(facts={DnsFact: NotApplicable("--offline")})).exit is Exit.UNKNOWN


def test_questions_follow_the_ranking_and_end_when_it_is_certain() -> None:
    evidence, asked = LOGIN, []
    while fault := questions.following(evidence):
        asked.append(fault.id)
        evidence = questions.answered(evidence, fault, fault.proof is (fault.id == "starface-name-taken"))
    assert asked == ["module-configuration-inactive", "uci-connector-inactive", "starface-name-taken"]
    assert diagnose(evidence).causes[0].fault.id == "starface-name-taken"


def test_a_question_is_asked_only_where_its_answer_changes_the_ranking() -> None:
    for complaint in ("no-open-connection", "outgoing-calls-fail", "presence-not-synchronised"):
        base = Evidence(complaints=frozenset({complaint}))
        fault = questions.following(base)
        assert fault
        rankings = [sure(questions.answered(base, fault, answer)) for answer in (True, False)]
        assert rankings[0] != rankings[1]
    assert questions.following(Evidence(complaints=frozenset({"call-does-not-end"}))) is None, "nobody can say that"


def test_who_does_not_know_is_not_asked_the_same_again() -> None:
    first = questions.following(LOGIN)
    assert first
    second = questions.following(LOGIN, {first.id})
    assert second
    assert second.id != first.id


def test_the_right_next_contact() -> None:
    """End customers are never sent to Fluxpunkt (product page)."""
    diagnosis = diagnose(LOGIN)
    contacts = {role: Advice(diagnosis, role).contact for role in Role}
    assert "Fluxpunkt" not in contacts[Role.CUSTOMER]
    assert "STARFACE partner" in contacts[Role.CUSTOMER]
    assert "Leuchtturmpartner" in contacts[Role.PARTNER]
    assert "Fluxpunkt" not in contacts[Role.PARTNER]
    assert "Fluxpunkt" in contacts[Role.LIGHTHOUSE]
