from __future__ import annotations

from collections.abc import Iterator

from sbc_tool.check import Check
from sbc_tool.finding import Finding, Outcome
from sbc_tool.trinity.sides import keepalives
from sbc_tool.trinity.tree import Config

_LEAST, _MOST = 60, 180  # seconds


class OptionsIntervalOutOfRange(Check):
    """What it finds
      `keep-alive options` with less than 60 or more than 180 seconds, in an identity of the Teams gateway.

    Why it matters
      More often than once a minute is against Microsoft's rules; after three minutes without any, calls take
      another way.

    Example
      ```bad
      location-service LS_TEAMS
        identity TEAMS
          registration outbound
            registrar sip.pstnhub.microsoft.com 5061
            keep-alive options 300
      ```

      ```good
      location-service LS_TEAMS
        identity TEAMS
          registration outbound
            registrar sip.pstnhub.microsoft.com 5061
            keep-alive options 60
      ```

    Fix
      60 seconds fit all of Microsoft's limits.

    Source
      Microsoft, direct-routing-connect-the-sbc (2022-11-16), note 5: 60 to 180 s for each proxy.
    """

    id = "options-interval-out-of-range"
    title = "OPTIONS are sent too often or too seldom"
    remedy = "Write `keep-alive options 60`."
    source = "Microsoft, direct-routing-connect-the-sbc, note 5"
    needs = Config

    def judge(self, fact: Config) -> Iterator[Finding]:
        seen = False
        for service in fact.blocks("location-service"):
            for line in keepalives(service):
                seen, seconds = True, int(line.value("seconds") or 0)
                outcome = Outcome.PASS if _LEAST <= seconds <= _MOST else Outcome.FAIL
                message = "`{line}`" if outcome is Outcome.PASS else "`{line}`: not within {least} to {most} s"
                evidence = {"line": line.text, "least": _LEAST, "most": _MOST}
                yield Finding(outcome, message, evidence, fact.place(line))
        if not seen:
            yield Finding(Outcome.NA, "no OPTIONS are sent to Microsoft")
