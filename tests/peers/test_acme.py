"""The whole way of a certificate: Let's Encrypt's test server, certbot, its deploy hook, the device, the TLS port.

Certbot is run as README prints it. acme.sh is in no package registry, so its part is played as its source has it
(acmesh-official/acme.sh 3.1.5, `_installcert`), with a certificate that the test server has issued.
"""

from __future__ import annotations

import json
import os
import re
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

    def issue(self, *command: str, **environ: str) -> str:
        """`command` as README has it, against the test server."""
        with reserve() as held:
            port = held.getsockname()[1]
        return self.run(
            *command, "--http-01-port", str(port), "--http-01-address", "127.0.0.1", "--server", self.pebble.directory,
            "--agree-tos", "--register-unsafely-without-email", **environ,
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


def readme(label: str) -> list[list[str]]:
    """The commands of a fence in README, in words."""
    text = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    found = re.search(rf"^```sh {re.escape(label)}\n(.+?)\n```", text, re.MULTILINE | re.DOTALL)
    assert found
    return [shlex.split(line) for line in found[1].replace("\\\n", " ").splitlines()]


def option(command: list[str], name: str) -> str:
    return command[command.index(name) + 1]


def in_the_lab(acme: SimpleNamespace, hook: str) -> str:
    """The hook as README has it, with this program and site file, for the device of the lab."""
    python = shlex.quote(sys.executable)
    hook = hook.replace("/usr/local/bin/sbc-tool", f"{python} -c 'from sbc_tool.cli import main; main()'")
    hook = hook.replace("/etc/sbc-tool/site.yaml", str(acme.lab.file))
    assert str(acme.lab.file) in hook
    lab = f"--lab-ready {acme.folder / 'ready.json'} --skip-preflight test-server"
    return f"{hook} {lab} > {acme.folder / 'hook.log'} 2>&1"


def by_certbot(acme: SimpleNamespace) -> list[str]:
    """The command of README, without its first word."""
    ((program_name, *command),) = readme("certbot")
    assert program_name == "certbot"
    command[command.index("--deploy-hook") + 1] = in_the_lab(acme, option(command, "--deploy-hook"))
    return command


def hook(acme: SimpleNamespace) -> str:
    return option(by_certbot(acme), "--deploy-hook")


def presented(lab: Installation, folder: Path) -> bytes:
    chain = tls.probe(lab.site, lab.world(folder), "").presented
    assert isinstance(chain, tls.Chain), chain
    return chain.certificates[0]


def environment(acme: SimpleNamespace) -> dict[str, str]:
    return {**acme.lab.environ, "SBC_TOOL_HOME": str(acme.folder / "data")}


def test_issued_installed_renewed_and_installed_again(acme: SimpleNamespace) -> None:
    lab, folder = acme.lab, acme.folder
    first = presented(lab, folder)
    said = acme.certbot.issue(*by_certbot(acme), **environment(acme))
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


@pytest.mark.parametrize(
    ("domains", "code", "said"),
    [
        ("www.example.de", 0, "nothing to do"),
        (f"a.example.de {FQDN}", 2, "certbot renewed"),
        ("*.meinefirma.de", 2, "cert"),
    ],
)
def test_a_hook_for_another_certificate(acme: SimpleNamespace, domains: str, code: int, said: str) -> None:
    """It is none of the site's; but one with the SBC's name must not be passed over in silence."""
    lines, sessions = acme.lab.device.lines_accepted, acme.lab.device.sessions
    other = acme.folder / "live" / "www.example.de"
    other.mkdir(parents=True, exist_ok=True)
    environ = {**os.environ, **environment(acme), "RENEWED_LINEAGE": str(other), "RENEWED_DOMAINS": domains}
    assert subprocess.run(hook(acme), shell=True, env=environ, check=False).returncode == code
    assert said in (acme.folder / "hook.log").read_text()
    assert (acme.lab.device.lines_accepted, acme.lab.device.sessions) == (lines, sessions)


def test_the_reload_command_of_acme_sh(acme: SimpleNamespace) -> None:
    """Files are copied to where README says; the command is evaluated by sh in acme.sh's own folder."""
    issue, install = readme("acme.sh")
    assert "ec-" not in option(issue, "--keylength")
    home, installed = acme.folder / ".acme.sh" / FQDN, acme.folder / "installed"
    home.mkdir(parents=True)
    installed.mkdir()
    made = acme.folder / "another"
    ((_, *command),) = readme("certbot")
    at = command.index("--deploy-hook")
    Certbot(made, acme.certbot.pebble).issue(*command[:at], *command[at + 2 :])
    live = made / "config" / "live" / FQDN
    names = {
        "cert.pem": f"{FQDN}.cer",
        "privkey.pem": f"{FQDN}.key",
        "chain.pem": "ca.cer",
        "fullchain.pem": "fullchain.cer",
    }
    for theirs, name in names.items():
        (home / name).write_bytes((live / theirs).read_bytes())
    for wanted, name in (("--key-file", f"{FQDN}.key"), ("--fullchain-file", "fullchain.cer")):
        (installed / Path(option(install, wanted)).name).write_bytes((home / name).read_bytes())
    text = acme.lab.file.read_text()
    before = acme.lab.file.read_text().partition("tls: ")[2].partition("\n")[0]
    own = f'{{certificate: {installed / "fullchain.pem"}, private_key: "file:{installed / "key.pem"}"}}'
    acme.lab.file.write_text(text.replace(before, own))
    try:
        exported = {
            "CERT_PATH": str(home / f"{FQDN}.cer"), "CERT_KEY_PATH": str(home / f"{FQDN}.key"),
            "CA_CERT_PATH": str(home / "ca.cer"), "CERT_FULLCHAIN_PATH": str(home / "fullchain.cer"),
            "Le_Domain": FQDN, "Le_ForceNewDomainKey": "1", "Le_Next_Domain_Key": "",
        }  # fmt: skip
        cron = {"PATH": "/usr/bin:/bin", "HOME": str(acme.folder), "SHELL": "/bin/sh"}
        command = ["sh", "-c", f'cd "{home}" && eval "$reload"']
        environ = {**cron, **exported, **environment(acme), "reload": in_the_lab(acme, option(install, "--reloadcmd"))}
        for state in ("deployed", "unchanged"):  # and once more, as cron does every day
            done = subprocess.run(command, env=environ, check=False)
            said = (acme.folder / "hook.log").read_text()
            assert done.returncode == 0, said
            assert state in said
        assert presented(acme.lab, acme.folder) == ssl.PEM_cert_to_DER_cert((live / "cert.pem").read_text())
    finally:
        acme.lab.file.write_text(text)
