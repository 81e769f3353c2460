"""The rule pack: dated, with a source for everything, and the seven roots that Microsoft named."""

from __future__ import annotations

import hashlib
import re
import subprocess
from datetime import date
from importlib.resources import files
from ipaddress import IPv4Network
from pathlib import Path

import openssl
import pytest
from ruamel.yaml import YAML

from sbc_tool import teams

TEXT = files("sbc_tool.teams").joinpath("rules.yaml").read_text(encoding="utf-8")
RULES = teams.load()

# Typed in from the table of the facts (direct-routing, 2.3: roots that the SBC must trust), which was computed with
# openssl from other trust stores than the pack: SHA-1, SHA-256 and the end of validity.
ROOTS = {
    "DigiCert Global Root CA": (
        "A8985D3A65E5E5C4B2D7D66D40C6DD2FB19C5436",
        "4348A0E9444C78CB265E058D5E8944B4D84F9662BD26DB257F8934A443C70161",
        "2031-11-10",
    ),
    "DigiCert Global Root G2": (
        "DF3C24F9BFD666761B268073FE06D1CC8D4F82A4",
        "CB3CCBB76031E5E0138F8DD39A23F9DE47FFC35E43C1144CEA27D46A5AB1CB5F",
        "2038-01-15",
    ),
    "DigiCert Global Root G3": (
        "7E04DE896A3E666D00E687D33FFAD93BE83D349E",
        "31AD6648F8104138C738F39EA4320133393E3A18CC02296EF97C2AC9EF6731D0",
        "2038-01-15",
    ),
    "DigiCert TLS ECC P384 Root G5": (
        "17F3DE5E9F0F19E98EF61F32266E20C407AE30EE",
        "018E13F0772532CF809BD1B17281867283FC48C6E13BE9C69812854A490C1B05",
        "2046-01-14",
    ),
    "DigiCert TLS RSA4096 Root G5": (  # the real subject; Microsoft's list writes it with a blank
        "A78849DC5D7C758C8CDE399856B3AAD0B2A57135",
        "371A00DC0533B3721A7EEB40E8419E70799D2B0A0F2C1D80693165F7CEC4AD75",
        "2046-01-14",
    ),
    "Microsoft ECC Root Certificate Authority 2017": (
        "999A64C37FF47D9FAB95F14769891460EEC4C3C5",
        "358DF39D764AF9E1B766E9C972DF352EE15CFAC227AF6AD1D70E8E4A6EDCBA02",
        "2042-07-18",
    ),
    "Microsoft RSA Root Certificate Authority 2017": (
        "73A5E64A3BFF8316FF0EDCCC618A906E4EAE4D74",
        "C741F70F4B2A8D88BF2E71C14122EF53EF10EBA0CFA5E64CFA20F418853073E0",
        "2042-07-18",
    ),
}


def test_the_pack_is_dated() -> None:
    assert re.fullmatch(r"\d{4}-\d{2}-\d{2}", RULES.date)
    assert date.fromisoformat(RULES.date) >= date(2026, 11, 22)
    assert RULES.id == "teams-direct-routing"


def test_everything_has_a_source() -> None:
    """A tag in the comment beside it or above it, and every tag explained, with the date of the page, at the top."""
    head, _, body = TEXT.partition("\nid:")
    explained = dict(re.findall(r"(\b[A-Z]{2,}\d*) = ([^,;.]+(?:\.md)?[^,;]*)", head.replace("\n# ", " ")))
    tagged = set(re.findall(r"\b(PLAN\d+|CONN\d+|NEW\d+|DASH\d+|MED|HIEZ|PS\d+|NET\d+)\b", body))
    assert tagged == set(explained)
    assert re.search(r"PLAN24 = .*2024-06-17", head)
    assert re.search(r"CONN22 = .*2022-11-16", head.replace("\n# ", " "))
    for key in YAML(typ="safe").load(TEXT):
        if key in ("id", "date"):
            continue
        found = re.search(rf"((?:^#.*\n)*)^{key}:(.*)$", TEXT, re.MULTILINE)
        assert found
        assert any(tag in found[1] + found[2] for tag in explained), f"{key} has no source"


def test_the_seven_roots_are_those_of_the_facts() -> None:
    assert {root.name: root.sha256.upper() for root in RULES.roots} == {name: of[1] for name, of in ROOTS.items()}
    assert len({root.pki_name for root in RULES.roots}) == len(RULES.roots)
    assert all(re.fullmatch(r"[A-Z0-9_]+", root.pki_name) for root in RULES.roots)


@pytest.mark.parametrize("name", ROOTS)
def test_openssl_sees_the_same_certificate(name: str, tmp_path: Path) -> None:
    (root,) = (root for root in RULES.roots if root.name == name)
    path = tmp_path / "root.pem"
    path.write_text(root.pem, encoding="ascii")

    def told(*words: str) -> str:
        command = [openssl.program(), "x509", "-in", str(path), "-noout", *words]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()

    sha1, sha256, end = ROOTS[name]
    assert told("-fingerprint", "-sha1").partition("=")[2].replace(":", "") == sha1
    assert told("-fingerprint", "-sha256").partition("=")[2].replace(":", "") == sha256 == root.sha256.upper()
    assert told("-enddate", "-dateopt", "iso_8601").startswith(f"notAfter={end}")
    assert told("-subject", "-nameopt", "multiline").rpartition("commonName")[2].strip(" =\n") == name
    assert told("-subject_hash") == told("-issuer_hash"), "a root is its own issuer"
    assert openssl.verify(tmp_path, root.pem.encode(), b"", root.pem.encode()) == ""


def test_the_bundle_holds_nothing_else() -> None:
    text = files("sbc_tool.teams").joinpath("roots.pem").read_text(encoding="ascii")
    assert text.count("BEGIN CERTIFICATE") == len(RULES.roots) == 7
    assert "PRIVATE KEY" not in text


def test_fingerprint_is_of_what_is_in_the_bundle() -> None:
    import ssl

    for root in RULES.roots:
        assert hashlib.sha256(ssl.PEM_cert_to_DER_cert(root.pem)).hexdigest() == root.sha256


def test_the_root_that_a_command_line_may_take_for_an_order_is_among_them() -> None:
    """Its base64 holds the letters of `quit`: a reason to copy files instead of pasting them."""
    assert [root.name for root in RULES.roots if "qUIT" in root.pem] == ["DigiCert TLS RSA4096 Root G5"]


def test_clouds() -> None:
    assert set(RULES.clouds) == {"worldwide", "gcc-high", "dod"}
    assert RULES.clouds["worldwide"].proxies == (
        "sip.pstnhub.microsoft.com", "sip2.pstnhub.microsoft.com", "sip3.pstnhub.microsoft.com",
    )  # fmt: skip
    assert RULES.clouds["worldwide"].ranges == (IPv4Network("52.112.0.0/14"), IPv4Network("52.120.0.0/14"))
    for cloud in RULES.clouds.values():
        assert len(set(cloud.proxies)) == len(cloud.proxies) > 0
        assert all(network.is_global for network in cloud.ranges)


def test_figures() -> None:
    assert RULES.signalling_port == 5061
    assert RULES.fqdn_max_length == 63
    assert 60 <= RULES.options_interval_s <= 180
    assert RULES.srtp_key_lifetime == 31
