from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from sbc_tool.check import Check, NotApplicable, Unknown
from sbc_tool.facts.clock import ClockFact
from sbc_tool.finding import Finding, Outcome

_WRONG_S = 60.0  # ours: no page of Microsoft's names a figure; logs and call records no longer fit together
_OFF_S = 5.0


class ClockSkew(Check):
    """What it finds
      A device whose clock is wrong, against time servers or, if none answers, against this computer. And a computer
      whose own clock is wrong, since certificates are judged by it here.

    Why it matters
      A device that takes today for a day outside a certificate's validity refuses Microsoft's certificate, and every
      TLS connection fails. After a cold start without a time server a device begins in its past.

    Example
      the device's clock is 3,600 s ahead (time server pool.ntp.org)

    Fix
      Set network.ntp to servers that the device reaches, and look whether a filter keeps UDP 123 from it; a whole hour
      is most often the time zone.

    Source
      RFC 5905 (NTP); RFC 5280, section 4.1.2.5 (validity). How the device's clock is read, `show clock`, is assumed.
    """

    id = "clock-skew"
    title = "A clock is wrong"
    remedy = "Set network.ntp to servers that the device reaches; check its time zone; set this computer's clock."
    source = "RFC 5905; RFC 5280, section 4.1.2.5"
    needs = ClockFact

    def judge(self, fact: ClockFact) -> Iterator[Finding]:
        yield from _computer(fact)
        if isinstance(fact.device, (Unknown, NotApplicable)):
            outcome = Outcome.UNKNOWN if isinstance(fact.device, Unknown) else Outcome.NA
            yield Finding(outcome, "the device's clock was not read: {why}", {"why": str(fact.device)})
            return
        yield from _device(fact, fact.device)


def _computer(fact: ClockFact) -> Iterator[Finding]:
    reference = fact.reference
    if reference is None:
        outcome = Outcome.NA if isinstance(fact.servers, NotApplicable) else Outcome.UNKNOWN
        message = "this computer's clock was compared with nobody's: {why}"
        yield Finding(outcome, message, {"why": str(fact.servers)})
        return
    evidence = {"server": reference.server, "told": _told(-reference.ahead_s), "stratum": reference.stratum}
    if abs(reference.ahead_s) > _WRONG_S:
        yield Finding(Outcome.WARN, "this computer's clock is {told} (time server {server})", evidence)
    else:
        yield Finding(Outcome.PASS, "this computer's clock is right: {told} (time server {server})", evidence)


def _device(fact: ClockFact, at: datetime) -> Iterator[Finding]:
    reference = fact.reference
    ahead = fact.device_ahead_s - (reference.ahead_s if reference else 0.0)
    evidence = {
        "told": _told(ahead),
        "by": f"time server {reference.server}" if reference else "this computer, as no time server was heard",
        "at": f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC",
        "from": f"{fact.valid_from:%Y-%m-%d %H:%M} UTC" if fact.valid_from else "",
        "until": f"{fact.valid_until:%Y-%m-%d %H:%M} UTC" if fact.valid_until else "",
    }
    if fact.valid_from and fact.valid_until and not fact.valid_from <= at <= fact.valid_until:
        message = "for the device it is {at}, when its certificate is not valid ({from} to {until}): {told} ({by})"
        true = at - timedelta(seconds=ahead)
        expired = not fact.valid_from <= true <= fact.valid_until  # then the certificate is at fault, not the clock
        if not expired:
            yield Finding(Outcome.FAIL, message, evidence)
            return
    if abs(ahead) > _WRONG_S:
        yield Finding(Outcome.FAIL, "the device's clock is {told} ({by})", evidence)
    elif abs(ahead) > _OFF_S:
        yield Finding(Outcome.WARN, "the device's clock is {told} ({by})", evidence)
    else:
        yield Finding(Outcome.PASS, "the device's clock is right: {told} ({by})", evidence)


def _told(ahead: float) -> str:
    return f"{abs(ahead):,.1f} s {'behind' if ahead < 0 else 'ahead'}"
