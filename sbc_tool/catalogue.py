"""Every check of the tool by its id: what `explain` prints and reports take titles and remedies from."""

from __future__ import annotations

from functools import cache

from sbc_tool import lint, preflight, templating
from sbc_tool.check import Check
from sbc_tool.deploy import before, verify
from sbc_tool.diagnose import faults
from sbc_tool.waivers import judge

FOLDERS = {
    "lint": lint.ALL,
    "preflight": preflight.ALL,
    "before": before.ALL,
    "verify": verify.ALL,
    "waivers": judge.ALL,
    "templating": templating.ALL,
    "diagnose": faults.ALL,
}


@cache
def checks() -> dict[str, Check]:
    """A fault that a lint rule or a preflight check finds, too, has its id and its page: that one stands for both."""
    found: dict[str, Check] = {}
    for check in (check for folder in FOLDERS.values() for check in folder):
        found.setdefault(check.id, check)
    return found
