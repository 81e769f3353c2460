"""Every check has its page, in one shape."""

from __future__ import annotations

import inspect
import re

import pytest

from sbc_tool.check import Check
from sbc_tool.preflight import ALL

HEADINGS = ["What it finds", "Why it matters", "Example", "Fix", "Source"]


@pytest.mark.parametrize("check", ALL, ids=lambda check: check.id)
def test_page_has_its_headings(check: Check) -> None:
    page = inspect.getdoc(check) or ""
    assert re.findall(r"^\S.*$", page, re.MULTILINE) == HEADINGS
    parts = re.split(r"^\S.*$", page, flags=re.MULTILINE)
    assert all(part.strip() for part in parts[1:])


def test_ids_are_those_of_the_issue() -> None:
    assert {check.id for check in ALL} == {
        "wan-address-not-public",
        "fqdn-not-resolvable",
        "fqdn-address-mismatch",
        "sbc-behind-dnat",
        "tls-certificate-expired",
        "tls-name-mismatch",
        "tls-chain-untrusted",
        "tls-chain-incomplete",
        "tls-key-mismatch",
        "bandwidth-insufficient",
        "sip-port-closed",
    }
