from __future__ import annotations

from sbc_tool.diagnose.fault import AskedFault


class AcsNameShared(AskedFault):
    """What it finds
      The SBC's name as a trunk of Azure Communication Services beside the one of Teams; only Azure shows it.

    Why it matters
      Microsoft then looks for the called user in the wrong place, and answers 480: no callee endpoints were
      found.

    Example
      sbc.meinefirma.de stands in Get-CsOnlinePSTNGateway and in the direct routing of an ACS resource.

    Fix
      Give each a name of its own.

    Source
      Microsoft, direct-routing-plan (2024-06-17); docs issue 9021 (2022-06-21).
    """

    id = "acs-name-shared"
    title = "The SBC's name is used in Azure Communication Services, too"
    remedy = "Use another name in Azure Communication Services."
    source = "Microsoft, direct-routing-plan"
    settles = "the trunks of direct routing in Azure Communication Services"
    steps = (
        "Look for the name in the direct routing of Azure Communication Services.",
        "Give Teams and Azure Communication Services a name each.",
    )
    side = "tenant"

    question = "Is the SBC's name in use in Azure Communication Services, too?"
    proof = True
