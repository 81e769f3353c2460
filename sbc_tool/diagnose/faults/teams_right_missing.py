from __future__ import annotations

from sbc_tool.diagnose.fault import AskedFault


class TeamsRightMissing(AskedFault):
    """What it finds
      A user without the right "Integration mit Microsoft Teams", and without a Floating-License to draw on.

    Why it matters
      With User-Assigned-Licenses, only users with that right can connect from the app.

    Example
      A new colleague: UCC Premium was assigned, the right was not.

    Fix
      Give the user the right, which takes one User-Assigned-License.

    Source
      Product page of the Teams integration, 'STARFACE User-Assigned-License (UAL)'.
    """

    id = "teams-right-missing"
    title = 'The user lacks the right "Integration mit Microsoft Teams"'
    remedy = 'Give the user the right "Integration mit Microsoft Teams".'
    source = "Product page of the Teams integration, 'STARFACE User-Assigned-License (UAL)'"
    settles = "the user's rights on the STARFACE"
    steps = (
        'Give the user the right "Integration mit Microsoft Teams" on the STARFACE.',
        "If no User-Assigned-License is left, buy one in the Lizenzmanager, or use a Floating-License.",
    )
    side = "pbx"

    question = 'Has the user the right "Integration mit Microsoft Teams", or is a Floating-License free?'
    proof = False
