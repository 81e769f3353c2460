"""Chains that openssl made, one for each fault; presented by its server, or by nginx, and judged by its verifier."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from certificates import FQDN
from judged import judged, said
from openssl import program, s_server, verify
from programs import nginx
from sample_site import sample_site

from sbc_tool.facts import suites, tls
from sbc_tool.facts.suites import SuitesFact
from sbc_tool.finding import Outcome
from sbc_tool.preflight import CERTIFICATE
from sbc_tool.world import ConnectTo, World

_CA = "basicConstraints=critical,CA:true\nkeyUsage=critical,keyCertSign,cRLSign\n"
_IDS = "subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n"
_SAN = f"subjectAltName=DNS:{FQDN}\n"
_SERVER = "extendedKeyUsage=serverAuth\n"
_LEAF = f"basicConstraints=CA:false\n{_IDS}{_SAN}{_SERVER}"


@dataclass(frozen=True)
class Case:
    """How chain differs from a good one, what the checks say, and what openssl's verifier does."""

    faults: tuple[str, ...] = ()
    openssl: str = ""
    leaf: str = _LEAF
    authority: str = _CA + _IDS
    key: Sequence[str] = ("-newkey", "rsa:2048")
    sign: Sequence[str] = ("-sha256", "-days", "90")
    sign_authority: Sequence[str] = ("-sha256", "-days", "900")
    sent: Sequence[str] = ("leaf", "authority")
    day: int = 0  # from now, on which it is looked at


CASES = {
    "good": Case(),
    "authority-says-little": Case(authority="basicConstraints=critical,CA:true\n"),  # no keyUsage, no identifier
    "root-sent": Case(sent=("leaf", "authority", "root")),
    "wildcard": Case(leaf=_LEAF.replace(_SAN, "subjectAltName=DNS:*.meinefirma.de\n")),
    "elliptic": Case(("tls-key-not-rsa fail",), key=("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256")),
    "small": Case(("tls-key-too-small fail",), "EE certificate key too weak", key=("-newkey", "rsa:1024")),
    "sha-1": Case(
        ("tls-signature-weak fail", "tls-chain-untrusted unknown"), "CA signature digest algorithm too weak",
        sign=("-sha1", "-days", "90"),
    ),
    "authority-sha-1": Case(
        ("tls-signature-weak fail", "tls-chain-untrusted unknown"), "CA signature digest algorithm too weak",
        sign_authority=("-sha1", "-days", "900"),
    ),
    "for-clients": Case(
        ("tls-server-auth-missing fail",), "unsuitable certificate purpose",
        leaf=_LEAF.replace("serverAuth", "clientAuth"),
    ),
    "no-purpose": Case(("tls-server-auth-missing fail",), leaf=_LEAF.replace(_SERVER, "")),
    "no-name": Case(("tls-name-mismatch fail",), leaf=_LEAF.replace(_SAN, "")),  # openssl takes the common name
    "ending": Case(("tls-certificate-expires-soon warn",), day=80),
    "ended": Case(("tls-certificate-expired fail",), "certificate has expired", day=91),
    "authority-ends-first": Case(
        ("tls-certificate-expires-soon warn",), sign_authority=("-sha256", "-days", "30")
    ),
    "constrained": Case(
        ("tls-chain-untrusted fail",), "permitted subtree violation",
        authority=f"{_CA}{_IDS}nameConstraints=critical,permitted;DNS:firma.de\n",
    ),
    "authority-for-mail": Case(
        ("tls-chain-untrusted fail",), "unsuitable certificate purpose",
        authority=f"{_CA}{_IDS}extendedKeyUsage=emailProtection\n",
    ),
    "no-authority": Case(
        ("tls-chain-untrusted fail",), "invalid CA certificate", authority=f"basicConstraints=CA:false\n{_IDS}",
    ),
    "may-not-sign": Case(
        ("tls-chain-untrusted fail",), "invalid CA certificate",
        authority=f"basicConstraints=critical,CA:true\nkeyUsage=critical,digitalSignature\n{_IDS}",
    ),
    "alone": Case(
        ("tls-chain-incomplete fail", "tls-chain-untrusted unknown"), "unable to get local issuer certificate",
        sent=("leaf",),
    ),
    "root-between": Case(("tls-chain-misordered fail",), sent=("leaf", "root", "authority")),
}  # fmt: skip


def make(folder: Path, case: Case) -> None:
    """root, authority and leaf, as NAME.key and NAME.pem."""

    def run(*words: str) -> None:
        subprocess.run([program(), *words], cwd=folder, capture_output=True, check=True)

    (folder / "root.ext").write_text(_CA + "subjectKeyIdentifier=hash\n")
    (folder / "authority.ext").write_text(case.authority)
    (folder / "leaf.ext").write_text(case.leaf)
    subjects = {"root": "/CN=Root", "authority": "/CN=Authority", "leaf": f"/CN={FQDN}"}
    for name, subject in subjects.items():
        key = case.key if name == "leaf" else ("-newkey", "rsa:2048")
        run("req", "-new", *key, "-nodes", "-keyout", f"{name}.key", "-out", f"{name}.csr", "-subj", subject)
    ways = {
        "root": ("-signkey", "root.key", "-days", "900"),
        "authority": ("-CA", "root.pem", "-CAkey", "root.key", "-CAcreateserial", *case.sign_authority),
        "leaf": ("-CA", "authority.pem", "-CAkey", "authority.key", "-CAcreateserial", *case.sign),
    }
    for name, how in ways.items():
        run("x509", "-req", "-in", f"{name}.csr", "-extfile", f"{name}.ext", *how, "-out", f"{name}.pem")
    (folder / "fullchain.pem").write_bytes(b"".join((folder / f"{name}.pem").read_bytes() for name in case.sent))


