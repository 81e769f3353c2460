"""The contract of faults: what may be wrong, how to tell, and what to do about it."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from typing import ClassVar

from sbc_tool.check import Check
from sbc_tool.diagnose.evidence import Evidence
from sbc_tool.diagnose.trace.trace import Trace
from sbc_tool.diagnose.trace.transactions import transactions
from sbc_tool.finding import Finding, Outcome


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

    @abstractmethod
    def judge(self, fact: Evidence) -> Iterator[Finding]: ...


class TraceFault(Fault):
    """One that a trace shows. `look` yields nothing where the trace has nothing to do with it."""

    def judge(self, fact: Evidence) -> Iterator[Finding]:
        if fact.trace is None:
            yield Finding(Outcome.UNKNOWN, "no trace; to see it: {settles}", {"settles": self.settles})
            return
        found = list(self.look(fact.trace))
        yield from found or [_unseen(fact.trace)]

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


def _unseen(trace: Trace) -> Finding:
    """Nothing in clear could show it. Where there is TLS, it may be in there."""
    if not trace.encrypted or trace.teams_legs:
        return Finding(Outcome.NA, "nothing in the trace has to do with it")
    count = sum(trace.encrypted.values())
    message = "TLS: {segments} segments, which can't be read here; take the device's own trace of SIP"
    return Finding(Outcome.UNKNOWN, message, {"segments": count})
