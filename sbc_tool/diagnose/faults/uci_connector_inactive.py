from __future__ import annotations

from sbc_tool.diagnose.fault import AskedFault


class UciConnectorInactive(AskedFault):
    """What it finds
      The switch "UCI Connector" in the module configuration is off, or on without effect; only the STARFACE shows
      it.

    Why it matters
      It is what connects the STARFACE to the Cloud Connector. It is off right after the module is activated, and
      sometimes has to be switched again.

    Example
      The module configuration is active, its switch "UCI Connector" is off.

    Fix
      Switch it off and on again.

    Source
      Product page of the Teams integration: 'Deaktivieren und Reaktivieren Sie den Schalter "UCI Connector"'.
    """

    id = "uci-connector-inactive"
    title = "The UCI Connector in the module configuration is not active"
    remedy = 'Switch "UCI Connector" in the module configuration off and on again.'
    source = "Product page of the Teams integration, 'Probleme bei der Anmeldung', second cause"
    settles = 'whether the app connects once "UCI Connector" was switched off and on'
    steps = (
        'Switch "UCI Connector" in the module configuration off and on again (Deaktivieren und Reaktivieren).',
        "Sign in to the app again.",
    )
    side = "pbx"

    question = 'Is the switch "UCI Connector" in the module configuration on?'
    proof = False
