"""A certificate is renewed and nothing else; whatever fails, the old one is presented again."""

from __future__ import annotations

import dataclasses
import json
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from certificates import DAY, NOW, key_pem, pem, root, rsa_key
from installation import FQDN, Installation

from sbc_tool import teams
from sbc_tool.deploy import journal, lock, pki
from sbc_tool.deploy.deploy import Deployment, How, deploy
from sbc_tool.deploy.pace import Pace
from sbc_tool.deploy.renewal import renew
from sbc_tool.deploy.session import address
from sbc_tool.errors import DeployUndone, InputError, SbcError
from sbc_tool.facts import tls
from sbc_tool.finding import Outcome
from sbc_tool.site.model import Site
from sbc_tool.site.secrets import SecretRef

SAVE = "copy running-config startup-config"


@pytest.fixture(scope="module")
def minted(kept_up: Installation, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Files of the next certificate and its key, from the same authority."""
    folder = tmp_path_factory.mktemp("renewed")
    chain, key = kept_up.lab.ca.mint(FQDN)
    (folder / "fullchain.pem").write_bytes(chain)
    (folder / "privkey.pem").write_bytes(key)
    return folder / "fullchain.pem", folder / "privkey.pem"


@pytest.fixture
def running(lab: Installation, tmp_path: Path, quick: None) -> Iterator[str]:
    """The site is deployed and saved; the running configuration with the old certificate."""
    how = How(verify="config", skip_preflight="of no concern here")
    assert deploy(lab.site, lab.world(tmp_path / "first"), lab.vault(), how).state == "deployed"
    fetches, takes = lab.device.fetches, lab.device.takes
    yield lab.running()
    lab.device.finish_fetching()
    lab.device.fetches, lab.device.takes = fetches, takes


def with_files(site: Site, files: tuple[Path, Path], **tls: Any) -> Site:
    update = {"certificate": files[0], "private_key": SecretRef("file", str(files[1])), **tls}
    return site.model_copy(update={"tls": site.tls.model_copy(update=update)})


def renewed(lab: Installation, folder: Path, site: Site, **how: Any) -> Deployment:
    keep = how.pop("keep_sessions", False)
    return renew(site, lab.world(folder), lab.vault(), How(**how), keep)


def presented(lab: Installation, folder: Path) -> str:
    chain = tls.probe(lab.site, lab.world(folder), "").presented
    return pki.certificate_name(chain.certificates[0]) if isinstance(chain, tls.Chain) else str(chain)


def test_only_the_certificate_changes(
    lab: Installation, running: str, minted: tuple[Path, Path], tmp_path: Path
) -> None:
    site = with_files(lab.site, minted)
    old, new = lab.certificate_name(), pki.name_of_file(site)
    assert new
    assert presented(lab, tmp_path) == old
    done = renewed(lab, tmp_path, site)
    assert done.state == "deployed"
    assert [(result.check, result.outcome) for result in done.results[-2:]] == [
        ("running-config-differs", Outcome.PASS),
        ("presented-certificate-differs", Outcome.PASS),
    ]
    assert lab.running() == running.replace(old, new) == lab.device.startup
    assert presented(lab, tmp_path) == new
    names = {name for name in lab.site_files() if "SBC-" in name}
    assert names == {f"pki:private-key/{new}", f"pki:certificate/{new}"}
    record = json.loads((tmp_path / "audit.jsonl").read_text())
    assert (record["command"], record["state"], record["certificate"]) == ("cert install", "deployed", new)


def test_a_second_time_nothing_is_typed(
    lab: Installation, running: str, minted: tuple[Path, Path], tmp_path: Path
) -> None:
    site = with_files(lab.site, minted)
    renewed(lab, tmp_path, site)
    lines, revision = lab.device.lines_accepted, lab.device.store.revision
    done = renewed(lab, tmp_path, site)
    assert (done.state, done.unproved) == ("unchanged", ())
    assert (lab.device.lines_accepted, lab.device.store.revision) == (lines, revision)


def test_while_somebody_deploys_nothing_is_begun_and_nobody_told_to_abort(
    lab: Installation, running: str, minted: tuple[Path, Path], tmp_path: Path
) -> None:
    site, world = with_files(lab.site, minted), lab.world(tmp_path)
    where = "{}:{}".format(*address(site, world))
    entry = journal.Entry(site.site, where, "", NOW.isoformat(), str(tmp_path / "backup.cfg"), "lines")
    journal.Journal(tmp_path, entry).note()
    with lock.turn(tmp_path, where, {"USER": "erika"}, "now"):
        done = renewed(lab, tmp_path, site)
    assert done.state == "unchanged"
    assert [result.check for result in done.results if result.outcome is Outcome.FAIL] == ["deploy-locked"]
    with pytest.raises(SbcError, match="lines"):
        renewed(lab, tmp_path, site)  # that somebody has gone, and left it unfinished


@pytest.mark.parametrize("keep", [False, True])
def test_the_gateway_is_shut_down_around_the_switch(
    lab: Installation, running: str, minted: tuple[Path, Path], tmp_path: Path, keep: bool
) -> None:
    heard: list[str] = []
    told: list[str] = []
    lab.device.overhear = heard.append
    site = with_files(lab.site, minted)
    renewed(lab, tmp_path, site, keep_sessions=keep, tell=told.append)
    name = pki.name_of_file(site)
    switch = ["profile tls DEFAULT", f"private-key pki:private-key/{name}"]
    switch += [f"own-certificate 1 pki:certificate/{name}"]
    gateway = "context sip-gateway GW_TEAMS"
    around = switch if keep else [gateway, "shutdown", *switch, gateway, "no shutdown"]
    assert [line for line in heard if line in {*around, "shutdown", "no shutdown"}] == around
    assert any("calls drop" in step for step in told) is not keep


def test_an_old_tls_session_is_dropped(
    lab: Installation, running: str, minted: tuple[Path, Path], tmp_path: Path
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.load_cert_chain(lab.site.tls.certificate, lab.site.tls.private_key.path)
    world = lab.world(tmp_path)
    with context.wrap_socket(world.connect(FQDN, 5061)) as old:
        renewed(lab, tmp_path, with_files(lab.site, minted))
        try:
            ended = old.recv(1) == b""
        except (ConnectionError, ssl.SSLError):
            ended = True
    assert ended


def fails_by_refusal(lab: Installation) -> None:
    lab.device.refuse = lambda line: "% No" if line.startswith("own-certificate") else None


def fails_at_the_start_of_the_gateway(lab: Installation) -> None:
    def once(line: str) -> str | None:
        if line != "no shutdown":
            return None
        lab.device.refuse = None
        return "% No"

    lab.device.refuse = once


def hangs_up(after: int) -> Callable[[Installation], None]:
    def fail(lab: Installation) -> None:
        lab.device.hang_up_after = after

    return fail


def loses_the_key(lab: Installation) -> None:
    def lose() -> None:
        names = lab.device.store.names("pki:private-key/")
        new = [name for name in names if name.startswith("SBC-") and name != lab.certificate_name()]
        if new and lab.device.startup != lab.running():
            lab.device.watchers.remove(lose)
            lab.device.store.remove(f"pki:private-key/{new[0]}")

    lab.device.watchers.append(lose)


def refuses_the_save(lab: Installation) -> None:
    device, copy = lab.device, lab.device.copy
    device.copy = lambda *_: (setattr(device, "copy", copy), False)[1]  # type: ignore[method-assign]


FAILURES = [fails_by_refusal, fails_at_the_start_of_the_gateway, loses_the_key, refuses_the_save]


@pytest.mark.parametrize("fail", [*FAILURES, *(hangs_up(lines) for lines in range(1, 8))])
def test_whatever_fails_the_old_certificate_is_presented_again(
    lab: Installation, running: str, minted: tuple[Path, Path], tmp_path: Path, fail: Callable[[Installation], None]
) -> None:
    before = lab.site_files()
    watchers = list(lab.device.watchers)
    fail(lab)
    with pytest.raises(SbcError) as caught:
        renewed(lab, tmp_path, with_files(lab.site, minted))
    lab.device.watchers[:] = watchers
    assert isinstance(caught.value, DeployUndone)
    assert lab.running() == running == lab.device.startup
    assert lab.site_files() == before
    assert presented(lab, tmp_path) == lab.certificate_name()
    assert json.loads((tmp_path / "audit.jsonl").read_text())["state"] == "rolled-back"


@pytest.mark.parametrize("way", ["sftp", "pull", "blind pull", "manual"])
def test_whatever_the_way(lab: Installation, running: str, minted: tuple[Path, Path], tmp_path: Path, way: str) -> None:
    site = with_files(lab.site, minted, delivery=way.rpartition(" ")[2])
    new = pki.name_of_file(site)

    def ask(question: str, secret: bool) -> str:
        for path, content in pki.material(site, lab.vault()).files.items():
            assert path in question or lab.device.store.read(path) == content
            lab.device.store.write(path, content)
        return ""

    if way == "blind pull":  # no file can be listed: only what is presented proves it
        lab.device.takes = ()
    done = renewed(lab, tmp_path, site, clear_key=True, ask=ask if way == "manual" else None)
    assert done.state == "deployed"
    assert presented(lab, tmp_path) == new


def test_microsofts_roots_are_completed(
    lab: Installation, running: str, minted: tuple[Path, Path], tmp_path: Path
) -> None:
    roots = teams.load().roots
    lost = roots[2].pki_name
    with lab.session(tmp_path) as session:
        session.enter_configuration()
        lines = ["profile tls DEFAULT", f"no trusted-certificate 3 pki:certificate/{lost}"]
        assert [reply.output for reply in session.type(lines, Pace())] == ["", ""]
    lab.device.store.remove(f"pki:certificate/{lost}")
    assert lost not in lab.running()
    assert renewed(lab, tmp_path, with_files(lab.site, minted)).state == "deployed"
    assert f"trusted-certificate {len(roots) + 1} pki:certificate/{lost}" in lab.running()
    assert lab.device.store.read(f"pki:certificate/{lost}") == roots[2].pem.encode()


def test_a_device_without_an_sbc_has_nothing_to_renew(
    lab: Installation, minted: tuple[Path, Path], tmp_path: Path
) -> None:
    with pytest.raises(InputError) as caught:
        renewed(lab, tmp_path, with_files(lab.site, minted))
    assert "nothing to renew" in str(caught.value)
    assert "deploy" in caught.value.hint
    assert lab.untouched()


@pytest.mark.parametrize("fault", ["tls-name-mismatch", "tls-certificate-expired"])
def test_a_certificate_that_microsoft_would_not_take(
    lab: Installation, running: str, tmp_path: Path, fault: str
) -> None:
    names = ["sbc.example.de"] if fault == "tls-name-mismatch" else [FQDN]
    valid = (NOW - 9 * DAY, NOW - DAY) if fault == "tls-certificate-expired" else (NOW - DAY, NOW + 90 * DAY)
    leaf = root().server(names, valid=valid, private=rsa_key("server"))
    files = tmp_path / "chain.pem", tmp_path / "key.pem"
    files[0].write_bytes(pem(leaf))
    files[1].write_text(key_pem(rsa_key("server")))
    sessions = lab.device.sessions
    done = renewed(lab, tmp_path, with_files(lab.site, files))
    assert done.state == "unchanged"
    assert fault in [result.check for result in done.results if result.outcome is Outcome.FAIL]
    assert lab.device.sessions == sessions


def test_a_person_who_says_no(lab: Installation, running: str, minted: tuple[Path, Path], tmp_path: Path) -> None:
    done = renewed(lab, tmp_path, with_files(lab.site, minted), confirm=lambda _: False)
    assert done.state == "planned"
    assert done.plan
    assert dataclasses.asdict(done.plan.changes[0])["op"] == "replace"
    assert lab.running() == running
