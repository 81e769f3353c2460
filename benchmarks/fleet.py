"""Many devices of the lab at the same time: ours against nornir with netmiko.

    python benchmarks/fleet.py [--devices 200] [--jobs 20] [--rtt 0 20]

Each gets as many devices in their factory state, as many at a time, and types the same lines. Ours deploys a whole
site: login, backup, plan, files, push, read back on a fresh connection, save. nornir logs in, types and saves, once as
netmiko does by default and once with cmd_verify=False. Devices and each way run in a process of their own; memory is
that of the process that deploys, at its peak.
"""

from __future__ import annotations

import argparse
import functools
import json
import resource
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sbc_tool.deploy import pki
from sbc_tool.deploy.deploy import How, deploy
from sbc_tool.deploy.fleet import Limits, roll_out
from sbc_tool.deploy.script import script
from sbc_tool.lab.factory import factory_configuration
from sbc_tool.lab.latency import Relay
from sbc_tool.lab.pki import LabCa, write_private
from sbc_tool.lab.smartnode import Nameplate, SmartNode
from sbc_tool.lab.sshd import SshServer
from sbc_tool.render import render
from sbc_tool.site.load import load
from sbc_tool.site.model import Site
from sbc_tool.site.secrets import SecretRef, Vault
from sbc_tool.world import World

_EXAMPLE = Path(__file__).parent.parent / "examples" / "musterfirma" / "site.yaml"
_PASSWORD = "a-password-of-the-lab"


def serve(count: int, folder: Path, round_trip_ms: int) -> None:
    """Devices in their factory state, until stdin ends; certificate and key of all of them are made here, too."""
    site = load(_EXAMPLE)
    chain, key = LabCa().mint(site.teams.fqdn)
    (folder / "fullchain.pem").write_bytes(chain)
    write_private(folder / "key.pem", key)
    plate = Nameplate(str(site.network.lan.address.ip), site.device.model)
    servers = [SshServer(SmartNode(factory_configuration(site, _PASSWORD), plate)) for _ in range(count)]
    ways = [Relay(server.port, round_trip_ms) if round_trip_ms else server for server in servers]
    print(json.dumps([[way.port, server.fingerprint] for way, server in zip(ways, servers, strict=True)]), flush=True)
    sys.stdin.read()
    for one in dict.fromkeys([*ways, *servers]):
        one.stop()


def ours(devices: list[tuple[int, str]], jobs: int, folder: Path) -> dict[str, float]:
    site = _site(folder)
    how = How(verify="config", skip_preflight="a benchmark")

    def work(device: tuple[int, str]) -> bool:
        port, host_key = device
        one = site.model_copy(update={"device": site.device.model_copy(update={"host_key": host_key})})
        world = World(folder / str(port), device=("127.0.0.1", port), timeout=60)
        vault = Vault({}, world.ask, lambda _: _PASSWORD)
        return deploy(one, world, vault, how).state == "deployed"

    start = time.perf_counter()
    with ThreadPoolExecutor(jobs) as threads:
        limits = Limits(jobs, max_failures=1, canary=False)
        ended = [event for event in roll_out(devices, work, threads, limits, bool) if event.kind == "ended"]
    assert len(ended) == len(devices), [event.error for event in ended if event.error]
    return _figures(len(devices), time.perf_counter() - start)


