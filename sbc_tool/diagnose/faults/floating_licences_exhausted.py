from __future__ import annotations

from sbc_tool.diagnose.fault import AskedFault


class FloatingLicencesExhausted(AskedFault):
    """What it finds
      A pool of Fluxpunkt Floating-Licenses that as many users have drawn from as there are licences.

    Why it matters
      Signing in takes a licence, signing out frees it. With none left the next user cannot sign in to the app;
      calls work.

    Example
      Five Floating-Licenses, five users signed in; the sixth is refused.

    Fix
      Let somebody sign out, or withdraw a licence in the app, which disconnects that user; or order more.

    Source
      Product page of the Teams integration, 'Fluxpunkt Floating-License (FL)'. What the app shows then is not
      documented.
    """

    id = "floating-licences-exhausted"
    title = "All Floating-Licenses are in use"
    remedy = "Free a licence, or order more."
    source = "Product page of the Teams integration, 'Fluxpunkt Floating-License (FL)'"
    settles = (
        'who holds a Floating-License, in the STARFACE Teams app of a user with the right "Administration → Benutzer"'
    )
    steps = (
        'Look in the STARFACE Teams app, as a user with the right "Administration → Benutzer", who holds a '
        "Floating-License.",
        "Withdraw one, which disconnects that user, or order more.",
    )
    side = "pbx"

    question = "Are as many users signed in to the app as there are Floating-Licenses?"
    proof = True