def world_at(port: int, folder: Path, day: int = 0) -> World:
    there, then = (ConnectTo(FQDN, 5061, "127.0.0.1", port),), datetime.now(UTC) + timedelta(days=day)
    return World(folder, connect_to=there, ca_bundle=folder / "root.pem", now=lambda: then, resolvers=())


def not_green(fact: tls.TlsFact) -> tuple[set[str], str]:
    results = [judged(check, fact) for check in CERTIFICATE]
    # an elliptic key leaves nothing to measure
    bad = [one for one in results if one.outcome not in (Outcome.PASS, Outcome.NA)]
    return {f"{one.check} {one.outcome}" for one in bad}, "\n".join(said(one) for one in bad)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_fault_is_named_in_file_and_presented_chain(case: Case, tmp_path: Path) -> None:
    make(tmp_path, case)
    key, leaf = (tmp_path / "leaf.key").read_text(), (tmp_path / "leaf.pem").read_bytes()
    others = b"".join((tmp_path / f"{name}.pem").read_bytes() for name in case.sent[1:])
    with s_server(tmp_path / ".", key, leaf, others, "-cipher", "DEFAULT:@SECLEVEL=0") as port:
        fact = tls.probe(sample_site(tmp_path / "fullchain.pem"), world_at(port, tmp_path, case.day), key)
    assert isinstance(fact.presented, tls.Chain), fact.presented
    told, text = not_green(fact)
    assert told == set(case.faults), text
    for origin in ("fullchain.pem: ", f"{FQDN}:5061: "):
        assert not case.faults or origin in text


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_openssl_s_verifier_says_the_same(case: Case, tmp_path: Path) -> None:
    """But for what it does not ask: order, a missing purpose, what is left of a lifetime, and RSA."""
    make(tmp_path, case)
    leaf, root = ((tmp_path / f"{name}.pem").read_bytes() for name in ("leaf", "root"))
    others = b"".join((tmp_path / f"{name}.pem").read_bytes() for name in case.sent[1:])
    then = datetime.now(UTC) + timedelta(days=case.day)
    options = ("-purpose", "sslserver", "-auth_level", "2", "-attime", str(int(then.timestamp())))
    assert verify(tmp_path, leaf, others, root, *options) == case.openssl


MUTUAL = "ssl_verify_client on; ssl_client_certificate {folder}/root.pem;"


@pytest.mark.parametrize(
    ("more", "taken", "mutual"),
    [
        (f"ssl_protocols TLSv1.2; {MUTUAL}", 4, True),
        (f"ssl_protocols TLSv1.2 TLSv1.3; ssl_ciphers ECDHE-RSA-AES256-GCM-SHA384; {MUTUAL}", 1, True),
        ("ssl_protocols TLSv1.2;", 4, False),
        (f"ssl_protocols TLSv1.3; {MUTUAL}", 0, None),
        (f"ssl_protocols TLSv1.2; ssl_ciphers ECDHE-RSA-CHACHA20-POLY1305; {MUTUAL}", 0, None),
    ],
)
def test_nginx_s_suites(tmp_path: Path, more: str, taken: int, mutual: bool | None) -> None:
    make(tmp_path, CASES["good"])
    pair = (tmp_path / "fullchain.pem").read_bytes(), (tmp_path / "leaf.key").read_text()
    with nginx(tmp_path, pair, more.format(folder=tmp_path)) as port:
        fact = suites.probe(sample_site(tmp_path / "fullchain.pem"), world_at(port, tmp_path))
    assert isinstance(fact, SuitesFact), fact
    assert (len(fact.taken), len(fact.refused), fact.mutual) == (taken, 4 - taken, mutual)


@pytest.mark.parametrize("case", ["good", "alone", "root-between"])
def test_nginx_presents_the_file_as_it_is(tmp_path: Path, case: str) -> None:
    make(tmp_path, CASES[case])
    key = (tmp_path / "leaf.key").read_text()
    with nginx(tmp_path, ((tmp_path / "fullchain.pem").read_bytes(), key)) as port:
        fact = tls.probe(sample_site(tmp_path / "fullchain.pem"), world_at(port, tmp_path), key)
    assert isinstance(fact.presented, tls.Chain)
    assert isinstance(fact.file, tls.Chain)
    assert fact.presented.certificates == fact.file.certificates
    assert not_green(fact)[0] == set(CASES[case].faults)
