from __future__ import annotations

from sbc_tool.diagnose.fault import AskedFault


class CredentialsAskedAgain(AskedFault):
    """What it finds
      That users have to enter their STARFACE credentials in the app again from time to time.

    Why it matters
      The credentials are not stored: they are only used for an immediate UCI connection to the STARFACE. This is
      expected, and no fault.

    Example
      After a restart of Teams, the app asks for login and password once more.

    Fix
      Nothing has to be put right. If it happens many times a day, look whether somebody withdraws the floating
      licence of the user, or whether the connection of the STARFACE to the Cloud Connector breaks.

    Source
      Product page of the Teams integration, Compliance: 'Es kann daher von Zeit zu Zeit vorkommen, dass
      Zugangsdaten in Teams erneut eingegeben werden müssen'.
    """

    id = "credentials-asked-again"
    title = "The app asks for the STARFACE credentials now and then: this is by design"
    remedy = "Enter them again; nothing is wrong."
    source = "Product page of the Teams integration, Compliance"
    settles = "whether it happens now and then, and not several times a day"
    steps = (
        "Tell the user that credentials are not stored, and that the app asks for them from time to time.",
        "If it happens several times a day: look who holds the floating licences, and whether the STARFACE "
        "keeps its connection.",
    )
    side = "pbx"
    by_design = True

    question = "Does it happen now and then only, not several times a day?"
    proof = True
