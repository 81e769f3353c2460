"""Clock and path: from readings to an outcome."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from judged import judged, said

from sbc_tool.check import NotApplicable, Unknown
from sbc_tool.facts.clock import ClockFact, read
from sbc_tool.facts.ntp import NtpAnswer
from sbc_tool.facts.path import PathFact, ProxyPath
from sbc_tool.finding import Outcome
from sbc_tool.preflight.clock_skew import ClockSkew
from sbc_tool.preflight.microsoft_path_poor import MicrosoftPathPoor

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
RIGHT = (NtpAnswer("pool.ntp.org", 0.2, 0.02, 2), NtpAnswer("mute", error="no answer within 5 s"))


def clock(ahead: float, servers: tuple[NtpAnswer, ...] | Unknown | NotApplicable = RIGHT) -> ClockFact:
    return ClockFact(NOW + timedelta(seconds=ahead), ahead, servers, NOW - DAY, NOW + 89 * DAY)


@pytest.mark.parametrize(
    ("fact", "outcome", "words"),
    [
        (clock(1), Outcome.PASS, "the device's clock is right: 0.8 s ahead (time server pool.ntp.org)"),
        (clock(-20), Outcome.WARN, "the device's clock is 20.2 s behind"),
        (clock(3600), Outcome.FAIL, "the device's clock is 3,599.8 s ahead"),
        (
            clock(-86400 * 365),
            Outcome.FAIL,
            "it is 2025-11-25 12:00:00 UTC, when its certificate is not",
        ),
        (clock(0, (NtpAnswer("t", 300.0, 0.02, 2),)), Outcome.FAIL, "the device's clock is 300.0 s behind"),
        (clock(300, (NtpAnswer("t", 300.0, 0.02, 2),)), Outcome.WARN, "this computer's clock is 300.0 s behind"),
        (clock(0, Unknown("no answer")), Outcome.UNKNOWN, "was compared with nobody's: no answer"),
        (clock(3600, Unknown("no answer")), Outcome.FAIL, "(this computer, as no time server was heard)"),
    ],
)
def test_clock(fact: ClockFact, outcome: Outcome, words: str) -> None:
    result = judged(ClockSkew(), fact)
    assert result.outcome is outcome
    assert words in said(result)


def test_an_expired_certificate_is_not_the_clocks_fault() -> None:
    fact = ClockFact(NOW, 0.0, RIGHT, NOW - 90 * DAY, NOW - DAY)
    assert judged(ClockSkew(), fact).outcome is Outcome.PASS


@pytest.mark.parametrize(
    ("device", "outcome"), [(Unknown("no `show clock`"), Outcome.UNKNOWN), (NotApplicable("--offline"), Outcome.PASS)]
)
def test_a_device_that_was_not_asked(device: Unknown | NotApplicable, outcome: Outcome) -> None:
    assert judged(ClockSkew(), ClockFact(device, 0.0, RIGHT, None, None)).outcome is outcome


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-25T13:00:00+01:00", NOW),
        ("2026-11-25T12:00:00Z", NOW),
        ("  Current time: 2026-11-25 12:00:00 UTC", NOW),
        ("2026-11-25 13:00:00", NOW),
        ("2026-11-25T13:00:00.250 (synchronized)", NOW),
        ("Wed Nov 25 12:00:00 UTC 2026", NOW),
        ("Wed Nov 25 13:00:00 CET 2026", NOW),
        ("Wed Nov 25 13:00:00 2026", NOW),
    ],
)
def test_forms_of_a_date(text: str, expected: datetime) -> None:
    assert read(text, ZoneInfo("Europe/Berlin")) == expected


@pytest.mark.parametrize(
    "text", ["", "% Unknown command: show clock", "2026-13-45T99:00:00", "Wed Foo 99 12:00:00 2026"]
)
def test_what_is_no_date(text: str) -> None:
    assert isinstance(read(text, ZoneInfo("Europe/Berlin")), Unknown)


def proxies(*first: float | None, by_kernel: bool = True, greeting: float | None = 40.0) -> PathFact:
    far = [ProxyPath(f"sip{n}.pstnhub.microsoft.com", "52.112.0.2", (150.0,) * 10) for n in (2, 3)]
    near = ProxyPath("sip.pstnhub.microsoft.com", "52.112.0.1", first, by_kernel=by_kernel, greeting_ms=greeting)
    return PathFact((near, *far))


@pytest.mark.parametrize(
    ("fact", "outcome", "words"),
    [
        (proxies(*[20.0] * 10), Outcome.PASS, "sip.pstnhub.microsoft.com: round trip 20 ms, jitter 0 ms, 0 of 10 lost"),
        (proxies(*[80.0] * 10), Outcome.WARN, "round trip 80 ms (at most 60)"),
        (proxies(*[80.0] * 10, by_kernel=False), Outcome.WARN, "round trip 80 ms (at most 60)"),
        (proxies(*[10.0, 50.0] * 5), Outcome.WARN, "jitter 40 ms (at most 15)"),
        (proxies(*[10.0, 50.0] * 5, by_kernel=False), Outcome.UNKNOWN, "by this program's clock"),
        (proxies(*[20.0] * 9, None), Outcome.WARN, "1 of 10 lost"),
        (proxies(*[None] * 10), Outcome.UNKNOWN, "sip.pstnhub.microsoft.com: no connection came about"),
        (proxies(*[1.0] * 10, greeting=151.0), Outcome.PASS, "round trip 1 ms"),
        (proxies(*[1.0] * 10, greeting=200.0), Outcome.WARN, "TCP is answered in 1 ms, TLS only in 200 ms"),
        (proxies(*[1.0] * 10, greeting=200.0, by_kernel=False), Outcome.UNKNOWN, "TLS only in 200 ms"),
        (proxies(*[1.0] * 10, greeting=None), Outcome.UNKNOWN, "nothing answers TLS"),
    ],
)
def test_path(fact: PathFact, outcome: Outcome, words: str) -> None:
    result = judged(MicrosoftPathPoor(), fact)
    assert result.outcome is outcome
    assert words in said(result)
