from __future__ import annotations

from collections.abc import Iterator

from sbc_tool.check import Check
from sbc_tool.finding import Finding, Outcome
from sbc_tool.templating.facts import KeysRead


class SiteKeyForgotten(Check):
    """What it finds
      A key that a site file sets, that the shipped templates put into the configuration, and that yours never read.
      Keys that no template reads at all, ours included, are named beside it: those are for the tool itself.

    Why it matters
      Whoever writes the key expects it to do something.

    Example
      starface.transport: tcp in the site file, and a template that leaves the transport to the device.

    Fix
      Read the key in the template; or take it out of the site file, if it has a default that is right.

    Source
      The shipped templates, templates/trinity.
    """

    id = "site-key-forgotten"
    title = "A site says what the templates don't hear"
    remedy = "Read the key in a template, or take it out of the site file."
    source = "templates/trinity"
    needs = KeysRead

    def judge(self, fact: KeysRead) -> Iterator[Finding]:
        for key in fact.forgotten:
            yield Finding(Outcome.WARN, "`{key}` is set, and no template reads it", {"key": key}, fact.site)
        if not fact.forgotten:
            said = "for the tool, and in no template: {keys}" if fact.unread else "every key is read"
            yield Finding(Outcome.PASS, said, {"keys": ", ".join(fact.unread)}, fact.site)
