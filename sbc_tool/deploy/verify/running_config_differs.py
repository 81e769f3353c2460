from __future__ import annotations

from collections.abc import Iterator

from sbc_tool.check import Check
from sbc_tool.deploy.verify.facts import Readback
from sbc_tool.finding import Finding, Outcome
from sbc_tool.trinity.diff import Change
from sbc_tool.trinity.grammar import ROOT

_STILL = {
    "add": "still to add: `{line}` in {path}",
    "remove": "still to remove: `{line}` in {path}",
    "replace": "still to replace: `{line}` in {path}",
}


class RunningConfigDiffers(Check):
    """What it finds
      Lines of the plan that the device does not show when its running-config is read over a new connection, although
      it took every one without a word. And, as a warning, lines that somebody else typed meanwhile: they are left
      alone, and saved with ours.

    Why it matters
      A command that is taken and not kept is worse than a refused one: nobody hears of it.

    Example
      `spoofed-contact sbc.example.de` is typed, nothing is said, and `show running-config` does not hold it.

    Fix
      See what the device shows instead; correct the command in trinity/grammar/ and the template.

    Source
      Principle of every deployment tool with read-back (Ansible's "always changed" has the same cause).
    """

    id = "running-config-differs"
    title = "The running-config is not what was pushed"
    remedy = "Compare the named lines with `show running-config`; correct template and the grammar."
    source = "read back over a new connection"
    needs = Readback

    def judge(self, fact: Readback) -> Iterator[Finding]:
        for change in fact.changes:
            yield Finding(Outcome.FAIL, _STILL[change.op], _where(change))
        for change in fact.theirs:
            text = "typed by somebody else meanwhile, and left alone: `{line}` in {path}"
            yield Finding(Outcome.WARN, text, _where(change))
        if not fact.changes:
            yield Finding(Outcome.PASS, "read back on a fresh connection: no difference")


def _where(change: Change) -> dict[str, str]:
    return {"op": change.op, "line": change.line, "path": " / ".join(change.path) or ROOT}
