from __future__ import annotations

from collections.abc import Iterator

from sbc_tool.check import Check
from sbc_tool.finding import Finding, Outcome
from sbc_tool.trinity.spelling import is_name
from sbc_tool.trinity.tree import Config


class SecretInClear(Check):
    """What it finds
      A line with a password that is neither marked `encrypted` nor a name such as `$(sip:user.01)`.

    Why it matters
      Configurations are mailed, pasted into tickets and committed. A SIP password in one of them lets anybody
      call at the customer's expense.

    Example
      ```bad
      authentication-service AUTH
        username user.01 password geheim123
      ```

      ```good
      authentication-service AUTH
        username user.01 password $(sip:user.01)
      ```

    Fix
      Change that password, as it has been seen, and take the file's place by a site file; `sbc-tool render`
      writes names.

    Source
      The parameters of the type `secret` in trinity/grammar/. The value itself is never shown.
    """

    id = "secret-in-clear"
    title = "A password stands in the file in clear"
    remedy = "Keep it out: `env:`, `file:` or `keyring:` in the site file, and $(name) in what is rendered."
    source = "OWASP, Secrets Management Cheat Sheet"
    needs = Config

    def judge(self, fact: Config) -> Iterator[Finding]:
        hidden = fact.map_secrets(lambda word: word if is_name(word) else "***")
        count = 0
        for _, node in hidden.walk():
            if not node.match or node.match.negated or not node.match.command.secrets:
                continue
            count += 1
            if not node.text.endswith(" encrypted") and not all(
                is_name(node.value(n)) for n in node.match.command.secrets
            ):
                yield Finding(Outcome.FAIL, "`{line}`", {"line": node.text}, fact.place(node))
        yield Finding(Outcome.PASS, "{count} lines with secrets looked at", {"count": count})
