"""Everything that may be a cause, in one id space: faults, lint rules and preflight checks."""

from __future__ import annotations

from functools import cache

from sbc_tool import lint, preflight
from sbc_tool.diagnose import complaints, faults
from sbc_tool.diagnose.codes import every_cause
from sbc_tool.diagnose.complaints import Complaint
from sbc_tool.diagnose.fault import Fault, Measured, Ruled


@cache
def known() -> dict[str, Fault]:
    """By id. A rule or a check that is no fault of its own stands as one: a failing check is proof of its id."""
    found = {fault.id: fault for fault in faults.ALL}
    for check in preflight.ALL:
        found.setdefault(check.id, Measured(check))
    for rule in lint.ALL:
        found.setdefault(rule.id, Ruled(rule))
    return found


@cache
def explained_by(cause: str) -> tuple[Complaint, ...]:
    """The complaints that a cause may be behind."""
    further = known()[cause].explains
    return tuple(one for one in complaints.every().values() if cause in one.causes or one.id in further)


def matters(cause: str) -> bool:
    """Whether it can be behind a complaint or a code at all; a password in clear can't."""
    return bool(explained_by(cause)) or cause in every_cause() or cause in {fault.id for fault in faults.ALL}
