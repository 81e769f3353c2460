"""`preflight`: offline, in a lab, chosen checks, several sites, what makes it fail."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from command import EXAMPLE, sbc_tool, site_file

from sbc_tool import preflight

ALL = [check.id for check in preflight.ALL]


def results(out: str) -> dict[str, Any]:
    return {one["id"]: one for site in json.loads(out)["sites"] for one in site["results"]}


def test_offline_asks_nobody(tmp_path: Path) -> None:
    """The guard in conftest.py fails the test when a connection is tried; the device of the example is not here."""
    ran = sbc_tool("preflight", EXAMPLE, "--offline", "--format", "json", home=tmp_path)
    assert ran.code == 3, "the certificate is not here"
    looked = [line.removeprefix("musterfirma: ").removesuffix(" looked at") for line in ran.err.splitlines()]
    assert sorted(looked) == ["calendar", "certificate and TLS port"], "what was not asked is not told"
    found = results(ran.out)
    assert sorted(found) == sorted(ALL)
    assert {name for name, one in found.items() if one["outcome"] == "n/a"} == {
        "fqdn-not-resolvable", "fqdn-resolver-disagreement", "fqdn-multiple-addresses", "fqdn-address-mismatch",
        "fqdn-is-alias", "fqdn-has-ipv6-address", "zone-delegation-lame", "zone-dnssec-bogus", "caa-forbids-issuer",
        "sbc-behind-dnat", "sip-port-closed", "microsoft-path-poor", "clock-skew",
        "starface-registration-refused", "starface-name-duplicate", "cloud-connector-unreachable",
        "tls-certificate-revoked", "tls-protocol-or-cipher-refused", "sip-options-unanswered", "sip-contact-not-fqdn",
        "microsoft-proxy-unreachable", "microsoft-root-missing", "filter-blocks-microsoft",
    }  # fmt: skip
    assert found["bandwidth-insufficient"]["outcome"] == "pass"
    assert found["bandwidth-insufficient"]["cause"].startswith("6 calls x 300 kbit/s = 1,800 kbit/s")


def test_in_a_fresh_lab_only_the_sbc_is_missing(tmp_path: Path) -> None:
    ran = sbc_tool("preflight", EXAMPLE, "--lab", "--format", "json", home=tmp_path)
    found = results(ran.out)
    assert found["fqdn-address-mismatch"]["outcome"] == "pass"
    assert found["tls-key-mismatch"]["outcome"] == "pass"
    assert [name for name, one in found.items() if one["outcome"] == "fail"] == [
        "sip-port-closed", "microsoft-root-missing",
    ]  # fmt: skip
    assert ran.code == 1


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        (("max_calls: 6", "max_calls: 100"), "bandwidth-insufficient"),
        (
            ("address: 123.123.123.123/29   # public, held by the SBC itself: no NAT, no port forwarding\n"
             "    gateway: 123.123.123.121", "address: 100.72.3.4/29\n    gateway: 100.72.3.1"),
            "wan-address-not-public",
        ),
    ],
)  # fmt: skip
def test_a_fault_is_a_no(change: tuple[str, str], wrong: str, tmp_path: Path) -> None:
    path = site_file(tmp_path / "customer", change)
    words = ["preflight", path, "--offline"]
    ran = sbc_tool(*words, home=tmp_path)
    assert ran.code == 1, "a known fault goes before what is not known"
    assert "musterfirma: no-go" in ran.out
    only = sbc_tool(*words, "--only", wrong, "--format", "json", home=tmp_path)
    assert only.code == 1
    assert {name: one["outcome"] for name, one in results(only.out).items()} == {wrong: "fail"}


def test_only_skip_and_list(tmp_path: Path) -> None:
    def ids(*words: str) -> list[str]:
        ran = sbc_tool("preflight", EXAMPLE, "--offline", "--format", "json", *words, home=tmp_path)
        return list(results(ran.out))

    assert ids("--only", "tls-name-mismatch", "--only", "sip-port-closed") == ["tls-name-mismatch", "sip-port-closed"]
    assert ids("--skip", "tls-name-mismatch") == [name for name in ALL if name != "tls-name-mismatch"]
    assert ids("--only", "tls-name-mismatch", "--skip", "tls-name-mismatch") == []
    ran = sbc_tool("preflight", "--list", home=tmp_path)
    assert ran.code == 0
    assert [line.split(None, 1) for line in ran.out.splitlines()] == [[c.id, c.title] for c in preflight.ALL]


def test_no_check_at_all_is_not_green(tmp_path: Path) -> None:
    words = ["--only", "tls-name-mismatch", "--skip", "tls-name-mismatch"]
    ran = sbc_tool("preflight", EXAMPLE, "--offline", *words, "--format", "json", home=tmp_path)
    assert ran.code == 3
    assert json.loads(ran.out)["verdict"] == "review"


def test_warnings_fail_when_they_shall(tmp_path: Path) -> None:
    """A certificate's file with the key in it is such a warning."""
    from sbc_tool.lab.pki import LabCa

    chain, key = LabCa().mint("sbc.meinefirma.de")
    path = site_file(tmp_path / "customer")
    (path.parent / "certs").mkdir()
    (path.parent / "certs" / "fullchain.pem").write_bytes(chain + key)
    (path.parent / "certs" / "key.pem").write_bytes(key)
    words = ["preflight", path, "--offline", "--only", "tls-key-in-chain-file"]
    ran = sbc_tool(*words, home=tmp_path)
    assert "holds a private key, too" in ran.out
    assert ran.code == 0
    assert sbc_tool(*words, "--fail-on", "warn", home=tmp_path).code == 1


def test_several_sites_in_the_order_given(tmp_path: Path) -> None:
    for name in ("b", "a", "c"):
        site_file(tmp_path / "sites" / name, ("site: musterfirma", f"site: customer-{name}"))
    order = ["c", "a", "b"]
    paths = [tmp_path / "sites" / name / "site.yaml" for name in order]
    words = ["--offline", "--only", "bandwidth-insufficient", "--format", "json"]
    ran = sbc_tool("preflight", *paths, *words, "--jobs", "3", home=tmp_path)
    assert [site["site"] for site in json.loads(ran.out)["sites"]] == [f"customer-{name}" for name in order]
    assert ran.code == 0
    folder = sbc_tool("preflight", tmp_path / "sites", paths[0], *words, home=tmp_path)
    assert [site["site"] for site in json.loads(folder.out)["sites"]] == ["customer-a", "customer-b", "customer-c"]
    text = sbc_tool("preflight", *paths, "--offline", "--only", "bandwidth-insufficient", home=tmp_path).out
    assert text.splitlines()[-1] == "3 sites: 3 go"


def test_a_site_without_a_line_is_asked_for_one(tmp_path: Path) -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    section = text[text.index("wan_link:") : text.index("licences:")]
    path = site_file(tmp_path / "customer", (section, ""))
    ran = sbc_tool("preflight", path, "--offline", "--only", "bandwidth-insufficient", home=tmp_path)
    assert ran.code == 3
    assert "no wan_link" in ran.out


def test_home_stays_empty(tmp_path: Path) -> None:
    sbc_tool("preflight", EXAMPLE, "--offline", home=tmp_path / "home")
    assert not (tmp_path / "home").exists()
