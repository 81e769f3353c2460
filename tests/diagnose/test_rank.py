"""How sure a cause is, and what is asked about it."""

from __future__ import annotations

from pathlib import Path

from sbc_tool.diagnose import faults
from sbc_tool.diagnose.advice import Advice
from sbc_tool.diagnose.audience import Role
from sbc_tool.diagnose.evidence import Evidence
from sbc_tool.diagnose.fault import AskedFault
from sbc_tool.diagnose.rank import Confidence, diagnose

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


def test_the_right_next_contact() -> None:
    """End customers are never sent to Fluxpunkt (product page)."""
    diagnosis = diagnose(LOGIN)
    contacts = {role: Advice(diagnosis, role).contact for role in Role}
    assert "Fluxpunkt" not in contacts[Role.CUSTOMER]
    assert "STARFACE partner" in contacts[Role.CUSTOMER]
    assert "Leuchtturmpartner" in contacts[Role.PARTNER]
    assert "Fluxpunkt" not in contacts[Role.PARTNER]
    assert "Fluxpunkt" in contacts[Role.LIGHTHOUSE]
