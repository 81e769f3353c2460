"""Revocation: OpenSSL's OCSP responder and revocation lists, and servers that mean no good."""

from __future__ import annotations

import dataclasses
import http.server
import re
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import hostile_streams
import openssl
import pytest
from certificates import DAY, FQDN, NOW, Authority, key, key_pem, pem, root, rsa_key
from cryptography import x509
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID
from judged import judged, said
from nameserver import unused_port
from sample_site import sample_site

from sbc_tool.check import NotApplicable, Unknown
from sbc_tool.facts.revocation import RevocationFact, probe
from sbc_tool.finding import Outcome
from sbc_tool.preflight.tls_certificate_revoked import TlsCertificateRevoked
from sbc_tool.world import ConnectTo, World

ROOT = root()
ISSUER = ROOT.below("Lab Intermediate")
_URLS = {kind: x509.UniformResourceIdentifier(f"http://{kind}.example/") for kind in ("ocsp", "crl")}
OCSP = x509.AuthorityInformationAccess([x509.AccessDescription(AuthorityInformationAccessOID.OCSP, _URLS["ocsp"])])
CRL = x509.CRLDistributionPoints([x509.DistributionPoint([_URLS["crl"]], None, None, None)])
LEAF = ISSUER.server(private=rsa_key("server"), extras=[OCSP, CRL])


def whole_bytes(serial: int) -> str:
    """As OpenSSL's index wants it: an even number of digits."""
    text = f"{serial:X}"
    return text.zfill(len(text) + len(text) % 2)


SERIAL = whole_bytes(LEAF.serial_number)


def ask(
    folder: Path,
    ocsp: int = 0,
    crl: int = 0,
    leaf: x509.Certificate = LEAF,
    timeout: float = 5.0,
    later: timedelta = timedelta(),
) -> RevocationFact | Unknown | NotApplicable:
    """With the authority's two servers at those ports."""
    (folder / "fullchain.pem").write_bytes(pem(leaf, ISSUER.certificate))
    (folder / "ca.pem").write_bytes(pem(ROOT.certificate))
    ways = (("ocsp.example", ocsp or unused_port()), ("crl.example", crl or unused_port()))
    there = tuple(ConnectTo(name, 80, "127.0.0.1", port) for name, port in ways)
    then = datetime.now(UTC) + later  # the answers are of this moment, not of the one at which the tests began
    world = World(
        folder, connect_to=there, ca_bundle=folder / "ca.pem", timeout=timeout, now=lambda: then, resolvers=()
    )
    return probe(sample_site(folder / "fullchain.pem"), world)


def outcome(seen: RevocationFact | Unknown | NotApplicable) -> tuple[Outcome, str]:
    assert isinstance(seen, RevocationFact), seen
    result = judged(TlsCertificateRevoked(), seen)
    return result.outcome, said(result)


def database(folder: Path, revoked: bool, serial: str = SERIAL) -> None:
    """OpenSSL's index of issued certificates; see `man openssl-ca`."""
    when = f"{NOW - DAY:%y%m%d%H%M%SZ}"
    start = (
        f"R\t{NOW + 90 * DAY:%y%m%d%H%M%SZ}\t{when},keyCompromise"
        if revoked
        else f"V\t{NOW + 90 * DAY:%y%m%d%H%M%SZ}\t"
    )
    (folder / "index.txt").write_text(f"{start}\t{serial}\tunknown\t/CN={FQDN}\n")
    (folder / "index.txt.attr").write_text("unique_subject = no\n")


@contextmanager
def responder(folder: Path, signer: Authority = ISSUER) -> Iterator[int]:
    (folder / "issuer.pem").write_bytes(pem(ISSUER.certificate))
    (folder / "signer.pem").write_bytes(pem(signer.certificate))
    (folder / "signer.key").write_text(key_pem(signer.key))
    command = [openssl.program(), "ocsp", "-port", "0", "-index", "index.txt", "-CA", "issuer.pem"]
    command += ["-rsigner", "signer.pem", "-rkey", "signer.key", "-nmin", "60"]
    # by what it says, as it hangs after a connection on which nothing is asked
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=folder, stdout=pipe, stderr=subprocess.STDOUT, text=True) as server:
        try:
            assert server.stdout is not None
            said = ""
            for line in server.stdout:
                said += line
                if "waiting for OCSP" in line:
                    break
            found = re.search(r"ACCEPT .*:(\d+)", said)
            assert found, said
            yield int(found[1])
        finally:
            server.kill()


@pytest.mark.parametrize("revoked", [False, True])
def test_openssl_s_responder(tmp_path: Path, revoked: bool) -> None:
    database(tmp_path, revoked)
    with responder(tmp_path) as port:
        told, text = outcome(ask(tmp_path, ocsp=port))
    assert told is (Outcome.FAIL if revoked else Outcome.PASS)
    if revoked:
        assert f"was revoked on {NOW - DAY:%Y-%m-%d} (keyCompromise), says OCSP ocsp.example" in text
    else:
        assert f"{FQDN} is not revoked, says OCSP ocsp.example" in text


def delegate(usage: list[x509.ObjectIdentifier]) -> Authority:
    return Authority(ISSUER.server(["ocsp.example"], private=key("delegate"), usage=usage), key("delegate"))


