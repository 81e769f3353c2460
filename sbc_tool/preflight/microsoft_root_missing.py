from __future__ import annotations

from collections.abc import Iterator

from sbc_tool import teams
from sbc_tool.check import Check, Unknown
from sbc_tool.facts.device import DeviceFact
from sbc_tool.finding import Finding, Outcome


class MicrosoftRootMissing(Check):
    """What it finds
      One of Microsoft's seven roots that the device does not trust, by the fingerprint of what its files hold, not by
      their names; and roots that Microsoft has retired.

    Why it matters
      Microsoft moves its SIP proxies between authorities without asking. On the day that one moves to a root that the
      device lacks, TLS fails in both directions, and the admin centre shows nothing but an inactive SBC.

    Example
      missing: DigiCert TLS RSA4096 Root G5 (371a00dc0533b372…)

    Fix
      Deploy: it installs all seven, from a bundle that is pinned by fingerprint. A retired root does no harm; take it
      out when there is time.

    Source
      Microsoft 365 message centre MC1213773 (2025-12-12) names the seven. What has been retired: teams/rules.yaml.
    """

    id = "microsoft-root-missing"
    title = "The device does not trust all of Microsoft's roots"
    remedy = "Deploy, which installs the seven roots; or bring the named ones into the device's trust list."
    source = "Microsoft 365 message centre, MC1213773 (2025-12-12)"
    needs = DeviceFact

    def judge(self, fact: DeviceFact) -> Iterator[Finding]:
        rules = teams.load()
        unread = [one for one in fact.trusted if isinstance(one.sha256, Unknown)]
        held = {str(one.sha256) for one in fact.trusted if one not in unread}
        missing = [root for root in rules.roots if root.sha256 not in held]
        for root in missing:
            evidence = {"name": root.name, "start": root.sha256[:16]}
            if unread:  # it may be one of those
                told = {"unread": ", ".join(f"{one.name} ({one.sha256})" for one in unread)}
                message = "{name} ({start}…) is not found, but not all could be read: {unread}"
                yield Finding(Outcome.UNKNOWN, message, evidence | told)
            else:
                yield Finding(Outcome.FAIL, "missing: {name} ({start}…)", evidence)
        if not missing:
            yield Finding(Outcome.PASS, "the device trusts all {count} roots", {"count": len(rules.roots)})
        for retired in rules.retired_roots:
            if retired.sha256 in held:
                evidence = {"name": retired.name, "day": retired.expired}
                yield Finding(Outcome.WARN, "{name} is still trusted, which ended on {day}", evidence)
