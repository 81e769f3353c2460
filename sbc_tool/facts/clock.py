"""All clocks of an installation side by side: the device's, this computer's, the time servers', the certificate's."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sbc_tool.check import NotApplicable, Unknown
from sbc_tool.facts.device import DeviceFact
from sbc_tool.facts.ntp import NtpAnswer, NtpFact
from sbc_tool.facts.tls import TlsFact
from sbc_tool.site.model import Site

_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:\.\d+)?\s*(Z|UTC|[+-]\d\d:?\d\d)?")
_UNIX_DATE = re.compile(
    r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? +(?P<month>[A-Z][a-z]{2}) +(?P<day>\d{1,2}) +(?P<time>\d\d:\d\d:\d\d) "
    r"(?:(?P<zone>UTC|GMT) )?(?:[A-Z]{3,4} )?(?P<year>\d{4})"
)

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class ClockFact:
    """`device_ahead_s`: how far the device's clock is ahead of this computer's."""

    device: datetime | Unknown | NotApplicable
    device_ahead_s: float
    servers: tuple[NtpAnswer, ...] | Unknown | NotApplicable
    valid_from: datetime | None  # of the site's certificate
    valid_until: datetime | None

    @property
    def reference(self) -> NtpAnswer | None:
        """The time server that was heard best."""
        heard = isinstance(self.servers, tuple) and any(not answer.error for answer in self.servers)
        return NtpFact(self.servers).best if heard and isinstance(self.servers, tuple) else None


def compose(
    site: Site,
    device: DeviceFact | Unknown | NotApplicable,
    ntp: NtpFact | Unknown | NotApplicable,
    tls: TlsFact | Unknown | NotApplicable,
) -> ClockFact:
    held: datetime | Unknown | NotApplicable
    ahead = 0.0
    if not isinstance(device, DeviceFact):
        held = device
    elif isinstance(device.clock, Unknown):
        held = device.clock
    else:
        held = read(device.clock.text, ZoneInfo(site.network.timezone))
        if isinstance(held, datetime):
            middle = device.clock.before + (device.clock.after - device.clock.before) / 2
            ahead = (held - middle).total_seconds()
    first, last = _validity(tls)
    return ClockFact(held, ahead, ntp.answers if isinstance(ntp, NtpFact) else ntp, first, last)


def read(text: str, zone: ZoneInfo) -> datetime | Unknown:
    """A device's date in one of the forms that devices print; without an offset it is in the site's zone."""
    try:
        if moment := _iso(text) or _unix(text):
            return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):  # the thirteenth month
        pass
    return Unknown(f"`show clock` answered something that is no date: {text.strip()[:80] or 'nothing'}")


def _iso(text: str) -> datetime | None:
    if (match := _DATE.search(text)) is None:
        return None
    offset = (match[7] or "").replace("UTC", "Z").replace("Z", "+00:00")
    return datetime.fromisoformat("{}-{}-{}T{}:{}:{}".format(*match.groups()[:6]) + offset)


def _unix(text: str) -> datetime | None:
    if (match := _UNIX_DATE.search(text)) is None:
        return None
    month = _MONTHS.index(match["month"]) + 1  # not strptime, which wants the month in the user's language
    day = f"{match['year']}-{month:02d}-{int(match['day']):02d}"
    return datetime.fromisoformat(f"{day}T{match['time']}{'+00:00' if match['zone'] else ''}")


def _validity(tls: TlsFact | Unknown | NotApplicable) -> tuple[datetime | None, datetime | None]:
    if not isinstance(tls, TlsFact) or not tls.chains:
        return None, None
    from cryptography import x509

    leaf = x509.load_der_x509_certificate(tls.chains[0].certificates[0])
    return leaf.not_valid_before_utc, leaf.not_valid_after_utc
