from __future__ import annotations

from collections.abc import Iterator

from sbc_tool.check import Check
from sbc_tool.finding import Finding, Outcome
from sbc_tool.trinity.nameplate import earlier
from sbc_tool.trinity.sides import teams_interfaces
from sbc_tool.trinity.tree import Config

_OLDEST = (3, 18, 1)


class FirmwareTooOld(Check):
    """What it finds
      A configuration that faces Teams, for a device that runs less than Trinity 3.18.1; or a line in it that only
      older releases are known to have, such as a certificate in pki:own-certificate/.

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
      Update the device, or correct the line if it is up to date.

    Source
      NV (both paths, for firmware before and after 3.17.2); FLUX: Trinity 3.18.1 or later; Microsoft: 3.19.x.
      Where the release stands: see firmware-lacks-command.
    """

    id = "firmware-too-old"
    title = "A form of firmware that Teams doesn't work with"
    remedy = "Update to Trinity 3.19 or later, and write pki:certificate/NAME."
    source = "Microsoft's list of certified SBCs; wiki.fluxpunkt.de"
    needs = Config

    def judge(self, fact: Config) -> Iterator[Finding]:
        sbc, release = teams_interfaces(fact), fact.plate.release
        if sbc and release:
            outcome = {True: Outcome.FAIL, False: Outcome.PASS, None: Outcome.UNKNOWN}[earlier(release, _OLDEST)]
            evidence = {"firmware": fact.plate.firmware}
            yield Finding(outcome, "firmware {firmware}; Teams needs 3.18.1 or later", evidence, fact.place(sbc[0]))
        lines = [(node, match.command) for _, node in fact.walk() if (match := node.match) and match.command.bounded]
        for node, command in lines if sbc else ():
            old = command.known_in(_OLDEST) is False
            message = "`{line}`: known up to {until}, and Teams needs 3.18.1" if old else "`{line}`"
            evidence = {"line": node.text, "until": command.until}
            yield Finding(Outcome.FAIL if old else Outcome.PASS, message, evidence, fact.place(node))
        if not sbc or not (lines or release):
            yield Finding(Outcome.NA, "nothing tells the release of a device that faces Teams")
