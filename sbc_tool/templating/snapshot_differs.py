from __future__ import annotations

import difflib
from collections.abc import Iterator

from sbc_tool.check import Check
from sbc_tool.finding import Finding, Outcome, Place
from sbc_tool.templating.facts import Snapshot


class SnapshotDiffers(Check):
    """What it finds
      A rendering that is not what its snapshot says, or that has none.

    Why it matters
      A change of a template shows what it does to every site, before any device sees it.

    Example
      - codec 1 g711alaw64k rx-length 20 tx-length 20
      + codec 1 g711alaw64k rx-length 30 tx-length 30

    Fix
      Look at the difference. If it is what you meant: `sbc-tool templates test --update`, and commit the snapshots.

    Source
      Practice of snapshot tests.
    """

    id = "snapshot-differs"
    title = "The rendering is not what its snapshot says"
    remedy = "Mend the template; or, if that is meant, run it with --update and commit the snapshots."
    source = "practice of snapshot tests"
    needs = Snapshot

    def judge(self, fact: Snapshot) -> Iterator[Finding]:
        if fact.kept is None:
            yield Finding(Outcome.FAIL, "there is no snapshot", where=fact.file)
        elif fact.kept == fact.rendered:
            yield Finding(Outcome.PASS, "as its snapshot", where=fact.file)
        else:
            yield from self._differences(fact, fact.kept)

    def _differences(self, fact: Snapshot, kept: str) -> Iterator[Finding]:
        before, after = kept.splitlines(), fact.rendered.splitlines()
        for op, i, j, k, m in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
            if op != "equal":
                said = "\n".join([*(f"- {line}" for line in before[i:j]), *(f"+ {line}" for line in after[k:m])])
                where = Place(fact.file.file, min(i + 1, len(before)))
                yield Finding(Outcome.FAIL, "{change}", {"change": said}, where)
