from __future__ import annotations

from collections.abc import Iterator

from sbc_tool.diagnose.evidence import Evidence
from sbc_tool.diagnose.fault import AskedFault
from sbc_tool.finding import Finding, Outcome

_SINCE = (9, 0, 0, 9)


class PresenceSyncTwice(AskedFault):
    """What it finds
      A second presence mechanism beside the Teams integration, such as Microsoft Presence Sync of STARFACE 9.

    Why it matters
      Only one may be active: with two, each overwrites what the other has set, and a correct state is not
      guaranteed.

    Example
      STARFACE 9.0.2 with "Microsoft Presence Sync" on, and the Teams app with its presence.

    Fix
      Leave one on, and switch the others off.

    Source
      STARFACE knowledge base, 'Microsoft Presence Sync mit STARFACE realisieren': from 9.0.0.9 on, only one
      mechanism.
    """

    id = "presence-sync-twice"
    title = "Two mechanisms synchronise presence"
    remedy = "Leave one presence mechanism on, and switch the others off."
    source = "STARFACE, 'Microsoft Presence Sync mit STARFACE realisieren'"
    settles = "whether Microsoft Presence Sync, TeamsConnect or another Graph module is active on the STARFACE"
    steps = (
        "Look on the STARFACE for Microsoft Presence Sync (from 9.0.0.9 on), and among the modules for "
        "TeamsConnect and others with Microsoft Graph.",
        "Leave one of them on.",
    )
    side = "pbx"

    question = (
        "Is a second presence mechanism active, such as Microsoft Presence Sync of STARFACE 9, TeamsConnect "
        "or a Graph module?"
    )
    proof = True

    def measured(self, fact: Evidence) -> Iterator[Finding]:
        version = fact.site.starface.version if fact.site else None
        if version and tuple(map(int, version.split("."))) >= _SINCE:
            told = "STARFACE {version} has Microsoft Presence Sync of its own: look whether it is on"
            yield Finding(Outcome.UNKNOWN, told, {"version": version})
