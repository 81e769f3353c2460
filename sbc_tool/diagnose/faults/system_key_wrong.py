from __future__ import annotations

from sbc_tool.diagnose.fault import AskedFault


class SystemKeyWrong(AskedFault):
    """What it finds
      A key in the sign-in window of the app that is not the one that the module configuration shows.

    Why it matters
      Name and key together find the STARFACE. A new key in the module configuration makes the one that users have
      invalid.

    Example
      The key was copied without its last letter, or a new one was made since.

    Fix
      Compare both, or use the key file.

    Source
      Product page of the Teams integration: 'Der Schlüssel zur Anlage ist falsch'; STARFACE's page on the module:
      'Neuen Schlüssel eintragen'.
    """

    id = "system-key-wrong"
    title = "The key of the STARFACE (Schlüssel zur Anlage) in the app is wrong"
    remedy = "Compare the key with the one in the module configuration, or drop the key file into the sign-in window."
    source = "Product page of the Teams integration, 'Probleme bei der Anmeldung', fifth cause"
    settles = "the key in the sign-in window beside the one in the module configuration"
    steps = (
        "Compare the key that was entered with the one that the module configuration shows (Schlüssel zur Anlage).",
        "Or download the key file, and drag and drop it into the sign-in window of the STARFACE Teams app.",
    )
    side = "pbx"

    question = "Is the key that was entered the one that the module configuration shows (Schlüssel zur Anlage)?"
    proof = False
