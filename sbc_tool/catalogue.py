"""Every check of the tool by its id: what `explain` prints and reports take titles and remedies from."""

from __future__ import annotations

from functools import cache

from sbc_tool import lint, preflight, templating
from sbc_tool.check import Check
from sbc_tool.deploy import verify
from sbc_tool.waivers import judge

FOLDERS = {
    "lint": lint.ALL,
    "preflight": preflight.ALL,
    "verify": verify.ALL,
    "waivers": judge.ALL,
    "templating": templating.ALL,
}


@cache
def checks() -> dict[str, Check]:
    return {check.id: check for folder in FOLDERS.values() for check in folder}
