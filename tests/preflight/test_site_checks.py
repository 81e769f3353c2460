"""Checks that judge the site file alone."""

from __future__ import annotations

import pytest
from judged import judged, said
from sample_site import sample_site, with_wan

from sbc_tool.finding import Outcome
from sbc_tool.preflight.bandwidth_insufficient import BandwidthInsufficient
from sbc_tool.preflight.wan_address_not_public import WanAddressNotPublic


def test_public_wan_address() -> None:
    result = judged(WanAddressNotPublic(), sample_site())
    assert result.outcome is Outcome.PASS
    assert said(result) == "123.123.123.123 is public: it is in no special-purpose block (RFC 6890)"


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("192.168.178.20", "is a private address (192.168.0.0/16, RFC 1918)"),
        (
            "100.72.3.4",
            "is in 100.64.0.0/10, shared address space (RFC 6598): it lies behind the provider's own NAT (CGNAT)",
        ),
        ("192.0.2.10", "is in 192.0.2.0/24, documentation (TEST-NET-1) (RFC 5737)"),
        ("169.254.7.7", "link-local (RFC 3927)"),
        ("127.0.0.1", "loopback (RFC 1122)"),
        ("240.1.1.1", "reserved (RFC 1112)"),
    ],
)
def test_wan_address_of_special_purpose(address: str, words: str) -> None:
    result = judged(WanAddressNotPublic(), with_wan(address))
    assert result.outcome is Outcome.FAIL
    assert words in said(result)


def link(**kbps: int) -> dict[str, int]:
    return {"down_kbps": 50_000, "up_kbps": 10_000, "reserved_kbps": 2_000} | kbps


def test_bandwidth() -> None:
    narrow = judged(BandwidthInsufficient(), sample_site(wan_link=link()))
    assert narrow.outcome is Outcome.FAIL
    assert said(narrow) == (
        "30 calls x 300 kbit/s = 9,000 kbit/s; up 10,000 - reserved 2,000 = 8,000 kbit/s: enough for 26 calls"
    )
    enough = judged(BandwidthInsufficient(), sample_site(wan_link=link(up_kbps=11_000)))
    assert enough.outcome is Outcome.PASS
    assert said(enough).endswith("enough for 30 calls")


def test_bandwidth_of_an_unknown_line() -> None:
    result = judged(BandwidthInsufficient(), sample_site(wan_link=None))
    assert result.outcome is Outcome.UNKNOWN
    assert "no wan_link" in said(result)
