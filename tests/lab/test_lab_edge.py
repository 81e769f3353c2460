"""Microsoft's edge and the authority of the lab, asked by openssl and by the SBC's own probe."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import openssl
import pytest
from certificates import pem
from cryptography import x509

from sbc_tool.cli.lab import install
from sbc_tool.facts import microsoft
from sbc_tool.facts.microsoft import MicrosoftFact
from sbc_tool.lab import Lab
from sbc_tool.site.load import load
from sbc_tool.world import World

SITE = load(Path(__file__).parents[2] / "examples" / "musterfirma" / "site.yaml")


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    with Lab.start(SITE, tmp_path / "lab") as lab:
        install(lab, SITE, World(tmp_path / "home"))
        yield lab


def ask(lab: Lab) -> MicrosoftFact:
    world = lab.ready().world(World(lab.folder / "home"))
    fact = microsoft.probe(lab.ready().adopt(SITE), world, (lab.folder / "key.pem").read_text())
    assert isinstance(fact, MicrosoftFact), fact
    return fact


def test_options_go_both_ways(lab: Lab) -> None:
    assert [reply.code for reply in ask(lab).replies] == [200, 200, 200]
    assert [lab.edge.heard.get(timeout=20) for _ in range(3)] == [200, 200, 200]


def test_a_dead_sbc_does_not_answer_back(lab: Lab) -> None:
    lab.sbc.stop()
    assert [reply.code for reply in ask(lab).replies] == [200, 200, 200]
    assert [lab.edge.heard.get(timeout=20) for _ in range(3)] == [None, None, None]


def test_strangers_are_forbidden(lab: Lab) -> None:
    lab.edge.gateways.clear()
    assert [reply.code for reply in ask(lab).replies] == [403, 403, 403]
    lab.stop()
    assert lab.edge.heard.empty()


@pytest.mark.parametrize("version", ["-tls1_2", "-tls1_3"])
def test_without_a_certificate_openssl_is_turned_away(lab: Lab, version: str) -> None:
    command = [openssl.program(), "s_client", "-connect", f"127.0.0.1:{lab.edge.port}", version, "-ign_eof"]
    done = subprocess.run(command, input="OPTIONS", capture_output=True, text=True, timeout=60, check=False)
    assert "alert" in done.stderr
    assert "SIP/2.0" not in done.stdout


@pytest.mark.parametrize("revoked", [False, True])
def test_openssl_understands_the_authority(lab: Lab, revoked: bool) -> None:
    leaf, intermediate = x509.load_pem_x509_certificates((lab.folder / "fullchain.pem").read_bytes())
    if revoked:
        lab.authority.revoked.add(leaf.serial_number)
    for name, content in {"leaf": pem(leaf), "issuer": pem(intermediate), "root": lab.ca.root_pem}.items():
        (lab.folder / f"{name}.pem").write_bytes(content)
    command = [openssl.program(), "ocsp", "-issuer", "issuer.pem", "-cert", "leaf.pem", "-CAfile", "root.pem"]
    command += ["-verify_other", "issuer.pem", "-url", f"http://127.0.0.1:{lab.authority.port}/"]
    done = subprocess.run(command, cwd=lab.folder, capture_output=True, text=True, timeout=60, check=False)
    assert "Response verify OK" in done.stderr
    assert ("leaf.pem: revoked" if revoked else "leaf.pem: good") in done.stdout
