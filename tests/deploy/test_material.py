"""Certificate and key files that are of no use: said before the device is even asked."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import certificates
import pytest
from installation import Installation

from sbc_tool.deploy.deploy import How, deploy
from sbc_tool.errors import InputError
from sbc_tool.finding import Outcome
from sbc_tool.lab.pki import LabCa
from sbc_tool.site.secrets import SecretRef


def with_tls(lab: Installation, certificate: Path, key: Path) -> Any:
    tls = {"certificate": certificate, "private_key": SecretRef("file", str(key))}
    return lab.site.model_copy(update={"tls": lab.site.tls.model_copy(update=tls)})


def refused(lab: Installation, folder: Path, certificate: Path, key: Path) -> str:
    """What is said of these files; the device was not even asked."""
    sessions = lab.device.sessions
    with pytest.raises(InputError) as caught:
        deploy(with_tls(lab, certificate, key), lab.world(folder), lab.vault(), How())
    assert caught.value.exit == 2
    assert caught.value.hint
    assert lab.device.sessions == sessions
    assert lab.untouched()
    assert not (folder / "audit.jsonl").exists()
    return str(caught.value)


def test_key_files_that_are_of_no_use(lab: Installation, tmp_path: Path) -> None:
    chain = lab.site.tls.certificate
    assert "no such file" in refused(lab, tmp_path, chain, tmp_path / "ghost.pem")
    other = tmp_path / "other.pem"
    other.write_text(certificates.key_pem(certificates.key("somebody else")))
    assert "does not belong to the certificate" in refused(lab, tmp_path, chain, other)
    locked = tmp_path / "locked.pem"
    locked.write_text(certificates.key_pem(passphrase=b"open sesame"))
    assert "passphrase" in refused(lab, tmp_path, chain, locked)
    locked.write_bytes(b"\xff\xfe\x00nonsense")
    assert "UTF-8" in refused(lab, tmp_path, chain, locked)
    locked.write_text("-----BEGIN PRIVATE KEY-----\nc2VjcmV0LXN0dWZm\n-----END PRIVATE KEY-----\n")
    assert "c2VjcmV0LXN0dWZm" not in refused(lab, tmp_path, chain, locked)
    assert "folder" in refused(lab, tmp_path, chain, tmp_path)


def test_certificate_files_that_are_of_no_use(lab: Installation, tmp_path: Path) -> None:
    key = lab.site.tls.private_key.path
    assert "ghost.pem" in refused(lab, tmp_path, tmp_path / "ghost.pem", key)
    bad = tmp_path / "bad.pem"
    bad.write_text("nothing")
    assert "bad.pem" in refused(lab, tmp_path, bad, key)
    assert "directory" in refused(lab, tmp_path, tmp_path, key)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no rights of this kind")
def test_a_key_that_may_not_be_read(lab: Installation, tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may read everything")
    key = tmp_path / "key.pem"
    key.write_text("x")
    key.chmod(0)
    assert "cannot be read" in refused(lab, tmp_path, lab.site.tls.certificate, key)


def test_a_certificate_of_another_name_is_not_deployed(lab: Installation, tmp_path: Path) -> None:
    chain, key = LabCa().mint("sbc.example.de")
    (tmp_path / "chain.pem").write_bytes(chain)
    (tmp_path / "key.pem").write_bytes(key)
    site = with_tls(lab, tmp_path / "chain.pem", tmp_path / "key.pem")
    sessions = lab.device.sessions
    done = deploy(site, lab.world(tmp_path), lab.vault(), How())
    assert done.state == "unchanged"
    assert done.plan is None
    failed = {result.check for result in done.results if result.outcome is Outcome.FAIL}
    assert "tls-name-mismatch" in failed
    assert lab.device.sessions == sessions
    assert lab.untouched()
