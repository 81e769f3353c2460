from __future__ import annotations

from sbc_tool.diagnose.fault import AskedFault


class ModuleConfigurationInactive(AskedFault):
    """What it finds
      A module configuration of the STARFACE API Connector that is switched off; only the STARFACE shows it.

    Why it matters
      Without it the STARFACE does not register at the Cloud Connector. Users of the app in Teams read "No open
      connection to STARFACE ... with key ...", while calls work.

    Example
      STARFACE, Admin, Module: the configuration of the STARFACE API Connector is not active.

    Fix
      Activate the module configuration, then the UCI Connector in it, which is off right after the activation.

    Source
      Product page of the Teams integration: 'Modulkonfiguration des STARFACE APIs Connector ist nicht aktiv'.
    """

    id = "module-configuration-inactive"
    title = "The module configuration of the STARFACE API Connector is not active"
    remedy = 'Activate the module configuration, then switch on "UCI Connector" in it.'
    source = "Product page of the Teams integration, 'Probleme bei der Anmeldung', first cause"
    settles = "whether the STARFACE shows the module configuration as active"
    steps = (
        "Activate the module configuration (Modulkonfiguration) of the STARFACE API Connector.",
        'Then activate the "UCI Connector" in it: it is off right after the module is activated.',
        "Sign in to the app again.",
    )
    side = "pbx"

    question = "Is the module configuration (Modulkonfiguration) of the STARFACE API Connector active?"
    proof = False
