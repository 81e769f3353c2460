"""Evidence -> causes, ranked: how sure each is in words, what speaks for and against it, what would settle it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from sbc_tool.check import Unknown, run
from sbc_tool.diagnose import causes, complaints
from sbc_tool.diagnose.codes import Code, decode
from sbc_tool.diagnose.complaints import Complaint
from sbc_tool.diagnose.evidence import Evidence
from sbc_tool.diagnose.fault import Fault
from sbc_tool.finding import Exit, Finding, Outcome, Result
from sbc_tool.site.model import Site

_NO_ERROR = (401, 407, 487)  # final answers that belong to calls in order


class Confidence(StrEnum):
    """How sure a cause is, the surest first."""

    CERTAIN = "certain"  # it was seen itself, and explains what is complained of
    LIKELY = "likely"  # something speaks for it, nothing against it; or nothing else is known to cause this
    POSSIBLE = "possible"  # a complaint or a code names it, and nothing was seen; or signs contradict each other
    UNLIKELY = "unlikely"  # something speaks against it
    EXCLUDED = "excluded"  # it was looked at, and is not so


_SURE = (Confidence.CERTAIN, Confidence.LIKELY)
_OUTCOME = {
    Confidence.CERTAIN: Outcome.FAIL, Confidence.LIKELY: Outcome.WARN, Confidence.POSSIBLE: Outcome.UNKNOWN,
    Confidence.UNLIKELY: Outcome.PASS, Confidence.EXCLUDED: Outcome.PASS,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cause:
    """`named`: who suspects it, complaints and codes, each with its place in their list from 1."""

    fault: Fault
    confidence: Confidence
    findings: tuple[Finding, ...]
    named: tuple[tuple[str, int], ...] = ()

    def said(self, *outcomes: Outcome) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.outcome in outcomes)

    @property
    def speaks_for(self) -> tuple[Finding, ...]:
        return self.said(Outcome.FAIL, Outcome.WARN)

    @property
    def speaks_against(self) -> tuple[Finding, ...]:
        return self.said(Outcome.PASS)

    @property
    def unseen(self) -> tuple[Finding, ...]:
        return self.said(Outcome.UNKNOWN)

    @property
    def result(self) -> Result:
        return Result(self.fault.id, _OUTCOME[self.confidence], self.findings, str(self.confidence))


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """`causes` from the likeliest on; `beside` is wrong, too, but does not explain what is complained of."""

    complaints: tuple[Complaint, ...]
    codes: tuple[Code, ...]
    causes: tuple[Cause, ...]
    beside: tuple[Cause, ...] = ()
    looked: bool = False  # there was more to judge by than words

    @property
    def first(self) -> Cause | None:
        return self.causes[0] if self.causes else None

    @property
    def found(self) -> bool:
        """Whether there is a cause to act upon."""
        return self.first is not None and self.first.confidence in _SURE

    @property
    def settles(self) -> str:
        """The one observation that would settle it; empty where nothing is open."""
        first = self.first
        return first.fault.settles if first and first.confidence in (Confidence.LIKELY, Confidence.POSSIBLE) else ""

    @property
    def exit(self) -> Exit:
        """1: there is a cause; 0: nothing is wrong, or it is meant to be so; 3: it could not be found out."""
        if self.found:
            return Exit.OK if self.first and self.first.fault.by_design else Exit.NO
        asked = bool(self.complaints or self.codes or self.causes)
        return Exit.UNKNOWN if asked or not self.looked else Exit.NO if self.beside else Exit.OK


def diagnose(evidence: Evidence) -> Diagnosis:
    """All causes that the evidence speaks for, or that a complaint or a code names."""
    told = tuple(one for one in complaints.every().values() if one.id in evidence.complaints)
    codes = tuple(_codes(evidence))
    lists = _Lists(tuple((one.id, one.causes) for one in told) + tuple((code.text, code.causes) for code in codes))
    judged = [cause for fault in causes.known().values() if (cause := _judged(fault, evidence, lists))]
    ranked = sorted((cause for cause in judged if lists.relevant(cause)), key=_order)
    beside = (cause for cause in judged if cause.confidence is Confidence.CERTAIN and not lists.relevant(cause))
    return Diagnosis(told, codes, tuple(ranked), tuple(beside), _looked(evidence))


def _looked(evidence: Evidence) -> bool:
    """Facts alone count when all of them could be had: what could not be seen must not pass for nothing wrong."""
    measured = any(evidence.fact(kind) is not None for kind in evidence.facts if kind is not Site)
    missing = any(isinstance(fact, Unknown) for fact in evidence.facts.values())
    return bool(evidence.config or evidence.traced or evidence.answers or (measured and not missing))


@dataclass(frozen=True, slots=True)
class _Lists:
    """What is complained of, and the causes that it names."""

    lists: tuple[tuple[str, tuple[str, ...]], ...]

    def naming(self, fault: Fault) -> Iterator[tuple[str, int]]:
        for name, suspects in self.lists:
            if fault.id in suspects:
                yield name, suspects.index(fault.id) + 1
            elif name in fault.explains:
                yield name, len(suspects) + 1

    def only(self, fault: Fault) -> bool:
        """Whether something is complained of that has no other known cause."""
        return any(suspects == (fault.id,) for _, suspects in self.lists)

    def relevant(self, cause: Cause) -> bool:
        """Without any complaint, whatever may cause one."""
        return bool(cause.named if self.lists else causes.matters(cause.fault.id))


def _judged(fault: Fault, evidence: Evidence, lists: _Lists) -> Cause | None:
    """None for one that nobody suspects, and nothing speaks for."""
    findings, named = run(fault, {Evidence: evidence}).findings, tuple(lists.naming(fault))
    seen = {finding.outcome for finding in findings}
    if Outcome.FAIL in seen:
        return Cause(fault, Confidence.CERTAIN, findings, named)
    if Outcome.WARN in seen:
        sure = named and Outcome.PASS not in seen
        return Cause(fault, Confidence.LIKELY if sure else Confidence.POSSIBLE, findings, named)
    if not named:
        return None
    if Outcome.PASS in seen:
        by_hearsay = any(finding.evidence.get("said") for finding in findings)
        doubtful = by_hearsay or Outcome.UNKNOWN in seen
        return Cause(fault, Confidence.UNLIKELY if doubtful else Confidence.EXCLUDED, findings, named)
    nothing_else = lists.only(fault) and Outcome.NA not in seen
    return Cause(fault, Confidence.LIKELY if nothing_else else Confidence.POSSIBLE, findings, named)


def _order(cause: Cause) -> tuple[int, int, int]:
    """The surest first; then what most suspect, and suspect first."""
    place = min((place for _, place in cause.named), default=0)
    return tuple(Confidence).index(cause.confidence), -len(cause.named), place


def _codes(evidence: Evidence) -> Iterator[Code]:
    """The one that was given, and those that the trace shows on the side that faces Microsoft."""
    given = evidence.code
    if given:
        yield given
    for text in refusals(evidence):
        code = decode(text)
        if not given or code.sip != given.sip:
            yield code


def refusals(evidence: Evidence) -> tuple[str, ...]:
    """Final answers in the trace that refuse, each once; those of the SBC as Microsoft would note them."""
    found = list(evidence.seen_codes)
    for leg in evidence.trace.teams_legs if evidence.trace else ():
        final = leg.final() or leg.final("OPTIONS")
        if final and final.code >= 400 and final.code not in _NO_ERROR:
            found.append(str(final.code) if leg.from_teams(final) else f"560{final.code}")
    return tuple(dict.fromkeys(found))
