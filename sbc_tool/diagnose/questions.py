"""Short questions, each asked only because its answer changes the ranking."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from sbc_tool.diagnose.evidence import Evidence
from sbc_tool.diagnose.fault import AskedFault
from sbc_tool.diagnose.rank import Confidence, Diagnosis, diagnose

_Ranking = tuple[tuple[str, Confidence], ...]


def following(evidence: Evidence, passed: Collection[str] = ()) -> AskedFault | None:
    """Whose question to ask next, none of those `passed` over; None when no answer would change anything any more."""
    now = diagnose(evidence)
    if now.first and now.first.confidence is Confidence.CERTAIN:
        return None
    for cause in now.causes:
        fault = cause.fault
        known = fault.id in evidence.answers or fault.id in passed
        if isinstance(fault, AskedFault) and not known and _tells(fault, evidence, now):
            return fault
    return None


def answered(evidence: Evidence, fault: AskedFault, answer: bool) -> Evidence:
    return replace(evidence, answers={**evidence.answers, fault.id: answer})


def _tells(fault: AskedFault, evidence: Evidence, now: Diagnosis) -> bool:
    """Whether yes and no lead to different rankings, and one of them to another than now."""
    yes, no = (_ranking(diagnose(answered(evidence, fault, answer))) for answer in (True, False))
    return yes != no and (yes != _ranking(now) or no != _ranking(now))


def _ranking(diagnosis: Diagnosis) -> _Ranking:
    return tuple((cause.fault.id, cause.confidence) for cause in diagnosis.causes)
