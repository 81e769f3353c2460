from __future__ import annotations

from sbc_tool.diagnose.fault import AskedFault


class PresenceDndListStale(AskedFault):
    """What it finds
      A list of presence states to be taken over into the STARFACE as DND that has no effect any more.

    Why it matters
      Presence in Teams then no longer reaches the STARFACE: phones ring although the user is in a meeting.

    Example
      Teams says "In a meeting", the STARFACE still shows the user as available.

    Fix
      Two steps, in this order: take all ticks away and set them again; only if that does not help, sign out and
      in.

    Source
      Product page of the Teams integration: 'Probleme bei der Synchronisierung des Präsenzstatus'.
    """

    id = "presence-dnd-list-stale"
    title = "The list of presence states that become DND is stale"
    remedy = "Take all ticks of the list away and set them again; if that does not help, sign the user out and in."
    source = "Product page of the Teams integration, 'Synchronisierung des Präsenzstatus'"
    settles = "whether presence follows once all ticks were taken away and set again"
    steps = (
        "Take away all ticks (Haken) in the list of presence states that are taken over into the STARFACE as "
        "DND; then set those that are wanted again.",
        "If that does not help, sign the user out of the Teams app and in again.",
    )
    side = "pbx"

    question = "Does presence follow again once all ticks of the list were taken away and set again?"
    proof = True
