"""The checks of certificate and key that need no connection, over certificates minted for each fault."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from certificates import DAY, FQDN, NOW, der, root, rsa_key, self_signed
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID
from judged import judged, said

from sbc_tool import teams
from sbc_tool.check import NotApplicable, Unknown
from sbc_tool.facts.tls import Chain, TlsFact
from sbc_tool.finding import Outcome
from sbc_tool.preflight import CERTIFICATE
from sbc_tool.preflight.tls_certificate_expires_soon import TlsCertificateExpiresSoon
from sbc_tool.preflight.tls_chain_misordered import TlsChainMisordered
from sbc_tool.preflight.tls_chain_untrusted import TlsChainUntrusted
from sbc_tool.preflight.tls_key_in_chain_file import TlsKeyInChainFile
from sbc_tool.preflight.tls_key_not_rsa import TlsKeyNotRsa
from sbc_tool.preflight.tls_key_too_small import TlsKeyTooSmall
from sbc_tool.preflight.tls_self_signed import TlsSelfSigned
from sbc_tool.preflight.tls_server_auth_missing import TlsServerAuthMissing

ROOT = root()
INTERMEDIATE = ROOT.below("Lab Intermediate")
SERVER, CLIENT = ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH
OWN = rsa_key("server")
LEAF = INTERMEDIATE.server(private=OWN, usage=[SERVER])
GOOD = (LEAF, INTERMEDIATE.certificate)


def fact(*certificates: x509.Certificate, **parts: Any) -> TlsFact:
    known: dict[str, Any] = {
        "fqdn": FQDN,
        "port": 5061,
        "at": NOW,
        "anchors": der(ROOT.certificate),
        "anchors_from": "the list",
        "extra_anchors": der(ROOT.certificate),
        "key": "RSA 2048",
        "file": Chain("fullchain.pem", der(*certificates), True),
        "presented": NotApplicable("not yet"),
    }
    return TlsFact(**known | parts)


def test_a_good_chain_passes_them_all() -> None:
    results = [judged(check, fact(*GOOD)) for check in CERTIFICATE]
    assert {result.check: result.outcome for result in results if result.outcome is not Outcome.PASS} == {}


@pytest.mark.parametrize(
    ("lifetime", "left", "outcome"),
    [
        (398, 81, "pass"),
        (398, 79, "warn"),
        (200, 41, "pass"),
        (200, 39, "warn"),
        (100, 21, "pass"),
        (100, 19, "warn"),
        (47, 10, "pass"),
        (47, 9, "warn"),
        (47, -1, "n/a"),
    ],
)
def test_soon_is_a_share_of_the_lifetime(lifetime: int, left: int, outcome: str) -> None:
    leaf = INTERMEDIATE.server(valid=(NOW - (lifetime - left) * DAY, NOW + left * DAY), usage=[SERVER])
    result = judged(TlsCertificateExpiresSoon(), fact(leaf, INTERMEDIATE.certificate))
    assert result.outcome == outcome
    assert outcome == "n/a" or f"{left} of {lifetime} d left" in said(result)


def test_an_intermediate_that_ends_first_is_told_but_not_one_with_little_left_of_years() -> None:
    short, long = (
        ROOT.below("Short", (NOW - 900 * DAY, NOW + 30 * DAY)),
        ROOT.below("L", (NOW - 900 * DAY, NOW + 91 * DAY)),
    )
    result = judged(TlsCertificateExpiresSoon(), fact(short.server(), short.certificate))
    assert "Short ends on" in said(result, Outcome.WARN)
    assert judged(TlsCertificateExpiresSoon(), fact(long.server(), long.certificate)).outcome is Outcome.PASS


def test_self_signed() -> None:
    result = judged(TlsSelfSigned(), fact(self_signed()))
    assert said(result, Outcome.FAIL) == f"fullchain.pem: {FQDN} is self-signed: no authority vouches for it"
    one = self_signed()
    assert judged(TlsSelfSigned(), fact(one, anchors=der(one))).outcome is Outcome.PASS  # --ca-bundle vouches for it
    assert judged(TlsSelfSigned(), fact(LEAF)).outcome is Outcome.PASS


DEEP = INTERMEDIATE.below("Deep")
STRAY = root("Stray").certificate


@pytest.mark.parametrize(
    ("given", "outcome", "words"),
    [
        pytest.param(GOOD, "pass", "in order: sbc.meinefirma.de, Lab Intermediate", id="good"),
        pytest.param((*GOOD, ROOT.certificate), "pass", "in order", id="root-sent"),
        pytest.param((LEAF,), "pass", "in order", id="incomplete-is-another-matter"),
        pytest.param(GOOD[::-1], "fail", "begins with Lab Intermediate", id="reversed"),
        pytest.param(
            (DEEP.server(), INTERMEDIATE.certificate, DEEP.certificate),
            "fail",
            "should be sbc.meinefirma.de, Deep, Lab Intermediate; is sbc.meinefirma.de, Lab Intermediate, Deep",
            id="intermediates-swapped",
        ),
        pytest.param((LEAF, STRAY, INTERMEDIATE.certificate), "fail", "should be", id="stray-inside"),
        pytest.param((*GOOD, STRAY), "warn", "does not belong to it: Stray", id="stray-at-the-end"),
        pytest.param((*GOOD, LEAF), "warn", "does not belong to it: sbc", id="leaf-twice"),
    ],
)
def test_order(given: tuple[x509.Certificate, ...], outcome: str, words: str) -> None:
    result = judged(TlsChainMisordered(), fact(*given))
    assert (result.outcome, words in said(result)) == (outcome, True), said(result)


@pytest.mark.parametrize(
    ("parts", "outcome", "words"),
    [
        ({}, "pass", "certificates only"),
        ({"holds_key": True}, "warn", "fullchain.pem: holds a private key, too"),
        (
            {"spelling": ("Windows line ends (CRLF)",)},
            "pass",
            "spelt with Windows line ends (CRLF), which `sbc-tool cert",
        ),
    ],
)
def test_what_else_is_in_the_file(parts: dict[str, Any], outcome: str, words: str) -> None:
    case = fact(file=Chain("fullchain.pem", der(*GOOD), True, **parts))
    result = judged(TlsKeyInChainFile(), case)
    assert (result.outcome, words in said(result)) == (outcome, True)
    assert judged(TlsKeyInChainFile(), fact(file=Unknown("empty"))).outcome is Outcome.UNKNOWN


def test_an_elliptic_key_is_none_for_microsoft() -> None:
    result = judged(TlsKeyNotRsa(), fact(INTERMEDIATE.server()))
    assert said(result, Outcome.FAIL) == "fullchain.pem: the key is EC secp256r1; Microsoft's suites need RSA"
    assert judged(TlsKeyTooSmall(), fact(ROOT.server())).outcome is Outcome.NA


def test_small_keys() -> None:
    small = rsa.generate_private_key(65537, 1024)
    result = judged(TlsKeyTooSmall(), fact(INTERMEDIATE.server(private=small)))
    assert "of sbc.meinefirma.de has 1024 bits, 2048 are the least" in said(result, Outcome.FAIL)
    assert judged(TlsKeyTooSmall(), fact(*GOOD)).outcome is Outcome.PASS


@pytest.mark.parametrize(
    ("usage", "outcome", "words"),
    [
        ([SERVER, CLIENT], "pass", "is for servers, clients"),
        ([SERVER], "pass", "for servers only (no clientAuth), which Microsoft accepts"),
        ([CLIENT], "fail", "is for clients, not for servers"),
        ([], "fail", "says nothing of its purpose"),
    ],
)
def test_purpose(usage: list[x509.ObjectIdentifier], outcome: str, words: str) -> None:
    case = fact(INTERMEDIATE.server(private=OWN, usage=usage), INTERMEDIATE.certificate)
    result = judged(TlsServerAuthMissing(), case)
    assert (result.outcome, words in said(result)) == (outcome, True)
    assert judged(TlsChainUntrusted(), case).outcome is Outcome.PASS  # a matter of its own


def names(permitted: list[str] | None, excluded: list[str] | None = None) -> x509.NameConstraints:
    trees = [[x509.DNSName(one) for one in part] if part else None for part in (permitted, excluded)]
    return x509.NameConstraints(*trees)


@pytest.mark.parametrize(
    ("limit", "words"),
    [
        (names(["firma.de"]), "Bound may not issue for sbc.meinefirma.de: its name constraint says only firma.de"),
        (names(None, ["meinefirma.de"]), "its name constraint says all but meinefirma.de"),
        (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CODE_SIGNING]), "Bound may issue certificates for programs, not"),
    ],
)
def test_an_authority_that_may_not(limit: x509.ExtensionType, words: str) -> None:
    bound = ROOT.below("Bound", (NOW - DAY, NOW + 900 * DAY), limit)
    result = judged(TlsChainUntrusted(), fact(bound.server(usage=[SERVER]), bound.certificate))
    assert words in said(result, Outcome.FAIL)


@pytest.mark.parametrize(
    "limit", [names(["meinefirma.de"]), names(["de"], ["firma.de"]), x509.ExtendedKeyUsage([SERVER])]
)
def test_an_authority_that_may(limit: x509.ExtensionType) -> None:
    bound = ROOT.below("Free", (NOW - DAY, NOW + 900 * DAY), limit)
    assert judged(TlsChainUntrusted(), fact(bound.server(usage=[SERVER]), bound.certificate)).outcome is Outcome.PASS


def test_somebody_who_is_no_authority() -> None:
    """A server's certificate whose owner plays authority with it."""
    from certificates import Authority

    impostor = Authority(LEAF, OWN)
    forged = impostor.server(["bank.de"], common_name="bank.de", usage=[SERVER])
    result = judged(TlsChainUntrusted(), fact(forged, *GOOD))
    assert "sbc.meinefirma.de is no authority (basicConstraints)" in said(result, Outcome.FAIL)


def test_microsofts_list_decides_before_the_bundle(monkeypatch: pytest.MonkeyPatch) -> None:
    listed = {hashlib.sha256(der(ROOT.certificate)[0]).hexdigest(): "Lab Root"}
    monkeypatch.setattr(teams, "program", lambda: teams.Program("2026-03-28", listed))
    result = judged(TlsChainUntrusted(), fact(*GOOD))
    assert said(result) == "fullchain.pem: trusted through Lab Root, in Microsoft's list of 2026-03-28"


def test_the_seven_are_in_microsofts_list() -> None:
    assert {one.sha256 for one in teams.load().roots} <= set(teams.program().roots)
    assert len(teams.program().roots) == 310


def test_a_name_of_microsofts_list_that_is_not_at_hand_is_unknown() -> None:
    listed = root("Baltimore CyberTrust Root")
    below = listed.below("Their Intermediate")
    result = judged(TlsChainUntrusted(), fact(below.server(), below.certificate))
    assert result.outcome is Outcome.UNKNOWN
    assert "add it to the chain" in said(result)
