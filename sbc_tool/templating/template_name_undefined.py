from __future__ import annotations

from collections.abc import Iterator

from sbc_tool.check import Check
from sbc_tool.finding import Finding, Outcome
from sbc_tool.templating.template_set import TemplateSet


class TemplateNameUndefined(Check):
    """What it finds
      A variable or key in a template that doesn't exist, also in a branch that no site takes today.

    Why it matters
      Rendering stops there on the day when a site takes that branch: in the middle of somebody's change.

    Example
      {% if site.starface.transport == "tcp" %}{{ site.starface.adress }}{% endif %}

    Fix
      Write the name that is suggested; `sbc-tool schema site` lists the keys. What may be missing: `is defined`.

    Source
      The site file's model, sbc_tool/site/model.py.
    """

    id = "template-name-undefined"
    title = "A template reads what does not exist"
    remedy = "Correct the name; `sbc-tool schema site` lists the keys of a site."
    source = "sbc_tool/site/model.py"
    needs = TemplateSet

    def judge(self, fact: TemplateSet) -> Iterator[Finding]:
        for spot in fact.reading.undefined:
            message = "`{name}` does not exist; did you mean `{near}`?" if spot.near else "`{name}` does not exist"
            yield Finding(Outcome.FAIL, message, {"name": spot.name, "near": spot.near}, spot.where)
        if not fact.reading.undefined:
            keys = len(fact.reading.reads)
            yield Finding(Outcome.PASS, "every name is known; {keys} keys are read", {"keys": keys})