@pytest.mark.parametrize(
    ("signer", "good"),
    [
        (delegate([ExtendedKeyUsageOID.OCSP_SIGNING]), True),
        (delegate([ExtendedKeyUsageOID.SERVER_AUTH]), False),
        (root("Strange Root"), False),
    ],
    ids=["delegate", "not-for-ocsp", "stranger"],
)
def test_who_may_sign(tmp_path: Path, signer: Authority, good: bool) -> None:
    database(tmp_path, revoked=False)
    with responder(tmp_path, signer) as port:
        told, text = outcome(ask(tmp_path, ocsp=port))
    assert told is (Outcome.PASS if good else Outcome.UNKNOWN), text
    assert good or "crl.example" in text  # after which the list was tried


def test_a_certificate_that_the_responder_does_not_know(tmp_path: Path) -> None:
    database(tmp_path, revoked=False, serial="0123")
    leaf = ISSUER.server(private=rsa_key("server"), extras=[OCSP])
    with responder(tmp_path) as port:
        told, text = outcome(ask(tmp_path, ocsp=port, leaf=leaf))
    assert (told, "it does not know the certificate" in text) == (Outcome.UNKNOWN, True)


def test_an_answer_that_is_too_old(tmp_path: Path) -> None:
    database(tmp_path, revoked=False)
    leaf = ISSUER.server(private=rsa_key("server"), extras=[OCSP])
    (tmp_path / "index.txt").write_text(
        (tmp_path / "index.txt").read_text().replace(SERIAL, whole_bytes(leaf.serial_number))
    )
    with responder(tmp_path) as port:
        told, text = outcome(ask(tmp_path, ocsp=port, leaf=leaf, later=5 * DAY))
    assert (told, "it ended on" in text) == (Outcome.UNKNOWN, True)


_CA = """
[ca]
default_ca = us
[us]
database = index.txt
default_md = sha256
default_crl_days = 7
"""


def revocation_list(folder: Path, issuer: Authority, *options: str) -> bytes:
    (folder / "ca.cnf").write_text(_CA)
    (folder / "c.pem").write_bytes(pem(issuer.certificate))
    (folder / "c.key").write_text(key_pem(issuer.key))
    command = [openssl.program(), "ca", "-gencrl", "-config", "ca.cnf", "-keyfile", "c.key", "-cert", "c.pem"]
    done = subprocess.run([*command, *options], cwd=folder, capture_output=True, check=True)
    return done.stdout


@contextmanager
def serving(content: bytes, status: int = 200) -> Iterator[int]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Not into the tests' output."""

    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("revoked", [False, True])
@pytest.mark.parametrize("form", ["pem", "der"])
def test_openssl_s_list(tmp_path: Path, revoked: bool, form: str) -> None:
    """Asked when OCSP is not there."""
    database(tmp_path, revoked)
    crl = revocation_list(tmp_path, ISSUER)
    if form == "der":
        done = subprocess.run([openssl.program(), "crl", "-outform", "der"], input=crl, capture_output=True, check=True)
        crl = done.stdout
    with serving(crl) as port:
        told, text = outcome(ask(tmp_path, crl=port))
    assert told is (Outcome.FAIL if revoked else Outcome.PASS), text
    assert "says CRL crl.example" in text


@pytest.mark.parametrize("case", ["stranger", "same-name", "old", "rubbish", "404"])
def test_lists_that_are_worth_nothing(tmp_path: Path, case: str) -> None:
    database(tmp_path, revoked=False)
    impostor = dataclasses.replace(ISSUER, key=key("Strange Root"))
    crl = {
        "stranger": lambda: revocation_list(tmp_path, root("Strange Root")),
        "same-name": lambda: _forged(impostor),
        "old": lambda: revocation_list(tmp_path, ISSUER, "-crlhours", "1"),
    }.get(case, lambda: b"rubbish")()
    with serving(crl, 404 if case == "404" else 200) as port:
        told, text = outcome(ask(tmp_path, crl=port, later=DAY if case == "old" else timedelta()))
    assert told is Outcome.UNKNOWN
    why = {"stranger": "another authority's", "same-name": "signature is not", "old": "it ended on", "404": "HTTP 404"}
    assert why.get(case, "") in text


def _forged(impostor: Authority) -> bytes:
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.serialization import Encoding

    builder = x509.CertificateRevocationListBuilder(impostor.certificate.subject, NOW - DAY, NOW + DAY)
    return builder.sign(impostor.key, hashes.SHA256()).public_bytes(Encoding.DER)


@pytest.mark.parametrize("behave", hostile_streams.ALL, ids=lambda behave: behave.__name__)
def test_hostile_authorities_leave_it_unknown(tmp_path: Path, behave: hostile_streams.Behaviour) -> None:
    with hostile_streams.server(behave) as port:
        told, _ = outcome(ask(tmp_path, ocsp=port, crl=port, timeout=0.3))
    assert told is Outcome.UNKNOWN


def test_not_every_certificate_can_be_asked_for(tmp_path: Path) -> None:
    plain = ask(tmp_path, leaf=ISSUER.server(private=rsa_key("server")))
    short = ask(tmp_path, leaf=ISSUER.server(valid=(NOW - DAY, NOW + 6 * DAY), extras=[OCSP]))
    assert isinstance(plain, NotApplicable)
    assert isinstance(short, NotApplicable)
    (tmp_path / "fullchain.pem").write_bytes(pem(LEAF))
    alone = probe(sample_site(tmp_path / "fullchain.pem"), World(tmp_path, resolvers=()))
    assert isinstance(alone, Unknown)
    assert "Lab Intermediate, who could tell, is missing" in alone
