"""Run one check over one fact, as `run_all` does, and hold every finding to the contract."""

from __future__ import annotations

import json
from typing import Any

from sbc_tool.check import Check, run
from sbc_tool.finding import Outcome, Result


def judged(check: Check, fact: Any) -> Result:
    """The result; every finding must fill its message, and be writable as JSON."""
    result = run(check, {check.needs: fact})
    assert not result.reason, result.reason
    assert result.findings, "a check must say what it has seen, also when all is well"
    for finding in result.findings:
        assert finding.text
        json.dumps(dict(finding.evidence))
    return result


def said(result: Result, outcome: Outcome | None = None) -> str:
    """The findings as text, one a line; only those of one outcome, if given."""
    return "\n".join(finding.text for finding in result.findings if outcome in (None, finding.outcome))
