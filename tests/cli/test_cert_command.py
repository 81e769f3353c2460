"""`sbc-tool cert`, as typed, with openssl as the authority."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from pathlib import Path

import openssl
import pytest
from certificates import FQDN, key_pem, pem, root, rsa_key
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509.oid import ExtendedKeyUsageOID
from typer.testing import CliRunner, Result

from sbc_tool.cli import app
from sbc_tool.world import World

ROOT = root()
INTERMEDIATE = ROOT.below("Lab Intermediate")
OWN = rsa_key("server")
LEAF = INTERMEDIATE.server(private=OWN, usage=[ExtendedKeyUsageOID.SERVER_AUTH])


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("chain.pem").write_bytes(pem(LEAF, INTERMEDIATE.certificate))
    Path("key.pem").write_text(key_pem(OWN))
    Path("ca.pem").write_bytes(pem(ROOT.certificate))
    return tmp_path


def cert(*words: str, answers: dict[str, str] | None = None) -> Result:
    def ask(question: str, secret: bool) -> str:
        assert secret
        return (answers or {})[question]

    return CliRunner().invoke(app, ["cert", *words], obj=World(Path(), environ={"PW": "hunter22"}, ask=ask))


def test_a_good_chain_is_all_green() -> None:
    done = cert("inspect", "chain.pem", "--key", "key.pem", "--fqdn", FQDN, "--ca-bundle", "ca.pem", "--format", "json")
    assert done.exit_code == 0, done.output
    results = json.loads(done.stdout)["sites"][0]["results"]
    assert {result["outcome"] for result in results} == {"pass"}
    assert "only --ca-bundle vouches for" in done.stdout


def test_what_is_not_given_is_not_judged() -> None:
    done = cert("inspect", "chain.pem", "--ca-bundle", "ca.pem")
    assert done.exit_code == 0, done.output
    assert "tls-name-mismatch" not in done.stdout
    assert "tls-key-mismatch" not in done.stdout
    assert "1. sbc.meinefirma.de (sbc.meinefirma.de)" in done.stdout


def test_faults_end_with_one() -> None:
    done = cert("inspect", "chain.pem", "--fqdn", "www.meinefirma.de")
    assert done.exit_code == 1
    assert "tls-name-mismatch" in done.stdout
    assert "tls-chain-untrusted" in done.stdout


def test_a_file_that_is_no_chain_is_wrong_input_with_a_way_out() -> None:
    Path("both.pfx").write_bytes(pkcs12.serialize_key_and_certificates(
        None, OWN, LEAF, [INTERMEDIATE.certificate], BestAvailableEncryption(b"hunter22")))  # fmt: skip
    refused = cert("inspect", "both.pfx")
    assert refused.exit_code == 2
    assert "sbc-tool cert bundle both.pfx -o chain.pem" in refused.stderr
    done = cert("bundle", "both.pfx", "-o", "out.pem", "--key-output", "out.key", "--password", "env:PW")
    assert done.exit_code == 0, done.output
    assert Path("out.pem").read_bytes() == pem(LEAF, INTERMEDIATE.certificate)
    judged = cert("inspect", "out.pem", "--key", "out.key", "--fqdn", FQDN, "--ca-bundle", "ca.pem")
    assert judged.exit_code == 0, judged.output


def test_a_key_in_der_is_wrong_input_with_a_way_out() -> None:
    Path("key.der").write_bytes(OWN.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()))
    refused = cert("inspect", "chain.pem", "--key", "key.der")
    assert refused.exit_code == 2
    assert "sbc-tool cert bundle FILE --key-output key.pem" in refused.stderr
    assert cert("bundle", "key.der", "--key-output", "out.key").exit_code == 0
    assert "belongs to the private key" in " ".join(cert("inspect", "chain.pem", "--key", "out.key").stdout.split())


def test_a_passphrase_is_asked_for_and_taken_off() -> None:
    Path("locked.pem").write_text(key_pem(OWN, b"hunter22"))
    refused = cert("inspect", "chain.pem", "--key", "locked.pem", "--ca-bundle", "ca.pem")
    assert "sbc-tool cert bundle key.pem --key-output plain.pem" in " ".join(refused.stdout.split())
    answers = {"Passphrase of the key in locked.pem": "hunter22"}
    done = cert("bundle", "locked.pem", "--key-output", "plain.pem", answers=answers)
    assert done.exit_code == 0, done.output
    assert Path("plain.pem").read_text() == key_pem(OWN)
    assert "hunter22" not in done.output


def test_loose_files_become_a_chain_on_stdout() -> None:
    Path("a.crt").write_bytes(pem(ROOT.certificate, INTERMEDIATE.certificate))
    Path("b.crt").write_bytes(pem(LEAF))
    done = cert("bundle", "a.crt", "b.crt")
    assert done.stdout.encode() == pem(LEAF, INTERMEDIATE.certificate)
    assert "left out, as peers have it: the root Lab Root" in done.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("bundle", "chain.pem", "-o", "there"),
        ("bundle", "key.pem", "--key-output", "there"),
        ("request", FQDN, "-o", "there"),
        ("request", FQDN, "--key-output", "there"),
    ],
)
def test_nothing_is_overwritten(words: tuple[str, ...], here: Path) -> None:
    Path("there").write_text("precious")
    before = sorted(here.iterdir())
    done = cert(*words)
    assert done.exit_code == 2
    assert "there: is there already" in done.stderr
    assert Path("there").read_text() == "precious"
    assert sorted(here.iterdir()) == before


def test_a_request_that_an_authority_takes() -> None:
    """openssl signs the request; the certificate has the name, and the key fits."""
    done = cert("request", FQDN.upper(), "--organization", "Müller & Co")
    assert done.exit_code == 0, done.output
    csr, key = Path(f"{FQDN}.csr.pem"), Path(f"{FQDN}.key.pem")
    if sys.platform != "win32":
        assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert "PRIVATE" not in done.output
    command = [openssl.program(), "req", "-in", str(csr), "-noout", "-verify", "-text"]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    for part in ("Public-Key: (2048 bit)", f"DNS:{FQDN}", "TLS Web Server Authentication", "sha256WithRSAEncryption"):
        assert part in told
    Path("own.pem").write_text(key_pem(rsa_key("Lab Root")))
    sign = f"x509 -req -in {csr} -signkey {key} -days 200 -copy_extensions copyall -out own.crt"
    subprocess.run([openssl.program(), *sign.split()], capture_output=True, check=True)
    judged = cert("inspect", "own.crt", "--key", str(key), "--fqdn", FQDN, "--format", "json")
    wrong = {r["id"] for r in json.loads(judged.stdout)["sites"][0]["results"] if r["outcome"] == "fail"}
    assert wrong == {"tls-self-signed"}


@pytest.mark.parametrize("name", ["sbc", "sbc.firma.onmicrosoft.com", "192.0.2.1", "s bc.de", f"{'a' * 60}.de.com"])
def test_names_that_no_sbc_can_have(name: str, here: Path) -> None:
    before = sorted(here.iterdir())
    assert cert("request", name).exit_code == 2
    assert sorted(here.iterdir()) == before
