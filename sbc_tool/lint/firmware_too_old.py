from __future__ import annotations

from collections.abc import Iterator

from sbc_tool.check import Check
from sbc_tool.finding import Finding, Outcome
from sbc_tool.trinity.sides import teams_interfaces
from sbc_tool.trinity.tree import Config


class FirmwareTooOld(Check):
    """What it finds
      `own-certificate` out of pki:own-certificate/, which firmware up to 3.17 had, in a configuration that faces
      Teams.

    Why it matters
      RTCP multiplexing came by 3.18.1, and Microsoft's list names 3.19. Newer firmware finds no certificate
      under the old path, so one of both is wrong.

    Example
      ```bad
      profile tls DEFAULT
        own-certificate 1 pki:own-certificate/SBC
      context cs SWITCH
        interface sip IF_TEAMS
          remote sip.pstnhub.microsoft.com 5061
      ```

      ```good
      profile tls DEFAULT
        own-certificate 1 pki:certificate/SBC
      context cs SWITCH
        interface sip IF_TEAMS
          remote sip.pstnhub.microsoft.com 5061
      ```

    Fix
      Update the device, or correct the path if it is up to date.

    Source
      NV (both paths, for firmware before and after 3.17.2); FLUX: Trinity 3.18.1 or later; Microsoft lists
      3.19.x.
    """

    id = "firmware-too-old"
    title = "A form of firmware that Teams doesn't work with"
    remedy = "Update to Trinity 3.19 or later, and write pki:certificate/NAME."
    source = "Microsoft's list of certified SBCs; wiki.fluxpunkt.de"
    needs = Config

    def judge(self, fact: Config) -> Iterator[Finding]:
        lines = list(fact.blocks("own-certificate")) if teams_interfaces(fact) else []
        if not lines:
            yield Finding(Outcome.NA, "no certificate towards Teams")
        for line in lines:
            old = line.value("certificate").startswith("pki:own-certificate/")
            message = "`{line}`: a path of firmware up to 3.17" if old else "`{line}`"
            yield Finding(Outcome.FAIL if old else Outcome.PASS, message, {"line": line.text}, fact.place(line))
