"""Masking: nothing of a person or a place is left, and the same thing always gets the same mask."""

from __future__ import annotations

import re
from pathlib import Path

import dialogs
import pytest
from dialogs import PBX, SBC, SBC_LAN, TEAMS, Leg, from_teams, to_pbx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sbc_tool.diagnose.trace.redact import Redactor
from sbc_tool.diagnose.trace.trace import Trace

NAMED = Leg(SBC, TEAMS).request(
    0, "INVITE", 'P-Asserted-Identity: "Erika Mustermann" <sip:+497123222@sbc.meinefirma.de>',
    "Referred-By: <sip:max.muster@meinefirma.de>", "Diversion: <tel:+49301234567>;reason=unconditional",
)  # fmt: skip


@pytest.fixture
def redactor(tmp_path: Path) -> Redactor:
    return Redactor(dialogs.trace(tmp_path, from_teams(), to_pbx(), NAMED))


@pytest.mark.parametrize(
    "secret",
    ["+4930123456", "Erika Mustermann", "max.muster", "+49301234567", "sbc.meinefirma.de", "starface.meinefirma.de",
     "192.168.1.1", "10.108.2.100", "123.123.123.123", "52.112.10.20", "jemand@meinefirma.de", "2001:db8::17",
     "+41791234567", "00497123222"],
)  # fmt: skip
def test_masked(secret: str, redactor: Redactor) -> None:
    shown = redactor.text(f"from {secret} to <sip:a@[{secret}]>, {secret} and")
    assert secret not in shown
    assert secret.lstrip("+0") not in shown
    assert redactor.text(secret) == redactor.text(secret), "always the same"


def test_one_number_in_all_its_spellings(redactor: Redactor) -> None:
    assert redactor.text("+497123222").lstrip("+") == redactor.text("497123222")
    assert redactor.text("+497123222") != redactor.text("+4930123456")
    assert redactor.text("+497123222").startswith("+")


def test_a_private_address_stays_one(redactor: Redactor) -> None:
    assert redactor.text("192.168.1.1").startswith("private-")
    assert redactor.text("123.123.123.123").startswith("address-")


@pytest.mark.parametrize(
    "text",
    ["INVITE (SDP, SRTP, rtcp-mux)", "486 Busy Here", "Session-Expires 1800", "sip.pstnhub.microsoft.com", "22:13:20",
     "AES_CM_128_HMAC_SHA1_80", "900 packets, 4.9 % lost", "a=rtcp-mux"],
)  # fmt: skip
def test_left_alone(text: str, redactor: Redactor) -> None:
    assert redactor.text(text) == text


def test_structures(redactor: Redactor) -> None:
    value = {"who": "+4930123456", "list": ("192.168.1.1", 7), "count": 3}
    assert redactor.apply(value) == {
        "who": redactor.text("+4930123456"), "list": (redactor.text("192.168.1.1"), 7), "count": 3
    }  # fmt: skip


numbers = st.from_regex(r"\+?[1-9][0-9]{5,14}", fullmatch=True)
names = st.from_regex(r"[A-Z][a-z]{3,9} [A-Z][a-z]{3,9}", fullmatch=True)


@given(calling=numbers, called=numbers, name=names)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_party_of_any_call_is_left(calling: str, called: str, name: str, tmp_path: Path) -> None:
    leg = Leg(SBC_LAN, PBX, calling=calling, called=called)
    leg.request(0, "INVITE", f'P-Asserted-Identity: "{name}" <sip:{calling}@x.example>').answer(0.1, 200)
    trace: Trace = dialogs.trace(tmp_path, leg)
    redactor = Redactor(trace)
    for message in trace.messages:
        shown = redactor.text("\n".join([message.start, *(value for _, value in message.headers)]))
        for secret in (calling, called, name):
            assert not re.search(rf"(?<!\w){re.escape(secret)}(?!\w)", shown), (secret, shown)
