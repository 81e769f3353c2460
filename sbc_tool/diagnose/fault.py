"""The contract of faults: what may be wrong, how to tell, and what to do about it."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from typing import ClassVar

from sbc_tool.check import Check, run
from sbc_tool.diagnose.evidence import Evidence
from sbc_tool.diagnose.trace.trace import Trace
from sbc_tool.diagnose.trace.transactions import transactions
from sbc_tool.finding import Finding, Outcome
from sbc_tool.site.model import Site
from sbc_tool.trinity.tree import Config


class Fault(Check):
    """A possible cause. `judge` looks at evidence, and every finding is one observation:

    fail: it is so, seen itself; warn: speaks for it; pass: speaks against it; unknown: could not be seen, and where to
    look; n/a: the evidence at hand has nothing to do with it. A fault that nothing speaks for is ranked only where a
    complaint or a code names it. One that a lint rule or a preflight check finds, too, has that one's id and page.
    """

    needs = Evidence

    explains: ClassVar[tuple[str, ...]] = ()  # complaints.yaml and codes.yaml name their causes; these are further ones
    settles: ClassVar[str]  # the one observation that would prove it or rule it out
    steps: ClassVar[tuple[str, ...]]  # the fix, in order
    ours: ClassVar[bool] = False  # `deploy` renders what puts it right
    side: ClassVar[str] = "sbc"  # who can put it right: sbc, network, tenant, pbx, client, carrier
    by_design: ClassVar[bool] = False  # what is complained of is meant to be so

    @abstractmethod
    def judge(self, fact: Evidence) -> Iterator[Finding]: ...

    def look(self, trace: Trace) -> Iterator[Finding]:  # noqa: ARG002
        """What a trace shows of it; nothing where the trace has nothing to do with it."""
        yield from ()

    def in_trace(self, fact: Evidence) -> Iterator[Finding]:
        """From the trace, or as it was seen in one that stayed elsewhere."""
        if fact.trace is not None:
            yield from self.look(fact.trace)
        elif fact.seen is not None:
            yield from fact.seen.get(self.id, ())


class CheckedFault(Fault):
    """One that a lint rule or a preflight check finds."""

    check: ClassVar[Check]

    def judge(self, fact: Evidence) -> Iterator[Finding]:
        yield from measured(self.check, fact, self.settles)


class AskedFault(Fault):
    """One that only a person can see, on a screen of the STARFACE, of Teams or of the tenant."""

    question: ClassVar[str]  # to be answered with yes or no
    proof: ClassVar[bool]  # the answer that speaks for it; the other one speaks against it
    worth: ClassVar[Outcome] = Outcome.FAIL  # of that answer: warn, where it does not prove it

    def judge(self, fact: Evidence) -> Iterator[Finding]:
        answer = fact.answers.get(self.id)
        if answer is None:
            yield Finding(Outcome.UNKNOWN, "not known; to see it: {settles}", {"settles": self.settles})
        else:
            evidence = {"question": self.question, "answer": "yes" if answer else "no", "said": True}
            yield Finding(self.worth if answer is self.proof else Outcome.PASS, "asked: {question} {answer}", evidence)
        yield from self.measured(fact)
        yield from self.in_trace(fact)

    def measured(self, fact: Evidence) -> Iterator[Finding]:  # noqa: ARG002
        """What site and facts say beside the answer."""
        yield from ()


class TraceFault(Fault):
    """One that a trace shows."""

    def judge(self, fact: Evidence) -> Iterator[Finding]:
        if fact.traced:
            yield from self.in_trace(fact)
        else:
            yield Finding(Outcome.UNKNOWN, "no trace; to see it: {settles}", {"settles": self.settles})

    def in_trace(self, fact: Evidence) -> Iterator[Finding]:
        found = list(super().in_trace(fact))
        yield from found or ([_unseen(fact.trace)] if fact.trace is not None else [])

    @abstractmethod
    def look(self, trace: Trace) -> Iterator[Finding]: ...


class AnswerFault(TraceFault):
    """One whose sign is how a call is refused on the side that faces Microsoft."""

    answers: ClassVar[frozenset[int]]
    by: ClassVar[str]  # "Microsoft" or "the SBC"

    def look(self, trace: Trace) -> Iterator[Finding]:
        for transaction in transactions(trace.teams_legs):
            final, leg = transaction.final, transaction.leg
            if final is None or transaction.request.method not in ("INVITE", "OPTIONS") or leg.sender(final) != self.by:
                continue
            evidence = {
                "who": self.by, "code": final.code, "phrase": final.phrase, "method": final.method,
                "reason": final.header("reason"),
            }  # fmt: skip
            told = "{who} answers {code} {phrase} to {method}"
            refused = final.code in self.answers
            yield Finding(Outcome.WARN if refused else Outcome.PASS, told, evidence, final.where)


class Measured(CheckedFault):
    """A preflight check as a possible cause."""

    how = "preflight SITE"

    def __init__(self, check: Check) -> None:
        own = {name: getattr(check, name) for name in ("id", "title", "remedy", "source", "__doc__")}
        vars(self).update(own, check=check)
        self.settles = f"`sbc-tool {self.how} --only {check.id}`"  # type: ignore[misc]
        self.steps = (check.remedy, f"Look again: `sbc-tool {self.how} --only {check.id}`.")  # type: ignore[misc]
        self.side = "network"  # type: ignore[misc]


class Ruled(Measured):
    """A lint rule as a possible cause: what the site file renders to obeys it."""

    how = "lint FILE"

    def __init__(self, check: Check) -> None:
        super().__init__(check)
        self.ours = True  # type: ignore[misc]
        self.side = "sbc"  # type: ignore[misc]


class InTrace(Check):
    """A fault by what the trace shows of it, and nothing else."""

    needs = Evidence

    def __init__(self, fault: Fault) -> None:
        self._fault = fault
        self.id = fault.id  # type: ignore[misc]

    def judge(self, fact: Evidence) -> Iterator[Finding]:
        return self._fault.in_trace(fact)


def measured(check: Check, evidence: Evidence, settles: str) -> Iterator[Finding]:
    """What a lint rule or a preflight check says of the evidence at hand."""
    own = {Site: evidence.site, Config: evidence.config}
    facts = {**evidence.facts, **{kind: fact for kind, fact in own.items() if fact is not None}}
    if check.needs not in facts:
        yield Finding(Outcome.UNKNOWN, "not measured; to see it: {settles}", {"settles": settles})
        return
    result = run(check, facts)
    yield from result.findings or [Finding(result.outcome, "{reason}", {"reason": result.reason or "nothing found"})]


def _unseen(trace: Trace) -> Finding:
    """Nothing in clear could show it. Where there is TLS, it may be in there."""
    if not trace.encrypted or trace.teams_legs:
        return Finding(Outcome.NA, "nothing in the trace has to do with it")
    count = sum(trace.encrypted.values())
    message = "TLS: {segments} segments, which can't be read here; take the device's own trace of SIP"
    return Finding(Outcome.UNKNOWN, message, {"segments": count})
