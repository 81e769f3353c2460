from __future__ import annotations

from collections.abc import Iterator

from sbc_tool.check import Check
from sbc_tool.finding import Finding, Outcome
from sbc_tool.templating.template_set import TemplateSet


class TemplateVariableUnused(Check):
    """What it finds
      A variable, loop variable, macro or argument that a template sets and never reads. One that begins with `_` is
      meant to be unread.

    Why it matters
      Mostly a typing error in the place that should read it, or a left-over that misleads the next reader.

    Example
      {% set gateway = site.network.wan.gateway %}

    Fix
      Read it, remove it, or let its name begin with `_`.

    Source
      Practice of linters.
    """

    id = "template-variable-unused"
    title = "A template sets what nothing reads"
    remedy = "Read it, remove it, or let its name begin with `_`."
    source = "practice of linters"
    needs = TemplateSet

    def judge(self, fact: TemplateSet) -> Iterator[Finding]:
        for spot in fact.reading.unused:
            yield Finding(Outcome.WARN, "`{name}` is never read", {"name": spot.name}, spot.where)
        if not fact.reading.unused:
            yield Finding(Outcome.PASS, "every variable is read")
