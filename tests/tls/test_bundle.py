"""Chains out of loose files, in every form that certificates come in; most of them made by openssl."""

from __future__ import annotations

import contextlib
import subprocess
from pathlib import Path

import openssl
import pytest
from certificates import DAY, NOW, der, key, key_pem, pem, root, rsa_key
from cryptography import x509
from hypothesis import given
from hypothesis import strategies as st

from sbc_tool.errors import InputError
from sbc_tool.tls import bundle as tls
from sbc_tool.tls import pem as pem_files

ROOT = root()
UPPER = ROOT.below("Upper")
LOWER = UPPER.below("Lower")
LEAF = LOWER.server(private=rsa_key("server"))
CHAIN = (LEAF, LOWER.certificate, UPPER.certificate)
SECRET = "correct horse"


def nobody(purpose: str) -> str:
    raise AssertionError(f"asked for the {purpose}")


def password(purpose: str) -> str:
    return SECRET


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """A folder with the server's key, certificate and authorities, for openssl to make its forms of."""
    (tmp_path / "key.pem").write_text(key_pem(rsa_key("server")))
    (tmp_path / "leaf.pem").write_bytes(pem(LEAF))
    (tmp_path / "others.pem").write_bytes(pem(UPPER.certificate, LOWER.certificate))
    return tmp_path


FORMS = {
    "der": "x509 -in leaf.pem -outform der",
    "trusted": "x509 -in leaf.pem -trustout -addtrust serverAuth",
    "pkcs7-pem": "crl2pkcs7 -nocrl -certfile leaf.pem -certfile others.pem",
    "pkcs7-der": "crl2pkcs7 -nocrl -certfile leaf.pem -certfile others.pem -outform der",
    "pkcs12": "pkcs12 -export -in leaf.pem -inkey key.pem -certfile others.pem -passout pass:correct\\ horse",
    "pkcs12-no-password": "pkcs12 -export -in leaf.pem -inkey key.pem -certfile others.pem -passout pass:",
    "pkcs12-3des": "pkcs12 -export -in leaf.pem -inkey key.pem -certfile others.pem -certpbe PBE-SHA1-3DES "
    "-keypbe PBE-SHA1-3DES -macalg sha1 -passout pass:correct\\ horse",  # as Windows exports by default
    "key-aes": "pkcs8 -topk8 -in key.pem -v2 aes-256-cbc -passout pass:correct\\ horse",
    "key-pkcs1-encrypted": "rsa -in key.pem -aes128 -traditional -passout pass:correct\\ horse",
    "key-der": "rsa -in key.pem -outform der",
}


def convert(folder: Path, form: str) -> bytes:
    import shlex

    command = [openssl.program(), *shlex.split(FORMS[form])]
    return subprocess.run(command, cwd=folder, capture_output=True, check=True).stdout


@pytest.mark.parametrize("form", [name for name in FORMS if not name.startswith("key")])
def test_certificates_in_every_form(made: Path, form: str) -> None:
    ask = password if form in ("pkcs12", "pkcs12-3des") else nobody
    found = tls.contents(convert(made, form), form, ask)
    whole = form.startswith("pkcs")
    assert set(found.certificates) == (set(CHAIN) if whole else {LEAF})
    assert len(found.keys) == ("pkcs12" in form)
    made_of_it = tls.bundle(found.certificates)
    assert made_of_it.chain == (CHAIN if whole else (LEAF,))
    assert pem_files.read_chain(made_of_it.pem, "chain.pem") == der(*made_of_it.chain)


@pytest.mark.parametrize("form", [name for name in FORMS if name not in ("trusted",)])
def test_every_form_that_a_chain_file_refuses_names_the_way_out(made: Path, form: str) -> None:
    with pytest.raises(InputError) as caught:
        pem_files.read_chain(convert(made, form), "given.bin")
    assert "openssl" not in caught.value.hint
    if not form.startswith("key-"):
        assert caught.value.hint == "convert it: sbc-tool cert bundle given.bin -o chain.pem"


@pytest.mark.parametrize(
    ("form", "fault"), [("der", "DER"), ("pkcs12", "PKCS#12"), ("pkcs7-der", "PKCS#7"), ("pkcs7-pem", "PKCS#7")]
)
def test_forms_are_named(made: Path, form: str, fault: str) -> None:
    with pytest.raises(InputError, match=fault):
        pem_files.read_chain(convert(made, form), "given.bin")


@pytest.mark.parametrize("form", ["key-aes", "key-pkcs1-encrypted", "key-der", "pkcs12", "pkcs12-3des"])
def test_keys_come_out_plain(made: Path, form: str) -> None:
    found = tls.contents(convert(made, form), form, password)
    plain = tls.plain_pem(tls.key_for(found.keys, LEAF))
    assert pem_files.belongs(pem_files.read_private_key(plain.decode(), "it"), LEAF)


@pytest.mark.parametrize("form", ["key-aes", "key-pkcs1-encrypted", "pkcs12"])
def test_a_wrong_password(made: Path, form: str) -> None:
    with pytest.raises(InputError) as caught:
        tls.contents(convert(made, form), "it", lambda purpose: "wrong")
    assert "wrong" not in caught.value.what.replace("a wrong password", "")
    assert caught.value.__context__ is None or caught.value.__suppress_context__


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_text_however_it_was_saved(encoding: str, newline: str) -> None:
    text = ("subject=x\n" + pem(LEAF).decode()).replace("\n", newline).encode(encoding)
    assert tls.contents(text, "it", nobody).certificates == (LEAF,)


@given(st.permutations([LEAF, LOWER.certificate, UPPER.certificate, ROOT.certificate, LEAF]))
def test_any_order_gives_the_chain(given_order: list[x509.Certificate]) -> None:
    made = tls.bundle(tuple(given_order))
    assert (made.chain, made.root, made.left_out, made.missing) == (CHAIN, ROOT.certificate, (), "")


def test_what_is_missing_or_does_not_belong_is_told() -> None:
    stray = root("Stray").certificate
    made = tls.bundle((LEAF, stray))
    assert (made.chain, made.left_out, made.missing) == ((LEAF,), ("Stray",), "Lower")
    only = tls.bundle((ROOT.certificate, UPPER.certificate))
    assert only.chain == (UPPER.certificate,)


def test_an_older_certificate_of_the_same_server_is_no_guess() -> None:
    old = LOWER.server(valid=(NOW - 90 * DAY, NOW - DAY))
    with pytest.raises(InputError, match="more than one server's certificate"):
        tls.bundle((LEAF, old))


@pytest.mark.parametrize("data", [b"", b"hello", b"\x30\x03\x02\x01\x05", b"-----BEGIN CERTIFICATE-----\nMII"])
def test_rubbish(data: bytes) -> None:
    with pytest.raises(InputError) as caught:
        tls.contents(data, "it", password)
    assert caught.value.hint


@given(st.binary(max_size=200))
def test_any_bytes_end_as_input_error(data: bytes) -> None:
    with contextlib.suppress(InputError):
        assert isinstance(tls.contents(data, "it", password), tls.Contents)


def test_the_key_that_fits_is_taken() -> None:
    assert tls.key_for((key("other"), rsa_key("server")), LEAF) is rsa_key("server")
    with pytest.raises(InputError, match="no private key that belongs"):
        tls.key_for((key("other"),), LEAF)
    with pytest.raises(InputError, match="no private key in them"):
        tls.key_for((), LEAF)