def with_nornir(devices: list[tuple[int, str]], jobs: int, folder: Path, cmd_verify: bool) -> dict[str, float]:
    from nornir.core import Nornir
    from nornir.core.inventory import ConnectionOptions, Defaults, Groups, Host, Hosts, Inventory
    from nornir.core.plugins.connections import ConnectionPluginRegister
    from nornir.plugins.runners import ThreadedRunner
    from nornir_netmiko.tasks import netmiko_send_config

    ConnectionPluginRegister.auto_register()
    site = _site(folder)
    vault = Vault({}, lambda *_: "", lambda _: _PASSWORD)
    wanted = render(site, pki.name_of_file(site) or "").sealed(vault)
    typed = [vault.reveal(line.text) for line in script(wanted.nodes)]
    options = ConnectionOptions(extras={"secret": _PASSWORD, "global_delay_factor": 1})
    hosts = Hosts(
        {
            str(port): Host(
                str(port), "127.0.0.1", port, site.device.username, _PASSWORD, "cisco_ios",
                connection_options={"netmiko": options},
            )
            for port, _ in devices
        }
    )  # fmt: skip
    nornir = Nornir(Inventory(hosts, Groups(), Defaults()), runner=ThreadedRunner(jobs))

    def work(task: object) -> None:
        connection = task.host.get_connection("netmiko", task.nornir.config)  # type: ignore[attr-defined]
        connection.enable()
        task.run(  # type: ignore[attr-defined]
            netmiko_send_config, config_commands=typed, config_mode_command="configure", exit_config_mode=True,
            read_timeout=60, cmd_verify=cmd_verify,
        )  # fmt: skip
        connection.send_command("copy running-config startup-config")

    start = time.perf_counter()
    result = nornir.run(work)
    failed = [str(one.exception) for several in result.values() for one in several if one.exception]
    assert not failed, failed[0]
    return _figures(len(devices), time.perf_counter() - start)


def _site(folder: Path) -> Site:
    site = load(_EXAMPLE)
    key = SecretRef("file", str(folder / "key.pem"))
    tls = site.tls.model_copy(update={"certificate": folder / "fullchain.pem", "private_key": key})
    return site.model_copy(update={"tls": tls})


def _figures(count: int, seconds: float) -> dict[str, float]:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"devices": count, "a_minute": 60 * count / seconds, "peak_mib": peak}


def _measured(arguments: list[str], devices: list[tuple[int, str]]) -> dict[str, float]:
    command = [sys.executable, __file__, *arguments]
    done = subprocess.run(command, input=json.dumps(devices), capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stderr)
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures


WAYS = {
    "ours": ours,
    "nornir": functools.partial(with_nornir, cmd_verify=True),
    "nornir, cmd_verify=False": functools.partial(with_nornir, cmd_verify=False),
}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--devices", type=int, default=200)
    parser.add_argument("--jobs", type=int, default=20)
    parser.add_argument("--rtt", type=int, nargs="+", default=[0, 20], help="round-trip times, ms")
    parser.add_argument("--part", choices=["serve", *WAYS])
    parser.add_argument("--folder", type=Path)
    chosen = parser.parse_args()
    if chosen.part == "serve":
        serve(chosen.devices, chosen.folder, chosen.rtt[0])
    elif chosen.part:
        devices = [(port, key) for port, key in json.load(sys.stdin)]
        print(json.dumps(WAYS[chosen.part](devices, chosen.jobs, chosen.folder)))
    else:
        lines = len(script(render(load(_EXAMPLE), "SBC").config.nodes))
        for round_trip_ms in chosen.rtt:
            print(f"{chosen.devices} devices, {chosen.jobs} at a time, {lines} lines each, {round_trip_ms} ms")
            compare(chosen, round_trip_ms)


def compare(chosen: argparse.Namespace, round_trip_ms: int) -> None:
    for name in WAYS:
        with tempfile.TemporaryDirectory() as folder:
            common = ["--folder", folder, "--devices", str(chosen.devices), "--jobs", str(chosen.jobs)]
            common += ["--rtt", str(round_trip_ms)]
            command = [sys.executable, __file__, "--part", "serve", *common]
            with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as devices:
                assert devices.stdout
                assert devices.stdin
                figures = _measured(["--part", name, *common], json.loads(devices.stdout.readline()))
                devices.stdin.close()
        print(f"  {name:<26} {figures['a_minute']:>6.1f} a minute, peak {figures['peak_mib']:.0f} MiB", flush=True)


if __name__ == "__main__":
    main()
