from __future__ import annotations

from collections.abc import Iterator

from sbc_tool.check import Check
from sbc_tool.finding import Finding, Outcome
from sbc_tool.templating.template_set import TemplateSet


class TemplateFileUnused(Check):
    """What it finds
      A file of your templates that is neither trinity/main.j2 nor taken in by a template that is reached from there.

    Why it matters
      A file with another name than the shipped one that it should replace changes nothing, and nobody is told.

    Example
      own/trinity/voip-profiles.j2, where the shipped file is trinity/voip.j2

    Fix
      Name it as the shipped file, or include it in a template that is used.

    Source
      templates/trinity/main.j2, which includes the others.
    """

    id = "template-file-unused"
    title = "A template that nothing takes in"
    remedy = "Name it as the shipped file that it replaces, or include it."
    source = "templates/trinity/main.j2"
    needs = TemplateSet

    def judge(self, fact: TemplateSet) -> Iterator[Finding]:
        for place in fact.idle:
            yield Finding(Outcome.WARN, "nothing takes it in", where=place)
        if not fact.idle:
            yield Finding(Outcome.PASS, "every file is used")
