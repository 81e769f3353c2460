"""The TLS checks, over certificates minted for each fault."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from certificates import DAY, FQDN, NOW, bare_authority, der, key, key_pem, root, self_signed
from cryptography import x509
from judged import judged, said

from sbc_tool.check import Check, NotApplicable, Unknown
from sbc_tool.facts.tls import Chain, KeyFault, PortClosed, TlsFact
from sbc_tool.finding import Outcome
from sbc_tool.preflight.sip_port_closed import SipPortClosed
from sbc_tool.preflight.tls_certificate_expired import TlsCertificateExpired
from sbc_tool.preflight.tls_chain_incomplete import TlsChainIncomplete
from sbc_tool.preflight.tls_chain_untrusted import TlsChainUntrusted
from sbc_tool.preflight.tls_key_mismatch import TlsKeyMismatch
from sbc_tool.preflight.tls_name_mismatch import TlsNameMismatch

ROOT = root()
INTERMEDIATE = ROOT.below("Lab Intermediate")
LEAF = INTERMEDIATE.server()
GOOD = (LEAF, INTERMEDIATE.certificate)
STRANGER = root("Strange Root")
FIVE = (TlsKeyMismatch(), TlsNameMismatch(), TlsCertificateExpired(), TlsChainIncomplete(), TlsChainUntrusted())


def in_file(*certificates: x509.Certificate, matches: bool | None = True, holds_key: bool = False) -> Chain:
    return Chain("fullchain.pem", der(*certificates), matches, holds_key)


def at_port(*certificates: x509.Certificate, matches: bool | None = True) -> Chain:
    return Chain(f"{FQDN}:5061", der(*certificates), matches)


def fact(file: Chain | Unknown, presented: Chain | Unknown | NotApplicable | None = None, **parts: Any) -> TlsFact:
    known: dict[str, Any] = {
        "fqdn": FQDN,
        "port": 5061,
        "at": NOW,
        "anchors": der(ROOT.certificate),
        "anchors_from": "the list",
        "extra_anchors": der(ROOT.certificate),
        "key": "EC secp256r1",
        "file": file,
        "presented": NotApplicable("not yet") if presented is None else presented,
    }
    return TlsFact(**known | parts)


@pytest.mark.parametrize("check", FIVE, ids=lambda check: check.id)
def test_both_chains_are_judged_and_named(check: Check) -> None:
    result = judged(check, fact(in_file(*GOOD), at_port(*GOOD)))
    assert result.outcome is Outcome.PASS
    assert [finding.text.partition(": ")[0] for finding in result.findings] == ["fullchain.pem", f"{FQDN}:5061"]


@pytest.mark.parametrize("check", FIVE, ids=lambda check: check.id)
def test_no_chain_is_unknown(check: Check) -> None:
    result = judged(check, fact(Unknown("fullchain.pem: empty"), Unknown("no answer")))
    assert result.outcome is Outcome.UNKNOWN
    assert said(result) == "no certificate to judge: fullchain.pem: empty; no answer"


@pytest.mark.parametrize("check", FIVE[1:], ids=lambda check: check.id)
def test_one_chain_is_judged_alone(check: Check) -> None:
    result = judged(check, fact(Unknown("fullchain.pem: empty"), at_port(*GOOD)))
    assert result.outcome is Outcome.PASS
    assert said(result).startswith(f"{FQDN}:5061: ")


@pytest.mark.parametrize(
    ("valid", "at", "outcome", "words"),
    [
        ((NOW - DAY, NOW + 90 * DAY), NOW, Outcome.PASS, "90 d from now"),
        ((NOW - 90 * DAY, NOW - 21 * DAY), NOW, Outcome.FAIL, "sbc.meinefirma.de expired on"),
        ((NOW + DAY, NOW + 90 * DAY), NOW, Outcome.FAIL, "sbc.meinefirma.de is valid from"),
        ((NOW - DAY, NOW + 90 * DAY), NOW + 90 * DAY, Outcome.PASS, ", 0 d from now"),  # the last moment belongs to it
        ((NOW - DAY, NOW + 90 * DAY), NOW + 91 * DAY, Outcome.FAIL, ", 1 d ago"),
    ],
)
def test_dates(valid: tuple[datetime, datetime], at: datetime, outcome: Outcome, words: str) -> None:
    chain = in_file(INTERMEDIATE.server(valid=valid), INTERMEDIATE.certificate)
    result = judged(TlsCertificateExpired(), fact(chain, at=at))
    assert result.outcome is outcome
    assert words in said(result)
    assert judged(TlsChainUntrusted(), fact(chain, at=at)).outcome is Outcome.PASS  # a matter of its own


def test_expired_intermediate_is_named() -> None:
    gone = ROOT.below("Gone Authority", (NOW - 9 * DAY, NOW - DAY))
    result = judged(TlsCertificateExpired(), fact(in_file(gone.server(), gone.certificate)))
    assert result.outcome is Outcome.FAIL
    assert "Gone Authority expired on" in said(result)


def test_expired_certificate_off_the_path_does_no_harm() -> None:
    stray = root("Old Root", (NOW - 9 * DAY, NOW - DAY)).certificate
    assert judged(TlsCertificateExpired(), fact(in_file(*GOOD, stray))).outcome is Outcome.PASS


def test_parts_never_valid_together_leave_trust_open() -> None:
    gone = ROOT.below("Gone Authority", (NOW - 9 * DAY, NOW - 5 * DAY))
    case = fact(in_file(gone.server(), gone.certificate))
    assert judged(TlsChainUntrusted(), case).outcome is Outcome.UNKNOWN
    assert judged(TlsCertificateExpired(), case).outcome is Outcome.FAIL


@pytest.mark.parametrize(
    ("names", "outcome", "words"),
    [
        ([FQDN], Outcome.PASS, "sbc.meinefirma.de covers sbc.meinefirma.de"),
        (["a.de", "*.meinefirma.de"], Outcome.PASS, "*.meinefirma.de covers sbc.meinefirma.de"),
        (["www.meinefirma.de", "a.de"], Outcome.FAIL, "is for www.meinefirma.de, a.de, not for sbc.meinefirma.de"),
        (["*.de"], Outcome.FAIL, "*.de stands for one label"),
        ([], Outcome.FAIL, "as its common name only"),
    ],
)
def test_names(names: list[str], outcome: Outcome, words: str) -> None:
    case = fact(in_file(INTERMEDIATE.server(names), INTERMEDIATE.certificate))
    result = judged(TlsNameMismatch(), case)
    assert result.outcome is outcome
    assert words in said(result)
    assert judged(TlsChainUntrusted(), case).outcome is Outcome.PASS  # a matter of its own


def test_no_name_at_all() -> None:
    case = fact(in_file(INTERMEDIATE.server([], common_name="Telefonanlage"), INTERMEDIATE.certificate))
    assert "is for Telefonanlage, not for" in said(judged(TlsNameMismatch(), case))


DEEP = INTERMEDIATE.below("Deep Intermediate")
PRIVATE = STRANGER.below("Firm Intermediate")


@pytest.mark.parametrize(
    ("given", "incomplete", "untrusted", "words"),
    [
        pytest.param((ROOT.server(),), "pass", "pass", "trusted through Lab Root", id="straight-from-the-root"),
        pytest.param(
            (LEAF,),
            "fail",
            "unknown",
            "Lab Intermediate, who issued sbc.meinefirma.de, is missing: neither sent along nor a known root",
            id="intermediate-missing",
        ),
        pytest.param(
            (DEEP.server(), DEEP.certificate),
            "unknown",
            "fail",
            "Deep Intermediate is issued by Lab Intermediate, which is neither in Microsoft's list of",
            id="second-intermediate-missing",
        ),
        pytest.param((self_signed(),), "pass", "n/a", "self-signed, which tls-self-signed judges", id="self-signed"),
        pytest.param(
            (PRIVATE.server(), PRIVATE.certificate, STRANGER.certificate),
            "pass",
            "fail",
            "ends in the root Strange Root, which is neither in Microsoft's list of",
            id="unknown-root-sent",
        ),
        pytest.param(
            (PRIVATE.server(), PRIVATE.certificate),
            "unknown",
            "fail",
            "Firm Intermediate is issued by Strange Root, which is neither in Microsoft's list of",
            id="unknown-root-not-sent",
        ),
        pytest.param(GOOD[::-1], "pass", "pass", "trusted through Lab Root", id="wrong-order"),
    ],
)
def test_chain(given: tuple[x509.Certificate, ...], incomplete: str, untrusted: str, words: str) -> None:
    case = fact(in_file(*given))
    results = [judged(TlsChainIncomplete(), case), judged(TlsChainUntrusted(), case)]
    assert [result.outcome for result in results] == [incomplete, untrusted]
    assert words in "\n".join(said(result) for result in results)


def test_trust_that_rests_on_the_ca_bundle_says_so() -> None:
    result = judged(TlsChainUntrusted(), fact(in_file(*GOOD)))
    assert result.outcome is Outcome.PASS
    assert said(result) == "fullchain.pem: trusted through Lab Root, which only --ca-bundle vouches for"


def test_a_root_that_microsoft_does_not_list_is_a_warning() -> None:
    result = judged(TlsChainUntrusted(), fact(in_file(*GOOD), extra_anchors=()))
    assert result.outcome is Outcome.WARN
    assert "Lab Root is in the list, but not in Microsoft's list of" in said(result)


def test_an_authority_that_says_little_is_trusted() -> None:
    bare = bare_authority()
    assert judged(TlsChainUntrusted(), fact(in_file(bare.server(), bare.certificate))).outcome is Outcome.PASS


def test_what_the_verifier_refuses_is_told() -> None:
    """An intermediate whose basicConstraints are not critical, which the verifier demands and we don't explain."""
    bare = bare_authority(critical=False)
    result = judged(TlsChainUntrusted(), fact(in_file(bare.server(), bare.certificate)))
    assert "fullchain.pem: refused: " in said(result, Outcome.FAIL)


