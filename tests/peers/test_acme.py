"""The whole way of a certificate: Let's Encrypt's test server, certbot, its deploy hook, the device, the TLS port."""

from __future__ import annotations

import json
import os
import shlex
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import pytest
from certificates import key_pem, pem, root
from installation import FQDN, Installation, installation
from programs import program

from sbc_tool.deploy import pki
from sbc_tool.deploy.deploy import How, deploy
from sbc_tool.facts import tls
from sbc_tool.lab.listener import reserve


@dataclass(frozen=True)
class Pebble:
    directory: str
    anchors: Path  # of its own HTTPS, not of what it issues


@contextmanager
def pebble(folder: Path) -> Iterator[Pebble]:
    """Issues to everybody (PEBBLE_VA_ALWAYS_VALID): that names are proved is not what is tested here."""
    authority = root("pebble's own")
    (folder / "anchors.pem").write_bytes(pem(authority.certificate))
    (folder / "leaf.pem").write_bytes(pem(authority.server(["localhost"], common_name="localhost")))
    (folder / "leaf.key").write_text(key_pem())
    ports = []
    for _ in range(4):
        with reserve() as held:
            ports.append(held.getsockname()[1])
    settings = {
        "listenAddress": f"127.0.0.1:{ports[0]}",
        "managementListenAddress": f"127.0.0.1:{ports[1]}",
        "certificate": str(folder / "leaf.pem"),
        "privateKey": str(folder / "leaf.key"),
        "httpPort": ports[2],
        "tlsPort": ports[3],
        "ocspResponderURL": "",
        "externalAccountBindingRequired": False,
    }
    (folder / "pebble.json").write_text(json.dumps({"pebble": settings}))
    environ = {**os.environ, "PEBBLE_VA_ALWAYS_VALID": "1", "PEBBLE_VA_NOSLEEP": "1", "PEBBLE_WFE_NONCEREJECT": "0"}
    command = [program("pebble"), "-config", str(folder / "pebble.json")]
    with subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as server:
        try:
            assert server.stdout is not None
            said = b""
            for line in server.stdout:
                said += line
                if b"ACME directory available" in line:
                    break
            else:
                raise AssertionError(said.decode())
            for port in ports[:2]:
                _open(port, server)
            yield Pebble(f"https://localhost:{ports[0]}/dir", folder / "anchors.pem")
        finally:
            server.kill()


def _open(port: int, server: subprocess.Popen[bytes]) -> None:
    while server.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
    raise AssertionError("pebble has gone")


@dataclass(frozen=True)
class Certbot:
    folder: Path
    pebble: Pebble

    def run(self, *options: str, **environ: str) -> str:
        folders = [f"--{kind}-dir={self.folder / kind}" for kind in ("config", "work", "logs")]
        command = [program("certbot"), *options, *folders, "--non-interactive"]
        done = subprocess.run(
            command,
            env={**os.environ, "REQUESTS_CA_BUNDLE": str(self.pebble.anchors), **environ},
            capture_output=True, text=True, check=False, timeout=300,
        )  # fmt: skip
        said = done.stdout + done.stderr
        assert done.returncode == 0, said
        return said

    def issue(self, hook: str, **environ: str) -> str:
        with reserve() as held:
            port = held.getsockname()[1]
        return self.run(
            "certonly", "--standalone", "--http-01-port", str(port), "--http-01-address", "127.0.0.1",
            "--server", self.pebble.directory, "--agree-tos", "--register-unsafely-without-email",
            "--key-type", "rsa", "--rsa-key-size", "2048", "-d", FQDN, "--deploy-hook", hook, **environ,
        )  # fmt: skip


@pytest.fixture(scope="module")
def acme(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    """A deployed lab whose site file points at where certbot keeps the certificate."""
    folder = tmp_path_factory.mktemp("acme")
    with installation(folder / "lab") as lab, pebble(folder) as server:
        how = How(verify="config", skip_preflight="of no concern here")
        assert deploy(lab.site, lab.world(folder / "data"), lab.vault(), how).state == "deployed"
        certbot = Certbot(folder / "certbot", server)
        live = certbot.folder / "config" / "live" / FQDN
        site = lab.file.read_text().replace("fullchain.pem", str(live / "fullchain.pem"))
        lab.file.write_text(site.replace("file:key.pem", f"file:{live / 'privkey.pem'}"))
        lab.ready.write(folder / "ready.json")
        yield SimpleNamespace(lab=lab, certbot=certbot, folder=folder, live=live)


def hook(acme: SimpleNamespace) -> str:
    python = shlex.quote(sys.executable)
    return (
        f"{python} -c 'from sbc_tool.cli import main; main()' cert install {acme.lab.file} --yes --no-input"
        f" --lab-ready {acme.folder / 'ready.json'} --skip-preflight test-server > {acme.folder / 'hook.log'} 2>&1"
    )


def presented(lab: Installation, folder: Path) -> bytes:
    chain = tls.probe(lab.site, lab.world(folder), "").presented
    assert isinstance(chain, tls.Chain), chain
    return chain.certificates[0]


def environment(acme: SimpleNamespace) -> dict[str, str]:
    return {**acme.lab.environ, "SBC_TOOL_HOME": str(acme.folder / "data")}


def test_issued_installed_renewed_and_installed_again(acme: SimpleNamespace) -> None:
    lab, folder = acme.lab, acme.folder
    first = presented(lab, folder)
    said = acme.certbot.issue(hook(acme), **environment(acme))
    assert "Hook 'deploy-hook' reported error" not in said, (folder / "hook.log").read_text()
    second = presented(lab, folder)
    leaf = ssl.PEM_cert_to_DER_cert((acme.live / "cert.pem").read_text())
    assert second == leaf != first
    acme.certbot.run("renew", "--force-renewal", "--no-random-sleep-on-renew", **environment(acme))
    third = presented(lab, folder)
    assert third == ssl.PEM_cert_to_DER_cert((acme.live / "cert.pem").read_text()) != second
    assert "deployed" in (folder / "hook.log").read_text()
    ours = {name for name in lab.site_files() if "/SBC-" in name}
    name = pki.certificate_name(third)
    assert ours == {f"pki:private-key/{name}", f"pki:certificate/{name}"}  # those before have gone


def test_a_hook_for_another_certificate_does_nothing(acme: SimpleNamespace) -> None:
    lines, sessions = acme.lab.device.lines_accepted, acme.lab.device.sessions
    other = acme.folder / "live" / "www.example.de"
    other.mkdir(parents=True)
    environ = {**os.environ, **environment(acme), "RENEWED_LINEAGE": str(other), "RENEWED_DOMAINS": "www.example.de"}
    assert subprocess.run(hook(acme), shell=True, env=environ, check=False).returncode == 0
    assert "nothing to do" in (acme.folder / "hook.log").read_text()
    assert (acme.lab.device.lines_accepted, acme.lab.device.sessions) == (lines, sessions)
