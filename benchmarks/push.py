"""A push of many users to the lab: ours, stock netmiko's `send_config_set`, and a bare paramiko channel as the floor.

    python benchmarks/push.py [--users 300] [--rtt 50 …] [--sample 400] [--rounds 3]

Every way types the same lines into a fresh device of the lab, over the same relay that adds the round-trip time.
netmiko waits for every line, so it gets only the first `--sample` of them; lines a second are compared. The floor
judges nothing and has no window: once it stops where ours must (a line that hurts at once waits for what is before it),
once nowhere, which no careful push can have.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Thread

import paramiko
from netmiko import ConnectHandler

from sbc_tool.deploy import push
from sbc_tool.deploy.script import Typed, script
from sbc_tool.deploy.session import connect
from sbc_tool.lab import Lab
from sbc_tool.render import render
from sbc_tool.site.load import load
from sbc_tool.site.model import Site
from sbc_tool.site.secrets import Vault
from sbc_tool.trinity import diff
from sbc_tool.trinity.tree import parse
from sbc_tool.world import World

_EXAMPLE = Path(__file__).parent.parent / "examples" / "vtrinity-250"
_PASSWORD = "a password of the lab"
_ENVIRON = {"SBC_PASSWORD": _PASSWORD, "SIP": "a password of a phone"}


Way = Callable[["Bench", World, Vault], tuple[int, float]]


class Bench:
    """One run: a site, its lines, and a lab that is new for every way."""

    def __init__(self, folder: Path, users: int, round_trip_ms: int) -> None:
        self.folder = folder
        self.site = _site(folder, users)
        self.round_trip_ms = round_trip_ms

    def time(self, way: Way) -> tuple[int, float]:
        """Lines typed, and seconds for them, connecting left out."""
        folder = tempfile.TemporaryDirectory(dir=self.folder)
        with folder, Lab.start(self.site, Path(folder.name), self.round_trip_ms, _ENVIRON) as lab:
            ready = lab.ready()
            world = ready.world(World(data_dir=Path(folder.name), environ=_ENVIRON))
            self.site = ready.adopt(self.site)
            lines, seconds = way(self, world, Vault(_ENVIRON, world.ask, ready.stand_in))
        return lines, seconds


def ours(bench: Bench, world: World, vault: Vault) -> tuple[int, float]:
    with connect(bench.site, world, _PASSWORD) as session:
        plan = _plan(bench, session.running_config(), vault)
        start = time.perf_counter()
        refusal = push.push(session, plan, vault)
        seconds = time.perf_counter() - start
    assert refusal is None, refusal
    return len(script(plan)), seconds


def floor(barriers: bool) -> Way:
    """As fast as bytes go: with no window, count prompts, judge nothing; stop at our barriers or nowhere."""

    def way(bench: Bench, world: World, vault: Vault) -> tuple[int, float]:
        lines = _typed(bench, world, vault)
        batches = list(push._between_barriers(lines)) if barriers else [lines]
        client = _client(bench, world)
        channel = client.invoke_shell(width=4096)
        _read_prompts(channel, 1)
        channel.sendall(b"enable\n")
        _read_prompts(channel, 1)
        start = time.perf_counter()
        for batch in (["configure"], *([vault.reveal(line.text) for line in batch] for batch in batches), ["end"]):
            data = "".join(f"{line}\n" for line in batch).encode()
            sender = Thread(target=channel.sendall, args=(data,))  # reading begins before all is sent
            sender.start()
            _read_prompts(channel, len(batch))
            sender.join()
        seconds = time.perf_counter() - start
        client.close()
        return len(lines), seconds

    return way


def netmiko(cmd_verify: bool, sample: int) -> Way:
    def way(bench: Bench, world: World, vault: Vault) -> tuple[int, float]:
        lines = [vault.reveal(line.text) for line in _typed(bench, world, vault)[:sample]]
        assert world.device
        host, port = world.device
        session = ConnectHandler(
            device_type="generic", host=host, port=port, username=bench.site.device.username, password=_PASSWORD
        )
        for command in ("enable", "configure"):
            session.send_command(command, expect_string=r"[>#]")
        start = time.perf_counter()
        session.send_config_set(lines, enter_config_mode=False, exit_config_mode=False, cmd_verify=cmd_verify)
        seconds = time.perf_counter() - start
        session.disconnect()
        return len(lines), seconds

    return way


def _read_prompts(channel: paramiko.Channel, count: int) -> int:
    """Read until so many prompts have come; how many came."""
    seen = 0
    while seen < count:
        data = channel.recv(1 << 16)
        assert data, "the lab hung up"
        seen += data.count(b"#") + data.count(b">")
    return seen


def _client(bench: Bench, world: World) -> paramiko.SSHClient:
    assert world.device
    host, port = world.device
    client = paramiko.SSHClient()
    client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
    client.connect(host, port, bench.site.device.username, _PASSWORD, allow_agent=False, look_for_keys=False)
    return client


def _typed(bench: Bench, world: World, vault: Vault) -> Sequence[Typed]:
    """The very lines that ours types."""
    with connect(bench.site, world, _PASSWORD) as session:
        plan = _plan(bench, session.running_config(), vault)
    return script(plan)


def _plan(bench: Bench, running: str, vault: Vault) -> tuple[diff.Node, ...]:
    return diff.plan(parse(running).map_secrets(vault.seal), render(bench.site).sealed(vault)).apply


def _site(folder: Path, users: int) -> Site:
    rows = [f"+4930231{25000 + n};{1000 + n};user.{n:03d};env:SIP;user.{n:03d}@beispiel-gmbh.de" for n in range(users)]
    (folder / "users.csv").write_text("\n".join(["external;internal;account;password;email", *rows]), encoding="utf-8")
    (folder / "site.yaml").write_text((_EXAMPLE / "site.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    return load(folder / "site.yaml")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--users", type=int, default=300)
    parser.add_argument("--rtt", type=int, nargs="+", default=[0, 20, 50], help="round-trip times, ms")
    parser.add_argument("--sample", type=int, default=400, help="lines that netmiko gets")
    parser.add_argument("--rounds", type=int, default=3, help="of each way; the fastest counts")
    given = parser.parse_args()
    ways = {
        "ours": ours,
        "bare channel, our barriers": floor(barriers=True),
        "bare channel, no stop": floor(barriers=False),
        "netmiko": netmiko(True, given.sample),
        "netmiko, cmd_verify=False": netmiko(False, given.sample),
    }
    for round_trip_ms in given.rtt:
        print(f"\n{given.users} users, round trip {round_trip_ms} ms")
        rates = {}
        for name, way in ways.items():
            lines, seconds = fastest(given, round_trip_ms, way)
            rates[name] = lines / seconds
            print(f"  {name:<26} {lines:>6} lines {seconds:7.2f} s {rates[name]:>8.0f} lines/s")
        print(f"  ours / netmiko: {rates['ours'] / rates['netmiko']:.1f}x faster")
        for name in ("bare channel, our barriers", "bare channel, no stop"):
            print(f"  ours / {name}: {rates[name] / rates['ours']:.2f}x its time")


def fastest(given: argparse.Namespace, round_trip_ms: int, way: Way) -> tuple[int, float]:
    """Of some rounds: other work on the machine only ever adds time."""
    measured = []
    for _ in range(given.rounds):
        with tempfile.TemporaryDirectory() as folder:
            measured.append(Bench(Path(folder), given.users, round_trip_ms).time(way))
    return min(measured, key=lambda one: one[1])


if __name__ == "__main__":
    main()
