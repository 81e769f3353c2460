"""Where the SBC stands, told apart behind real address translation: nftables in network namespaces, coturn and NSD."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from dnspeers import APEX, HEAD
from netns import Internet, internet, masquerade
from peer import program, running

FQDN, PUBLIC, SERVERS = f"sbc.{APEX}", "123.123.123.123", "80.0.0.1"
HERE = Path(__file__).parents[1]
SITE = """
site: musterfirma
device: {{model: SN5500, host: {device}, password: env:SBC_PASSWORD, host_key: "{host_key}"}}
network:
  wan: {{port: "0 1", address: 123.123.123.123/29, gateway: 123.123.123.121, filter: none}}
  lan: {{port: "0 0", address: 192.168.1.1/24}}
  dns: [80.0.0.1]
  ntp: [80.0.0.1]
teams: {{fqdn: sbc.meinefirma.de}}
tls: {{certificate: {certificate}, private_key: "file:{key}"}}
starface: {{address: 192.168.1.9, fqdn: starface.meinefirma.de}}
users: [{{external: "+497123222", internal: "222", account: user.01, password: env:USER_01}}]
"""
DNAT = "tcp dport 5061 ip daddr 123.123.123.123 dnat to 192.168.178.20"


def direct(net: Internet) -> None:
    """The SBC holds the public address."""
    net.link("world", "123.123.123.121/29", "sbc", f"{PUBLIC}/29")
    net.default("sbc", "123.123.123.121")
    _behind_the_sbc(net)


def forwarded(net: Internet, *more: str) -> None:
    """A router holds it; the laptop stands beside the SBC."""
    net.machine("router")
    net.link("world", "123.123.123.121/29", "router", f"{PUBLIC}/29")
    net.default("router", "123.123.123.121")
    net.link("router", "192.168.178.1/24", "sbc", "192.168.178.20/24")
    net.link("router", "192.168.179.1/24", "laptop", "192.168.179.77/24")
    net.default("sbc", "192.168.178.1")
    net.default("laptop", "192.168.179.1")
    out = "chain out { type nat hook postrouting priority srcnat; ip daddr != 192.168.0.0/16 masquerade; %s }"
    net.nft("router", (out % " ".join(more)) + f"\nchain in {{ type nat hook prerouting priority dstnat; {DNAT}; }}")
    if not more:  # most routers do not lead their own address back inside
        net.nft("router", "chain no { type filter hook forward priority 0; ip saddr 192.168.179.0/24 "
                          "ct status dnat drop; }")  # fmt: skip


def hairpin(net: Internet) -> None:
    forwarded(net, "ip saddr 192.168.179.0/24 ip daddr 192.168.178.20 tcp dport 5061 masquerade;")


def cgnat(net: Internet) -> None:
    """The SBC holds an address of the provider's."""
    net.machine("provider")
    net.link("world", "80.80.80.1/24", "provider", "80.80.80.80/24")
    net.default("provider", "80.80.80.1")
    net.link("provider", "100.72.3.1/24", "sbc", "100.72.3.4/24")
    net.default("sbc", "100.72.3.1")
    net.nft("provider", masquerade())
    _behind_the_sbc(net)


def double(net: Internet) -> None:
    """A router of the customer's behind the provider's NAT."""
    net.machine("provider", "router")
    net.link("world", "80.80.80.1/24", "provider", "80.80.80.80/24")
    net.default("provider", "80.80.80.1")
    net.link("provider", "100.72.3.1/24", "router", "100.72.3.4/24")
    net.default("router", "100.72.3.1")
    net.link("router", "192.168.178.1/24", "sbc", "192.168.178.20/24")
    net.default("sbc", "192.168.178.1")
    for machine in ("provider", "router"):
        net.nft(machine, masquerade())
    _behind_the_sbc(net)


def _behind_the_sbc(net: Internet) -> None:
    net.link("sbc", "192.168.1.1/24", "laptop", "192.168.1.77/24")
    net.default("laptop", "192.168.1.1")
    net.nft("sbc", masquerade())


