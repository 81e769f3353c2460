from __future__ import annotations

from datetime import timedelta

import pytest
from certificates import DAY, NOW, Authority, key, root, self_signed
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from sbc_tool.tls.chain import (
    called,
    covers,
    dns_names,
    follow,
    is_authority,
    issuer_of,
    leaf,
    load,
    load_anchors,
    objection,
)

ROOT = root()
INTERMEDIATE = ROOT.below("Lab Intermediate")
LEAF = INTERMEDIATE.server()
CHAIN = (LEAF, INTERMEDIATE.certificate)
ANCHORS = (ROOT.certificate,)


@pytest.mark.parametrize(
    ("pattern", "fqdn", "match"),
    [
        ("sbc.meinefirma.de", "sbc.meinefirma.de", True),
        ("SBC.Meinefirma.de", "sbc.meinefirma.DE.", True),
        ("*.meinefirma.de", "sbc.meinefirma.de", True),
        ("*.meinefirma.de", "sbc.voip.meinefirma.de", False),
        ("*.meinefirma.de", "meinefirma.de", False),
        ("s*.meinefirma.de", "sbc.meinefirma.de", False),
        ("*", "sbc", False),
        ("www.meinefirma.de", "sbc.meinefirma.de", False),
    ],
)
def test_wildcard_is_one_label(pattern: str, fqdn: str, match: bool) -> None:
    assert covers(pattern, fqdn) is match


def test_names() -> None:
    assert called(LEAF.subject) == "sbc.meinefirma.de"
    assert called(x509.Name([])) == ""
    assert dns_names(INTERMEDIATE.server(["a.de", "*.b.de"])) == ("a.de", "*.b.de")
    assert dns_names(INTERMEDIATE.server([])) == ()


def test_leaf_wherever_it_stands() -> None:
    assert leaf([ROOT.certificate, INTERMEDIATE.certificate, LEAF]) is LEAF
    assert leaf([ROOT.certificate]) is ROOT.certificate  # openssl's req -x509 makes servers that are authorities
    assert not is_authority(LEAF)


def test_issuer_by_signature_not_by_name_alone() -> None:
    twin = Authority(root("Lab Intermediate").certificate, key("Lab Intermediate"))
    impostor = _named("Lab Intermediate", "somebody else's key")
    assert issuer_of(LEAF, [impostor.certificate]) is None
    assert issuer_of(LEAF, [impostor.certificate, INTERMEDIATE.certificate]) is INTERMEDIATE.certificate
    assert issuer_of(LEAF, [twin.certificate]) is twin.certificate  # cross-signed: the same name and key


def _named(name: str, owner: str) -> Authority:
    """An authority of that name with a key of its own."""
    below = root(owner).below(owner)
    builder = x509.CertificateBuilder(
        issuer_name=below.certificate.issuer,
        subject_name=x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)]),
        public_key=key(owner).public_key(),
        serial_number=7,
        not_valid_before=NOW - DAY,
        not_valid_after=NOW + DAY,
    )
    return Authority(builder.sign(key(owner), hashes.SHA256()), key(owner))


def test_renewed_issuer_is_preferred() -> None:
    old = ROOT.below("Lab Intermediate", (NOW - 9 * DAY, NOW - DAY))
    for candidates in ([old.certificate, INTERMEDIATE.certificate], [INTERMEDIATE.certificate, old.certificate]):
        assert issuer_of(LEAF, candidates) is INTERMEDIATE.certificate


@pytest.mark.parametrize(
    "given",
    [CHAIN, CHAIN[::-1], (*CHAIN, ROOT.certificate), (ROOT.certificate, *CHAIN), (*CHAIN, root("Stray").certificate)],
    ids=["sent-well", "reversed", "with-root", "root-first", "with-a-stray"],
)
def test_path_to_the_anchor(given: tuple[x509.Certificate, ...]) -> None:
    path = follow(given, ANCHORS)
    assert path.certificates == CHAIN
    assert path.anchor == ROOT.certificate
    assert objection(given, ANCHORS, NOW) == ""


def test_path_that_ends_early() -> None:
    missing = follow([LEAF], ANCHORS)
    assert (missing.last, missing.anchor, missing.self_signed) == (LEAF, None, False)
    unknown = follow([*CHAIN, ROOT.certificate], ())
    assert (unknown.last, unknown.anchor, unknown.self_signed) == (ROOT.certificate, None, True)
    alone = follow([self_signed()], ANCHORS)
    assert (len(alone.certificates), alone.self_signed) == (1, True)


def test_cross_signed_intermediate_ends_at_the_anchor() -> None:
    """The way of ISRG Root X1 under DST Root CA X3: the old root is gone, the new one is known by name and key."""
    old = root("Old Root", (NOW - 9 * DAY, NOW - DAY))
    crossed = old.below("Lab Root")
    path = follow([*CHAIN, crossed.certificate, old.certificate], ANCHORS)
    assert path.certificates == CHAIN
    assert path.anchor == ROOT.certificate


def test_moment_is_now_or_the_nearest_valid_one() -> None:
    end, start = LEAF.not_valid_after_utc, LEAF.not_valid_before_utc
    path = follow(CHAIN, ANCHORS)
    assert path.moment(NOW) == NOW
    assert path.moment(end + 100 * DAY) == end
    assert path.moment(start - 100 * DAY) == start
    gone = ROOT.below("Gone", (NOW - 9 * DAY, NOW - 5 * DAY))
    assert follow([gone.server(), gone.certificate], ANCHORS).moment(NOW) is None


@pytest.mark.parametrize(
    "names", [["sbc.meinefirma.de"], ["*.meinefirma.de"], [], ["odd_name.de"], ["odd_1.de", "a.de"]]
)
def test_verifier_does_not_judge_the_name(names: list[str]) -> None:
    assert objection([INTERMEDIATE.server(names), INTERMEDIATE.certificate], ANCHORS, NOW) == ""


def test_objections_are_readable() -> None:
    end = LEAF.not_valid_after_utc + timedelta(seconds=1)
    assert objection(CHAIN, ANCHORS, end) == "cert is not valid at validation time"


def test_objection_names_the_extension() -> None:
    bare = Authority(_named("Bare", "bare").certificate, key("bare"))
    assert "2.5.29" not in objection([bare.server(), bare.certificate], [bare.certificate], NOW)


def test_certificate_is_loaded_once_from_der_or_pem() -> None:
    assert load(LEAF.public_bytes(Encoding.DER)) is load(LEAF.public_bytes(Encoding.DER))
    assert load(LEAF.public_bytes(Encoding.PEM)) == LEAF
    with pytest.raises(ValueError, match="parsing"):
        load(b"nothing")
    assert load_anchors((b"nothing", LEAF.public_bytes(Encoding.DER))) == (LEAF,)
