from __future__ import annotations

from collections.abc import Iterator

from sbc_tool.check import Check
from sbc_tool.finding import Finding, Outcome
from sbc_tool.trinity.tree import Config

_OUTCOMES = {True: Outcome.PASS, False: Outcome.WARN, None: Outcome.UNKNOWN}


class FirmwareLacksCommand(Check):
    """What it finds
      A line that is known from later releases than the one that the device runs, or from earlier ones only.

    Why it matters
      The device may refuse the line, and a deploy stops there.

    Example
      ```bad
      sbc#show system
        Software Version:  3.17.2
      sbc#show running-config
      profile voip PF_TEAMS
        rtp rtcp-multiplexing
      ```

      ```good
      sbc#show system
        Software Version:  3.19.2
      sbc#show running-config
      profile voip PF_TEAMS
        rtp rtcp-multiplexing
      ```

    Fix
      Update the device, or write the form of its release. The release is named by `device.firmware` in the site
      file, `lint --firmware`, or `show system` in the paste of a terminal.

    Source
      `since` and `until` in sbc_tool/trinity/grammar/: the first and last release that a command is known from. It
      may be older or have lived longer, so this is a warning.
    """

    id = "firmware-lacks-command"
    title = "A command that the device's release isn't known to have"
    remedy = "Update the device, or write the form of its release."
    source = "`since` and `until` in sbc_tool/trinity/grammar/"
    needs = Config

    def judge(self, fact: Config) -> Iterator[Finding]:
        release = fact.plate.release
        lines = [(node, match.command) for _, node in fact.walk() if (match := node.match) and match.command.bounded]
        if not lines:
            yield Finding(Outcome.PASS, "no line depends on the release")
        if lines and release is None:
            message = "{count} lines depend on the device's release, which isn't told"
            yield Finding(Outcome.NA, message, {"count": len(lines)})
        for node, command in lines:
            if release is not None:
                span = f"from {command.since}" if command.since else f"up to {command.until}"
                evidence = {"line": node.text, "span": span, "firmware": fact.plate.firmware}
                message = "`{line}`: known {span}; the firmware is {firmware}"
                yield Finding(_OUTCOMES[command.known_in(release)], message, evidence, fact.place(node))
