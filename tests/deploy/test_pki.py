"""Certificate, key and roots: what goes onto the device, in which order, and how it comes off again."""

from __future__ import annotations

from pathlib import Path

import pytest
from installation import Installation

from sbc_tool import teams
from sbc_tool.deploy import pki
from sbc_tool.deploy.delivery import Delivery, deliver, withdraw
from sbc_tool.errors import LineRefused


def installed(lab: Installation, folder: Path, way: str = "scp") -> list[str]:
    written: list[str] = []
    with lab.session(folder) as session:
        deliver(session, pki.material(lab.site, lab.vault()), Delivery(way), written.append)
    return written


def test_key_first_then_certificate_then_microsofts_roots(lab: Installation, tmp_path: Path) -> None:
    written = installed(lab, tmp_path)
    name = lab.certificate_name()
    assert written[:2] == [f"pki:private-key/{name}", f"pki:certificate/{name}"]
    roots = {f"pki:certificate/{root.pki_name}": root.pem.encode() for root in teams.load().roots}
    assert set(written[2:]) == set(roots)
    assert len(roots) == 7
    for path, content in roots.items():
        assert lab.device.store.read(path) == content
    assert lab.device.store.read(written[0]) == lab.site.tls.private_key.path.read_bytes().rstrip(b"\n")
    assert lab.device.store.read(written[1]) == lab.site.tls.certificate.read_bytes()


def test_the_name_is_the_certificates_own(lab: Installation) -> None:
    material = pki.material(lab.site, lab.vault())
    assert material.name == lab.certificate_name() == pki.certificate_name(material.leaf)
    assert material.name.startswith("SBC-")
    assert "PRIVATE KEY" not in repr(material)


def test_the_leaf_goes_first_whatever_the_files_order(lab: Installation, tmp_path: Path) -> None:
    pem = lab.site.tls.certificate.read_text()
    leaf, _, rest = pem.partition("-----END CERTIFICATE-----\n")
    (tmp_path / "chain.pem").write_text(rest + leaf + "-----END CERTIFICATE-----\n")
    tls = lab.site.tls.model_copy(update={"certificate": tmp_path / "chain.pem"})
    material = pki.material(lab.site.model_copy(update={"tls": tls}), lab.vault())
    assert material.chain_pem == pem
    assert material.name == lab.certificate_name()


def test_what_is_there_is_not_written_again(lab: Installation, tmp_path: Path) -> None:
    root = teams.load().roots[0]
    there = b"a comment\n" + root.pem.encode().replace(b"\n", b"\r\n")  # compared by what it certifies
    lab.device.store.write(f"pki:certificate/{root.pki_name}", there)
    written = installed(lab, tmp_path)
    assert len(written) == 8
    assert lab.device.store.read(f"pki:certificate/{root.pki_name}") == there
    revision = lab.device.store.revision
    assert installed(lab, tmp_path) == []
    assert lab.device.store.revision == revision


@pytest.mark.parametrize("other", [b"put there by hand", None])
def test_something_else_under_a_roots_name_stops_it(lab: Installation, tmp_path: Path, other: bytes | None) -> None:
    roots = teams.load().roots
    content = roots[1].pem.encode() if other is None else other
    lab.device.store.write(f"pki:certificate/{roots[0].pki_name}", content)
    with pytest.raises(LineRefused) as caught:
        installed(lab, tmp_path)
    assert f"pki:certificate/{roots[0].pki_name} is not the root" in str(caught.value)
    assert lab.site_files() == [f"pki:certificate/{roots[0].pki_name}"]
    assert lab.device.store.read(f"pki:certificate/{roots[0].pki_name}") == content


@pytest.mark.parametrize("keep", [100, -30])
def test_a_chain_that_was_cut_off_is_written_again_with_its_key(lab: Installation, tmp_path: Path, keep: int) -> None:
    name, chain = lab.certificate_name(), lab.site.tls.certificate.read_bytes()
    installed(lab, tmp_path)
    lab.device.store.write(f"pki:certificate/{name}", chain[:keep])
    lab.device.store.write(f"pki:private-key/{name}", b"-----BEGIN PRIV")
    assert installed(lab, tmp_path) == [f"pki:private-key/{name}", f"pki:certificate/{name}"]
    assert lab.device.store.read(f"pki:certificate/{name}") == chain
    assert b"END PRIVATE KEY" in (lab.device.store.read(f"pki:private-key/{name}") or b"")


def test_by_hand_nothing_is_copied(lab: Installation, tmp_path: Path) -> None:
    asked: list[str] = []

    material = pki.material(lab.site, lab.vault())

    def ask(question: str, secret: bool) -> str:
        asked.append(question)
        for path, content in material.files.items() if len(asked) == 1 else ():
            lab.device.store.write(path, content)
        return ""

    written: list[str] = []
    with lab.session(tmp_path) as session:
        deliver(session, material, Delivery("manual", ask), written.append)
        assert f"pki:private-key/{lab.certificate_name()}" in asked[0]
        deliver(session, material, Delivery("manual", ask), written.append)  # all is there: nothing to ask for
        assert len(asked) == 1
        lab.device.store.remove(f"pki:private-key/{lab.certificate_name()}")
        with pytest.raises(LineRefused):  # said to be done, and not done
            deliver(session, material, Delivery("manual", ask), written.append)
    assert written == []
    lab.reset()
    assert installed(lab, tmp_path, "manual") == []  # nobody is there: taken as done
    assert lab.site_files() == []


def test_a_file_that_does_not_arrive_is_noticed(lab: Installation, tmp_path: Path) -> None:
    def lose() -> None:
        lab.device.watchers.remove(lose)
        lab.device.store.remove(lab.site_files()[0])

    lab.device.watchers.append(lose)
    with pytest.raises(LineRefused) as caught:
        installed(lab, tmp_path)
    assert "does not list pki:private-key/SBC-" in str(caught.value)


def test_withdrawn_is_what_was_written_and_nothing_else(lab: Installation, tmp_path: Path) -> None:
    written = installed(lab, tmp_path)
    lab.device.store.write("pki:certificate/THEIRS", b"x")
    lab.device.store.remove(written[3])  # as if its copy had broken off
    with lab.session(tmp_path) as session:
        withdraw(session, written)
    assert lab.site_files() == ["pki:certificate/THEIRS"]
