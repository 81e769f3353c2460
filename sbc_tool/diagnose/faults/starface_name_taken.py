from __future__ import annotations

from collections.abc import Iterator

from sbc_tool.diagnose.evidence import Evidence
from sbc_tool.diagnose.fault import AskedFault
from sbc_tool.diagnose.fault import measured as judged
from sbc_tool.finding import Finding, Outcome
from sbc_tool.preflight.starface_name_duplicate import StarfaceNameDuplicate


class StarfaceNameTaken(AskedFault):
    """What it finds
      A name (Name der Anlage) under which another STARFACE has registered, among the sites given; or a person who
      says so.

    Why it matters
      The Cloud Connector links a name to one installation. A STARFACE that was installed anew without a backup,
      or a second one with the same name, is not connected.

    Example
      starface.meinefirma.de stands in two site files, with two addresses.

    Fix
      After a new installation ask support, or use another name; give each of several STARFACEs a name of its own.

    Source
      Product page of the Teams integration: 'Der eingegebene Hostname ist bereits mit einer anderen STARFACE-
      Installation verknüpft'.
    """

    id = "starface-name-taken"
    title = "The name of the STARFACE is linked to another installation"
    remedy = "Give each STARFACE a name of its own; after a new installation ask support to free the name."
    source = "Product page of the Teams integration, 'Probleme bei der Anmeldung', fourth cause"
    settles = "whether another STARFACE has this name, or this one was installed anew without a backup"
    steps = (
        "Look for the name (Name der Anlage) among all STARFACEs: `sbc-tool diagnose` with all site files.",
        "After a new installation without a backup: ask support to free the name, or use a new name.",
        "Of several STARFACEs, give each a name of its own in its module configuration, and enter it in the app.",
    )
    side = "pbx"

    question = "Was the STARFACE installed anew without its backup, or has another one the same name (Name der Anlage)?"
    proof = True

    def measured(self, fact: Evidence) -> Iterator[Finding]:
        """That none of the sites given has the name says nothing of others'."""
        found = judged(StarfaceNameDuplicate(), fact, self.settles)
        yield from (finding for finding in found if finding.outcome in (Outcome.FAIL, Outcome.WARN))
