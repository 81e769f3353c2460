from __future__ import annotations

from collections.abc import Iterator

from sbc_tool.capacity.licences import FLOATING_FROM, UAL_FROM, Version, version
from sbc_tool.check import Check
from sbc_tool.finding import Finding, Outcome
from sbc_tool.site.model import Site

_LATER = (
    ("6.7.3.11", "Fluxpunkt's documentation and STARFACE's page 'Teams Integration', version 14"),
    ("7.1.0.3", "a later revision of that page, with NATS on port 4222 besides"),
)


class StarfaceVersionTooOld(Check):
    """What it finds
      A STARFACE that is too old for the licences bought: User-Assigned-Licences need 6.7.3, floating ones 6.7.0.

    Why it matters
      On an older version the right "Integration mit Microsoft Teams" is missing, or the module does not start: nobody
      can log in to the STARFACE app in Teams.

    Example
      STARFACE 6.7.2 is older than 6.7.3, which User-Assigned-Licences need

    Fix
      Update the STARFACE, best to the newest release, and give its version in starface.version. Later documents of the
      vendors name 6.7.3.11 and 7.1.0.3 as the least; below those it is a warning, since the product page asks for less.

    Source
      Product page, table of licences: 'STARFACE Kompatibilität >= 6.7.3' (UAL) and '>= 6.7.0' (FL). Fluxpunkt wiki,
      'Dokumentation: Teams Integration for STARFACE'; STARFACE knowledge base, 'Teams Integration'.
    """

    id = "starface-version-too-old"
    title = "The STARFACE is too old for the Teams integration"
    remedy = "Update the STARFACE, and give its version in starface.version."
    source = "Product page, 'STARFACE Kompatibilität'"
    needs = Site

    def judge(self, fact: Site) -> Iterator[Finding]:
        if fact.starface.version is None:
            yield Finding(Outcome.UNKNOWN, "the site file does not say which version: give starface.version")
            return
        is_, bought = version(fact.starface.version), fact.licences
        evidence = {"version": fact.starface.version}
        if _older(is_, FLOATING_FROM):
            yield Finding(Outcome.FAIL, "STARFACE {version} is older than 6.7.0, the least for any licence", evidence)
        elif _older(is_, UAL_FROM) and (bought is None or bought.ual):
            if bought is None:
                message = "STARFACE {version} is older than 6.7.3: enough for floating licences only; give licences"
                yield Finding(Outcome.UNKNOWN, message, evidence)
            else:
                message = "STARFACE {version} is older than 6.7.3, which User-Assigned-Licences need"
                yield Finding(Outcome.FAIL, message, evidence)
        else:
            yield from _later(is_, evidence)


def _later(is_: Version, evidence: dict[str, str]) -> Iterator[Finding]:
    later = [{"least": least, "document": document} for least, document in _LATER if _older(is_, version(least))]
    for one in later:
        message = "STARFACE {version} is older than {least}, the least according to {document}"
        yield Finding(Outcome.WARN, message, evidence | one)
    if not later:
        yield Finding(Outcome.PASS, "STARFACE {version} is new enough for all that vendors' documents ask", evidence)


def _older(one: Version, other: Version) -> bool:
    """Missing fields count as 0: 6.7 is 6.7.0."""
    width = max(len(one), len(other))
    return one + (0,) * (width - len(one)) < other + (0,) * (width - len(other))