def test_no_anchor_at_all_is_no_trust() -> None:
    assert judged(TlsChainUntrusted(), fact(in_file(*GOOD), anchors=())).outcome is Outcome.FAIL


@pytest.mark.parametrize(
    ("case", "outcome", "words"),
    [
        pytest.param(fact(in_file(*GOOD)), Outcome.PASS, "belongs to the private key (EC secp256r1)", id="good"),
        pytest.param(
            fact(in_file(*GOOD, matches=False), key="RSA 2048"),
            Outcome.FAIL,
            "made for another private key (certificate for EC secp256r1, the key is RSA 2048)",
            id="another",
        ),
        pytest.param(fact(in_file(*GOOD), at_port(*GOOD, matches=False)), Outcome.WARN, "not in use yet", id="new"),
        pytest.param(
            fact(in_file(*GOOD, matches=None), key=KeyFault("the private key is encrypted")),
            Outcome.FAIL,
            "the private key is encrypted",
            id="encrypted",
        ),
        pytest.param(
            fact(in_file(*GOOD, matches=None), key=Unknown("SBC_KEY is not set")),
            Outcome.UNKNOWN,
            "SBC_KEY is not set",
            id="key-not-there",
        ),
        pytest.param(
            fact(Unknown("fullchain.pem: empty"), at_port(*GOOD)), Outcome.UNKNOWN, "fullchain.pem: empty", id="no-file"
        ),
    ],
)
def test_key(case: TlsFact, outcome: Outcome, words: str) -> None:
    result = judged(TlsKeyMismatch(), case)
    assert result.outcome is outcome
    assert words in said(result)


@pytest.mark.parametrize(
    ("presented", "outcome"),
    [
        (at_port(*GOOD), Outcome.PASS),
        (PortClosed("sbc:5061: connection refused"), Outcome.FAIL),
        (Unknown("sbc:5061: no answer"), Outcome.UNKNOWN),
        (NotApplicable("--offline"), Outcome.NA),
    ],
)
def test_port(presented: Chain | Unknown | NotApplicable, outcome: Outcome) -> None:
    assert judged(SipPortClosed(), fact(in_file(*GOOD), presented)).outcome is outcome


def test_no_finding_shows_key_material() -> None:
    body = "".join(key_pem(key("server")).splitlines()[1:-1])
    told = repr([judged(check, fact(in_file(*GOOD, matches=False), at_port(*GOOD))) for check in FIVE])
    assert not any(body[at : at + 12] in told for at in range(0, len(body) - 12, 12))