@contextmanager
def built(folder: Path, build: Any, held: str) -> Iterator[Internet]:
    """The world with a name server and a STUN server, and the SBC where `build` puts it."""
    site = folder / "plain.yaml"
    names = {"device": "192.168.1.1", "host_key": "SHA256:" + "A" * 43, "certificate": "none.pem", "key": "none.pem"}
    site.write_text(SITE.format(**names))
    (folder / "zone").write_text(f"{HEAD}sbc 60 IN A {PUBLIC}\n")
    nsd = f"""
server:
  ip-address: {SERVERS}
  username: ""
  chroot: ""
  pidfile: ""
  database: ""
  zonesdir: "{folder}"
  xfrdfile: "{folder}/xfrd"
  zonelistfile: "{folder}/list"
  xfrdir: "{folder}"
  server-count: 1
remote-control:
  control-enable: no
zone:
  name: {APEX}
  zonefile: zone
"""
    (folder / "nsd.conf").write_text(nsd)
    with internet() as net:
        net.machine("world", "sbc", "laptop")
        net.run("world", "ip", "address", "add", f"{SERVERS}/32", "dev", "lo")
        build(net)
        turn = ["--log-file", "stdout", "--pidfile", str(folder / "pid"), "--userdb", str(folder / "db"), "-v"]
        turn += ["-n", "--listening-ip", SERVERS, "--no-tls", "--no-dtls", "--no-cli", "--stun-only"]
        box = [sys.executable, str(HERE / "netbox.py"), str(site), str(folder), held]
        with (
            running(net.command("world", program("nsd"), "-d", "-V", "1", "-c", f"{folder}/nsd.conf"), "nsd started"),
            running(net.command("world", program("turnserver"), *turn), f"UDP listener opened on: {SERVERS}"),
            running(net.command("sbc", *box), "the box is up"),
        ):
            yield net


def judged_from(net: Internet, machine: str, folder: Path, device: str) -> dict[str, Any]:
    """The result of `sbc-behind-dnat`, as `sbc-tool preflight` on that machine finds it."""
    ready = json.loads((folder / "ready.json").read_text())
    site = folder / "site.yaml"
    keys = {"certificate": ready["certificate"], "key": ready["private_key"], "host_key": ready["host_key"]}
    site.write_text(SITE.format(device="192.168.1.1", **keys))
    outside = ["--resolver", SERVERS, "--stun", SERVERS, "--device", f"{device}:22", "--timeout", "3", "--no-input"]
    outside += ["--connect-to", f"{FQDN}:5061:{PUBLIC}:5061"]
    command = [sys.executable, "-m", "sbc_tool", "preflight", str(site), "--only", "sbc-behind-dnat", *outside]
    environ = {**os.environ, "SBC_PASSWORD": ready["secrets"]["env:SBC_PASSWORD"], "SBC_TOOL_HOME": str(folder)}
    done = subprocess.run(
        net.command(machine, *command, "--format", "json"), env=environ, capture_output=True, text=True, check=False
    )
    (site_result,) = json.loads(done.stdout)["sites"]
    assert site_result["results"], done.stderr
    return dict(site_result["results"][0])


def said(result: dict[str, Any]) -> str:
    return f"{result['outcome']}: {result['cause']}"


def test_direct(tmp_path: Path) -> None:
    with built(tmp_path, direct, f"{PUBLIC}/29") as net:
        outside = said(judged_from(net, "world", tmp_path, PUBLIC))
        inside = said(judged_from(net, "laptop", tmp_path, "192.168.1.1"))
    assert outside.startswith(f"pass: device, site file and DNS agree on {PUBLIC}"), outside
    assert f"STUN {SERVERS} (this computer's network, not the SBC's)" in outside
    assert "certificate there: its own" in outside
    assert f"STUN {PUBLIC} (this computer's, in the SBC's network)" in inside
    assert "hairpin" in inside


def test_port_forwarding(tmp_path: Path) -> None:
    with built(tmp_path, forwarded, "192.168.178.20/24") as net:
        inside = said(judged_from(net, "laptop", tmp_path, "192.168.178.20"))
        outside = said(judged_from(net, "world", tmp_path, PUBLIC))
    assert inside.startswith("fail: the device holds 192.168.178.20 on port 0 1"), inside
    assert "a router in between forwards ports (DNAT)" in inside
    assert "certificate there" not in inside  # the router does not lead its own address back
    assert outside.startswith("unknown: whether the device itself holds"), outside  # SSH is not forwarded


def test_port_forwarding_with_hairpin(tmp_path: Path) -> None:
    with built(tmp_path, hairpin, "192.168.178.20/24") as net:
        inside = said(judged_from(net, "laptop", tmp_path, "192.168.178.20"))
    assert "a router in between forwards ports (DNAT)" in inside
    assert "certificate there: its own" in inside
    assert "not seen from outside (hairpin)" in inside


@pytest.mark.parametrize(
    ("build", "held", "words"),
    [
        (cgnat, "100.72.3.4/24", "fail: the device holds 100.72.3.4 on port 0 1, which is behind the provider's NAT"),
        (double, "192.168.178.20/24", "outbound leaves as 80.80.80.80 (double NAT)"),
    ],
)
def test_nat_of_the_provider(tmp_path: Path, build: Any, held: str, words: str) -> None:
    with built(tmp_path, build, held) as net:
        inside = said(judged_from(net, "laptop", tmp_path, "192.168.1.1"))
    assert inside.startswith("fail: "), inside
    assert words in inside
    assert "STUN 80.80.80.80 (this computer's, in the SBC's network)" in inside
