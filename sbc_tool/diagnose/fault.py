"""The contract of faults: what may be wrong, how to tell, and what to do about it."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from typing import ClassVar

from sbc_tool.check import Check
from sbc_tool.diagnose.evidence import Evidence
from sbc_tool.finding import Finding


class Fault(Check):
    """A possible cause. `judge` looks at evidence, and every finding is one observation:

    fail: it is so, seen itself; warn: speaks for it; pass: speaks against it; unknown: not seen, and where to look.
    A fault that nothing speaks for is ranked only where a complaint or a code names it.
    """

    needs = Evidence

    explains: ClassVar[tuple[str, ...]]  # complaints.yaml and codes.yaml name their causes; these are further ones
    settles: ClassVar[str]  # the one observation that would prove it or rule it out
    steps: ClassVar[tuple[str, ...]]  # the fix, in order
    ours: ClassVar[bool] = False  # `deploy` renders what puts it right

    @abstractmethod
    def judge(self, fact: Evidence) -> Iterator[Finding]: ...
